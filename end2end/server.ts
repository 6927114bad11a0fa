// A server of a test's own, for settings the shared one does not have.

import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The server under test. */
export const binary =
  process.env.END2END_BINARY ?? join(dirname(fileURLToPath(import.meta.url)), "..", "target", "release", "pochoir");

export class Server {
  private constructor(
    /** Where it listens. */
    readonly address: string,
    private readonly process: ChildProcess,
    private readonly folder: string,
    private readonly lines: string[],
  ) {}

  /** Starts the binary under test on a port of its choice, with these settings and a folder of its own. */
  static async start(settings: Record<string, string>): Promise<Server> {
    const folder = mkdtempSync(join(tmpdir(), "pochoir-end2end-"));
    const child = spawn(binary, ["serve"], {
      env: { PATH: process.env.PATH, POCHOIR_ADDR: "127.0.0.1:0", POCHOIR_DATA_DIR: folder, ...settings },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const lines: string[] = [];
    const address = await new Promise<string>((resolve, reject) => {
      const read = (chunk: Buffer) => {
        lines.push(chunk.toString());
        const found = /http:\/\/127\.0\.0\.1:\d+/.exec(lines.join(""));
        if (found && lines.join("").includes("Pochoir is at")) resolve(found[0]);
      };
      child.stdout.on("data", read);
      child.stderr.on("data", read);
      child.once("exit", (code) => reject(new Error(`the server ended with ${code}: ${lines.join("")}`)));
    });
    return new Server(address, child, folder, lines);
  }

  /** Everything it printed so far. */
  log(): string {
    return this.lines.join("");
  }

  /** Every file it keeps, by name. */
  files(): Map<string, Buffer> {
    const names = readdirSync(this.folder, { recursive: true }).map(String);
    const kept = names.filter((name) => statSync(join(this.folder, name)).isFile());
    return new Map(kept.map((name) => [name, readFileSync(join(this.folder, name))]));
  }

  /** Ends it and removes its folder. */
  async stop(): Promise<void> {
    const ended = new Promise((resolve) => this.process.once("exit", resolve));
    this.process.kill("SIGTERM");
    await ended;
    rmSync(this.folder, { recursive: true, force: true });
  }
}
