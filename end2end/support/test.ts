// What every spec imports: `test` with a running server and a mail sink, and the helpers.
import { type Page, test as base, expect } from "@playwright/test";
import { type Sink, startSink } from "./mail.ts";
import { type Server, startServer } from "./server.ts";

export { expect };
export { expectAccessible } from "./axe.ts";
export { shoot } from "./shots.ts";
export { startServer } from "./server.ts";
export { startSink } from "./mail.ts";

interface ForTest {
  /** Opens a path of the server and waits until the page is awake. */
  open(path: string): Promise<void>;
  /** Complaints of the browser that a test expects; any other fails it. */
  expected: RegExp[];
  quiet: void;
}

interface ForWorker {
  /** One server for all specs of a run, with a data folder of its own. */
  server: Server;
  sink: Sink;
}

export const test = base.extend<ForTest, ForWorker>({
  server: [
    async ({}, use) => {
      const server = await startServer();
      await use(server);
      await server.stop();
    },
    { scope: "worker", timeout: 90_000 },
  ],
  sink: [
    async ({}, use) => {
      const sink = await startSink();
      await use(sink);
      await sink.stop();
    },
    { scope: "worker" },
  ],
  baseURL: async ({ server }, use) => use(server.url),
  open: async ({ page }, use) =>
    use(async (path) => {
      await page.goto(path);
      await ready(page);
    }),
  expected: async ({}, use) => use([]),
  // A page that logs an error, breaks its content policy or gets a 5xx is broken, whatever it looks like.
  quiet: [
    async ({ page, server, expected }, use, info) => {
      const complaints: string[] = [];
      const start = server.log().length;
      page.on("pageerror", (error) => complaints.push(`exception: ${error}`));
      page.on("console", (message) => {
        if (message.type() === "error") complaints.push(`console: ${message.text()}`);
      });
      page.on("response", (response) => {
        if (response.status() >= 500) complaints.push(`${response.status()} ${response.url()}`);
      });
      await use();
      // Playwright itself runs a script in every frame; mail previews allow none.
      const known = [/^console: Blocked script execution in '[^']*\/(previews|starters)\//, ...expected];
      const unexpected = complaints.filter((line) => !known.some((pattern) => pattern.test(line)));
      if (info.status !== info.expectedStatus || unexpected.length > 0) {
        await info.attach("server.log", { body: server.log().slice(start), contentType: "text/plain" });
      }
      expect(unexpected, "what the browser complained of").toEqual([]);
    },
    { auto: true },
  ],
});

/** Leaves the server before it is stopped: a page that is still loading would complain. */
export async function leave(page: Page): Promise<void> {
  await page.goto("about:blank");
}

/** Waits until the console has taken over the page that the server rendered. */
export async function ready(page: Page): Promise<void> {
  await page.locator("html[data-hydrated]").waitFor({ state: "attached" });
}
