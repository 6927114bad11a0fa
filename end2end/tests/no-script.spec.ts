// Everything a person needs works without script: upload, paint, look, share.

import { expect, test } from "../fixtures";
import { cup } from "../pictures";
import { locales, words } from "../words";

for (const locale of locales) {
  const say = words[locale];

  test.describe(locale, () => {
    // Without script nothing asks for what was preloaded for it.
    test.use({ locale, javaScriptEnabled: false, allowed: [/preloaded using link preload but not used/] });

    test("upload, paint and share with script off", async ({ page, browser }) => {
      await page.goto("/");
      await page.locator('input[type="file"]').first().setInputFiles(cup.path);
      await page.getByRole("button", { name: say.send, exact: true }).first().click();
      await page.waitForURL(/\/studio\/[0-9a-f]{32}/);

      await page.getByRole("textbox", { name: say.wish }).fill(say.wished);
      await page.getByRole("button", { name: say.paint }).click();
      const link = page.locator('a[href^="/variations/"]').first();
      await expect(async () => {
        await page.goto(page.url());
        await expect(link).toBeVisible({ timeout: 1_000 });
      }).toPass({ timeout: 45_000 });
      await link.click();
      await page.waitForURL(/\/variations\/[0-9a-f]{32}/);

      const make = page.getByRole("button", { name: say.makePageNow });
      if (!(await make.isVisible())) await page.getByText(say.makePage, { exact: true }).click();
      await make.click();
      const open = page.locator('main a[href*="/s/"]').first();
      await expect(open).toBeVisible();
      const shared = new URL((await open.getAttribute("href")) ?? "", page.url()).href;
      const stranger = await browser.newContext({ locale, javaScriptEnabled: false });
      const visit = await stranger.newPage();
      expect((await visit.goto(shared))?.status()).toBe(200);
      await expect(visit.getByText(say.changed).first()).toBeVisible();
      await stranger.close();
    });

    test("a wish that is missing is said, and what was typed stays", async ({ page }) => {
      await page.goto("/");
      await page.locator('input[type="file"]').first().setInputFiles(cup.path);
      await page.getByRole("button", { name: say.send, exact: true }).first().click();
      await page.waitForURL(/\/studio\//);
      await page.getByRole("button", { name: say.paint }).click();
      await expect(page.getByRole("alert").first()).toBeVisible();
    });
  });
}
