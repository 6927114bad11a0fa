// The server starts, the first page is there in both languages, and its script takes over.

import { expect, test } from "../fixtures";

for (const locale of ["en", "fr"]) {
  test.describe(locale, () => {
    test.use({ locale });

    test("the first page answers in the language asked for", async ({ page }) => {
      const answer = await page.goto("/");
      expect(answer?.status()).toBe(200);
      await expect(page.locator("html")).toHaveAttribute("lang", locale);
      await expect(page.getByRole("main")).toBeVisible();
      await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
    });

    test("nothing scrolls sideways", async ({ page }) => {
      await page.goto("/");
      const [content, window] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
      expect(content).toBeLessThanOrEqual(window);
    });
  });
}

test("script and wasm arrive compressed and run", async ({ page }) => {
  const wasm = page.waitForResponse((response) => response.url().endsWith("/pkg/pochoir.wasm"));
  await page.goto("/");
  const answer = await wasm;
  expect(answer.status()).toBe(200);
  expect(await answer.headerValue("content-type")).toBe("application/wasm");
  expect(await answer.headerValue("content-encoding")).toBe("br");
});

test("an unknown page says so with its status", async ({ page }) => {
  const answer = await page.request.get("/no-such-page");
  expect(answer.status()).toBe(404);
});
