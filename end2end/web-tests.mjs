// Opens the page of a wasm test runner in Chromium and repeats what it says.
// Usage: node web-tests.mjs <address>; ends well only if every test did.

import { chromium } from "@playwright/test";
import { QUIET, executablePath } from "./chromium.mjs";

const DEADLINE_MS = 120_000;

const browser = await chromium.launch({ executablePath: executablePath(), args: QUIET });
let passed = false;
try {
  const page = await browser.newPage();
  page.on("pageerror", (error) => console.log(`page error: ${error}`));
  await page.goto(process.argv[2]);
  const output = page.locator("#output");
  await output.filter({ hasText: /test result: \w+/ }).waitFor({ timeout: DEADLINE_MS }).catch(() => {});
  const text = (await output.textContent()) ?? "";
  console.log(text);
  passed = /test result: ok/.test(text);
} finally {
  await browser.close();
}
process.exitCode = passed ? 0 : 1;
