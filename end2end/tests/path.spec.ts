// The whole job in a browser, on real photographs, in both languages: upload, description, wish, prompt, price, paint, result, share.

import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { expect, test } from "../fixtures";
import { cutOut, landscape, portrait, type Picture } from "../pictures";
import { locales, words } from "../words";

/** Uploads on the first page and waits for the studio. */
async function upload(page: Page, picture: Picture): Promise<void> {
  await page.goto("/");
  await page.locator('input[type="file"]').first().setInputFiles(picture.path);
  const send = page.getByRole("button", { name: /^(Continue|Continuer)$/ });
  if (await send.isVisible().catch(() => false)) await send.click();
  await page.waitForURL(/\/studio\/[0-9a-f]{32}/, { timeout: 30_000 });
}

/** Nothing for axe to complain about. */
async function accessible(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.target).join(", ")}`)).toEqual([]);
}

/** The address of the newest result in the strip. */
async function result(page: Page): Promise<string> {
  const link = page.locator('a[href^="/variations/"]').first();
  await expect(link).toBeVisible({ timeout: 45_000 });
  return (await link.getAttribute("href")) ?? "";
}

for (const locale of locales) {
  const say = words[locale];

  test.describe(locale, () => {
    test.use({ locale });

    test("a photograph becomes a variation and a page that strangers can open", async ({ page, browser }) => {
      await upload(page, portrait);
      await expect(page.getByText(say.demo).first()).toBeVisible();
      await expect(page.getByText("768 × 1024")).toBeVisible();

      await page.getByRole("button", { name: say.describe }).click();
      await expect(page.getByRole("button", { name: say.describe })).toHaveCount(0, { timeout: 20_000 });

      await page.getByRole("textbox", { name: say.wish }).fill(say.wished);
      const prompt = page.getByRole("textbox", { name: say.prompt });
      await expect(prompt).toHaveValue(new RegExp(say.wished.slice(3, 12), "i"));
      const sent = await prompt.inputValue();
      const paint = page.getByRole("button", { name: say.paint });
      await expect(paint).toContainText(/\d/);
      await accessible(page);
      await paint.click();

      const address = await result(page);
      await page.reload();
      expect(await result(page), "the result survives a reload").toBe(address);

      await page.goto(address);
      await expect(page.getByText(sent, { exact: true }).first()).toBeVisible();
      await expect(page.getByText(say.understood, { exact: true })).toBeVisible();
      await accessible(page);

      const make = page.getByRole("button", { name: say.makePageNow });
      if (!(await make.isVisible())) await page.getByText(say.makePage, { exact: true }).click();
      await page.getByLabel(say.showOriginal).check();
      await make.click();
      const open = page.locator('main a[href*="/s/"]').first();
      await expect(open).toBeVisible();
      const shared = new URL((await open.getAttribute("href")) ?? "", page.url()).pathname;

      const stranger = await browser.newContext({ locale });
      const visit = await stranger.newPage();
      const loaded: string[] = [];
      visit.on("request", (request) => loaded.push(request.url()));
      const answer = await visit.goto(new URL(shared, page.url()).href);
      expect(answer?.status()).toBe(200);
      await expect(visit.getByText(say.changed).first()).toBeVisible();
      await expect(visit.locator('meta[property="og:image"]')).toHaveCount(1);
      expect(loaded.filter((url) => url.endsWith(".wasm") || url.endsWith(".js"))).toEqual([]);
      expect((await visit.request.get(address)).status(), "what is not shared stays private").toBe(404);
      await accessible(visit);
      await stranger.close();
    });

    test("a prompt is refined for its price, undone, and not paid again", async ({ page }) => {
      await upload(page, portrait);
      await page.getByRole("button", { name: say.describe }).click();
      await expect(page.getByRole("button", { name: say.describe })).toHaveCount(0, { timeout: 20_000 });
      await page.getByRole("textbox", { name: say.wish }).fill(say.wished);
      const prompt = page.getByRole("textbox", { name: say.prompt });
      await expect(prompt).toHaveValue(new RegExp(say.wished.slice(3, 12), "i"));
      const composed = await prompt.inputValue();
      const part = page.locator(".refine");
      const refine = part.getByRole("button").first();
      await expect(refine).toHaveText(say.refine);
      await refine.click();
      await expect(part).toContainText(say.refined);
      await expect(prompt).not.toHaveValue(composed);
      const refined = await prompt.inputValue();
      await accessible(page);
      await part.getByRole("button", { name: say.undo }).click();
      await expect(prompt).toHaveValue(composed);
      await refine.click();
      await expect(part).toContainText(say.paidBefore);
      await expect(prompt).toHaveValue(refined);
    });
  });
}

test("outside the hole nothing changes, on twelve megapixels", async ({ page }) => {
  const say = words.en;
  await upload(page, landscape);
  await page.getByRole("textbox", { name: say.wish }).fill("snow");
  await page.getByRole("radio", { name: say.brush }).or(page.getByRole("button", { name: say.brush })).first().click();
  const canvas = page.getByRole("img", { name: say.canvas });
  await canvas.scrollIntoViewIfNeeded();
  const box = await canvas.boundingBox();
  if (!box) throw new Error("the canvas has no place");
  await page.mouse.move(box.x + box.width * 0.4, box.y + box.height * 0.4);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * 0.6, box.y + box.height * 0.5, { steps: 12 });
  await page.mouse.up();
  await expect(page.getByText(say.covered).first()).toBeVisible();
  const paint = page.getByRole("button", { name: say.paint });
  await expect(paint).toBeEnabled();
  await paint.click();
  await page.goto(await result(page));
  await expect(page.getByText(say.protected)).toBeVisible();
});

test("transparent corners are kept", async ({ page }) => {
  await upload(page, cutOut);
  const id = new URL(page.url()).pathname.split("/")[2];
  const answer = await page.request.get(`/api/sources/get?id=${id}`);
  expect(await answer.json()).toMatchObject({ width: cutOut.width, height: cutOut.height, alpha: true });
});

test("position and camera data are gone", async ({ page }) => {
  await upload(page, portrait);
  const id = new URL(page.url()).pathname.split("/")[2];
  const source = await (await page.request.get(`/api/sources/get?id=${id}`)).json();
  expect(source.removed).toEqual(expect.arrayContaining(["exif", "gps"]));
  const bytes = await (await page.request.get(source.urls.master)).body();
  expect(bytes.includes("Exif")).toBe(false);
});

test.describe("files that are no pictures", () => {
  test.use({ allowed: [/status of 4\d\d/] });

  test("are refused in words, and the page goes on", async ({ page }) => {
    await page.goto("/");
    await page
      .locator('input[type="file"]')
      .first()
      .setInputFiles({ name: "drawing.svg", mimeType: "image/svg+xml", buffer: Buffer.from("<svg xmlns='http://www.w3.org/2000/svg'/>") });
    await expect(page.getByRole("alert").first()).toContainText("JPEG, PNG, WebP");
    await page.locator('input[type="file"]').first().setInputFiles(cutOut.path);
    await page.waitForURL(/\/studio\//, { timeout: 30_000 });
  });
});
