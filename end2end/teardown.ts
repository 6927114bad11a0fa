// Removes the data folder of the run; the server has ended by then or no longer needs it.

import { rmSync } from "node:fs";

export default function removeData(): void {
  const folder = process.env.END2END_DATA;
  if (folder) rmSync(folder, { recursive: true, force: true });
}
