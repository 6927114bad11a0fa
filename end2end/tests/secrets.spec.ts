// Keys stay on the server: not in a page, a script, the wasm, a log or a file.

import { readFileSync } from "node:fs";
import { expect, test } from "../fixtures";
import { portrait } from "../pictures";
import { Server, binary } from "../server";

const KEYS = ["sk-canary-1c8e5d2b9f7a4036", "vision-canary-7d3f0b6a2e9c4851"];

/** What only the server knows. None of it may be compiled into what the browser loads. */
const OF_THE_SERVER = ["ocp-apim-subscription-key", "imageanalysis:analyze", "images/edits", "sqlite", "argon2"];

test("keys are in nothing the browser gets, in no log and in no file", async ({ page }) => {
  const [openai = "", vision = ""] = KEYS;
  const server = await Server.start({
    OPENAI_API_KEY: openai,
    // Nobody listens there: the calls fail, and what is said of that holds no key either.
    OPENAI_BASE_URL: "http://127.0.0.1:9/v1",
    AZURE_VISION_ENDPOINT: "http://127.0.0.1:9",
    AZURE_VISION_KEY: vision,
    POCHOIR_ACCESS: "open",
    POCHOIR_LOG: "trace",
  });
  try {
    const answers: { url: string; body: Promise<Buffer> }[] = [];
    page.on("response", (response) => {
      const { url, body } = { url: response.url(), body: response.body().catch(() => Buffer.alloc(0)) };
      answers.push({ url, body });
    });
    await page.goto(server.address);
    await page.locator('input[type="file"]').first().setInputFiles(portrait.path);
    const send = page.getByRole("button", { name: "Continue" });
    if (await send.isVisible().catch(() => false)) await send.click();
    await page.waitForURL(/\/studio\/[0-9a-f]{32}/);
    await page.waitForLoadState("networkidle");
    for (const path of ["/library", "/privacy", "/readyz", "/api/session/get", "/api/catalogue/get", "/pkg/pochoir.js", "/pkg/pochoir.wasm"]) {
      const answer = await page.request.get(`${server.address}${path}`);
      expect(answer.ok(), path).toBe(true);
      answers.push({ url: path, body: answer.body() });
    }
    const compiled = readFileSync(binary);
    for (const word of OF_THE_SERVER) expect(compiled.includes(word), `${word} in the server`).toBe(true);
    expect(answers.some(({ url }) => url.endsWith(".wasm"))).toBe(true);
    for (const { url, body } of answers) {
      const bytes = await body;
      for (const key of KEYS) expect(bytes.includes(key), `${key} in ${url}`).toBe(false);
      if (/\.(wasm|js)$/.test(url)) {
        for (const word of OF_THE_SERVER) expect(bytes.includes(word), `${word} in ${url}`).toBe(false);
      }
    }
    expect(server.log().length).toBeGreaterThan(1000);
    for (const key of KEYS) {
      expect(server.log().includes(key), `${key} in the log`).toBe(false);
      for (const [name, bytes] of server.files()) expect(bytes.includes(key), `${key} in ${name}`).toBe(false);
    }
  } finally {
    await server.stop();
  }
});
