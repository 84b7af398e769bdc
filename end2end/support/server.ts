// The program under test: `carillon serve` on a free loopback port, with a data folder of its own.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));
const program = process.env.CARILLON_E2E_PROGRAM ?? join(root, "target/debug/carillon");
const site = process.env.CARILLON_E2E_SITE ?? join(root, "target/site-dev");

export interface Server {
  url: string;
  /** Everything the program has written so far. */
  log(): string;
  /** Runs another command of the program on the same data; gives what it printed. */
  run(args: string[], input?: string): Promise<string>;
  stop(): Promise<void>;
}

/** Starts the program and waits until it is ready; `settings` are further environment variables. */
export async function startServer(settings: Record<string, string> = {}): Promise<Server> {
  const data = mkdtempSync(join(tmpdir(), "carillon-e2e-"));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const env = {
    ...withoutSettings(process.env),
    CARILLON_DATA: data,
    CARILLON_ADDR: `127.0.0.1:${port}`,
    CARILLON_PUBLIC_URL: url,
    CARILLON_ALLOW_PRIVATE_TARGETS: "1",
    LEPTOS_SITE_ROOT: site,
    ...settings,
  };
  const child = spawn(program, ["serve"], { cwd: data, env, stdio: ["ignore", "pipe", "pipe"] });
  const log = collect(child);
  let failure: Error | undefined;
  child.once("error", (error) => (failure = error));

  const server: Server = {
    url,
    log,
    run: (args, input) => run(args, input, data, env),
    stop: async () => {
      await stop(child);
      rmSync(data, { recursive: true, force: true });
    },
  };
  const deadline = Date.now() + 60_000;
  for (;;) {
    if (failure) throw new Error(`${program} does not start (script/build first): ${failure.message}`);
    if (child.exitCode !== null) throw new Error(`carillon serve ended with ${child.exitCode}:\n${log()}`);
    if (await isReady(url)) return server;
    if (Date.now() > deadline) {
      await server.stop();
      throw new Error(`carillon serve is not ready after a minute:\n${log()}`);
    }
    await new Promise((wake) => setTimeout(wake, 100));
  }
}

async function isReady(url: string): Promise<boolean> {
  try {
    return (await fetch(`${url}/health/ready`)).ok;
  } catch {
    return false;
  }
}

/** What the developer's own shell says about Carillon must not reach the program under test. */
function withoutSettings(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const kept = Object.entries(env).filter(
    ([name]) => name === "CARILLON_PG_BIN" || !/^(CARILLON_|LEPTOS_|DATABASE_URL$)/.test(name),
  );
  return Object.fromEntries(kept);
}

function collect(child: ChildProcess): () => string {
  const parts: string[] = [];
  child.stdout?.on("data", (part) => parts.push(String(part)));
  child.stderr?.on("data", (part) => parts.push(String(part)));
  return () => parts.join("");
}

async function run(args: string[], input: string | undefined, cwd: string, env: NodeJS.ProcessEnv): Promise<string> {
  const child = spawn(program, args, { cwd, env, stdio: ["pipe", "pipe", "pipe"] });
  let printed = "";
  let complaints = "";
  child.stdout.on("data", (part) => (printed += part));
  child.stderr.on("data", (part) => (complaints += part));
  child.stdin.end(input ?? "");
  const [code] = await once(child, "close");
  if (code !== 0) throw new Error(`carillon ${args.join(" ")} ended with ${code}:\n${complaints}${printed}`);
  return printed;
}

/** As an operator would: SIGTERM, and half a minute to finish. */
async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const ended = once(child, "exit");
  child.kill("SIGTERM");
  const timer = setTimeout(() => child.kill("SIGKILL"), 30_000);
  await ended;
  clearTimeout(timer);
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const address = probe.address();
  probe.close();
  if (address === null || typeof address === "string") throw new Error("no free port");
  return address.port;
}
