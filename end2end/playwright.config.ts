// The release binary in a real browser. `cargo xtask test` builds it first; `npx playwright test` takes the last one built.

import { defineConfig, devices } from "@playwright/test";
import { mkdtempSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { QUIET, executablePath } from "./chromium.mjs";

const here = dirname(fileURLToPath(import.meta.url));

// Workers read this file again: what is chosen once is kept in the environment.
process.env.END2END_PORT ??= String(await sparePort());
process.env.END2END_DATA ??= mkdtempSync(join(tmpdir(), "pochoir-end2end-"));
// The tests never talk to a vendor, whatever this machine has configured.
for (const name of Object.keys(process.env)) {
  if (/^(OPENAI|AZURE)_/.test(name)) delete process.env[name];
}

const address = `127.0.0.1:${process.env.END2END_PORT}`;
const server = process.env.END2END_BINARY ?? join(here, "..", "target", "release", "pochoir");
const report = process.env.END2END_REPORT;

export default defineConfig({
  testDir: "tests",
  fullyParallel: true,
  forbidOnly: !!process.env.CI,
  workers: 2,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  reporter: report ? [["list"], ["json", { outputFile: report }]] : [["list"]],
  globalSetup: "./pictures.ts",
  globalTeardown: "./teardown.ts",
  use: {
    baseURL: `http://${address}`,
    trace: "retain-on-failure",
    launchOptions: { executablePath: executablePath(), args: QUIET },
  },
  projects: [
    { name: "desktop", use: { ...devices["Desktop Chrome"], viewport: { width: 1440, height: 900 } } },
    {
      name: "phone",
      use: { ...devices["Pixel 7"], viewport: { width: 390, height: 844 } },
      // What is the same on every screen.
      testIgnore: "secrets.spec.ts",
    },
  ],
  webServer: {
    command: `"${server}" serve`,
    url: `http://${address}/readyz`,
    timeout: 30_000,
    stdout: "ignore",
    stderr: "pipe",
    gracefulShutdown: { signal: "SIGTERM", timeout: 10_000 },
    env: {
      POCHOIR_ADDR: address,
      POCHOIR_DATA_DIR: process.env.END2END_DATA,
      POCHOIR_LOG: "warn",
    },
  },
});

function sparePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() => (address && typeof address === "object" ? resolve(address.port) : reject(new Error("no port"))));
    });
  });
}
