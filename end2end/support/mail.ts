// The mail server at the other end: starts sink.mjs and reads what has arrived.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export interface Mail {
  at: string;
  from: string;
  to: string[];
  subject: string;
  headers: Record<string, string>;
  text: string;
  html: string;
  raw: string;
}

export interface Sink {
  port: number;
  /** Every mail so far, or those to one address. */
  mails(to?: string): Mail[];
  stop(): Promise<void>;
}

export async function startSink(...options: string[]): Promise<Sink> {
  const folder = mkdtempSync(join(tmpdir(), "carillon-sink-"));
  const file = join(folder, "mails.jsonl");
  const script = fileURLToPath(new URL("sink.mjs", import.meta.url));
  const child = spawn(process.execPath, [script, file, ...options], { stdio: ["ignore", "pipe", "inherit"] });
  const [printed] = await once(child.stdout, "data");
  return {
    port: Number(String(printed).trim()),
    mails: (to) =>
      readFileSync(file, "utf8")
        .split("\n")
        .slice(0, -1) // what follows the last line break is not finished
        .map((line) => JSON.parse(line) as Mail)
        .filter((mail) => to === undefined || mail.to.includes(to)),
    stop: async () => {
      child.kill("SIGTERM");
      await once(child, "exit");
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
