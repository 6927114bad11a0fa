// Which Chromium the tests drive, and how it is kept quiet.

import { existsSync } from "node:fs";
import { chromium } from "@playwright/test";

/** Where systems put a Chromium of their own. */
const SYSTEM = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

/** The one asked for, else Playwright's own, else the system's. Undefined: there is none. */
export function executablePath() {
  const asked = process.env.END2END_CHROMIUM;
  return asked ? asked : [chromium.executablePath(), ...SYSTEM].find((path) => existsSync(path));
}

/** No sandbox, because containers and root have none to offer; the rest keeps the browser from calling home. */
export const QUIET = [
  "--no-sandbox",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-quic",
  "--disable-sync",
  "--no-first-run",
];
