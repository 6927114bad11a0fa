// `test` for every spec: a page that complains fails its test.

import { test as base, expect } from "@playwright/test";

export { expect };

interface Fixtures {
  /** What the page may complain about, as a part of the message; a spec that provokes a fault says which. */
  allowed: (string | RegExp)[];
  complaints: string[];
}

export const test = base.extend<Fixtures>({
  allowed: [[], { option: true }],
  complaints: [
    async ({ context, allowed }, use) => {
      const complaints: string[] = [];
      context.on("console", (message) => {
        if (message.type() === "error" || message.type() === "warning") {
          complaints.push(`${message.type()}: ${message.text()} (${message.location().url})`);
        }
      });
      context.on("weberror", (error) => complaints.push(`uncaught: ${error.error()}`));
      await use(complaints);
      const isAllowed = (text: string) =>
        allowed.some((part) => (typeof part === "string" ? text.includes(part) : part.test(text)));
      expect(complaints.filter((text) => !isAllowed(text)), "the page complained").toEqual([]);
    },
    { auto: true },
  ],
});
