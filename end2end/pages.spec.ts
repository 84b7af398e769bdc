// Every page of the console, with data on it: axe finds nothing in either theme, nothing scrolls sideways on a phone,
// and a picture of each is left in shots/ for people to look at. The list is held against the routes in the source.
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { BrowserContext, Page } from "@playwright/test";
import { expect, expectAccessible, ready, shoot, startServer, startSink, test } from "./support/test.ts";
import { type Api, api, seed } from "./support/seed.ts";
import { Story, admin } from "./support/story.ts";
import type { Server } from "./support/server.ts";
import type { Sink } from "./support/mail.ts";

/** Route patterns of the app, read from its source. */
function routes(): string[] {
  const app = fileURLToPath(new URL("../app/src", import.meta.url));
  const files = readdirSync(app, { recursive: true }).map(String).filter((name) => name.endsWith(".rs"));
  const text = files.map((name) => readFileSync(join(app, name), "utf8")).join("\n");
  const found = [...text.matchAll(/<Route\s+path=path!\("([^"]*)"\)/g)].map((match) => match[1]);
  return [...new Set(found)].filter((path) => path !== "" && !path.includes("*")).sort();
}

test.describe("every page", () => {
  let server: Server;
  let sink: Sink;
  let ids: Awaited<ReturnType<typeof seed>>;
  let state: Awaited<ReturnType<BrowserContext["storageState"]>>;
  let client: Api;
  const problems: string[] = [];

  test.beforeAll(async ({ browser }) => {
    test.setTimeout(180_000);
    [server, sink] = [await startServer({ LEPTOS_ENV: "DEV" }), await startSink()];
    const context = await browser.newContext();
    const page = await context.newPage();
    await page.goto(`${server.url}/setup`);
    await ready(page);
    await look(page, "setup");
    await new Story(page, server.url, sink, true).firstStart();
    state = await context.storageState();
    await look(page, "home-empty");
    for (const path of ["campaigns", "contacts", "lists", "imports", "suppressions", "templates", "settings/providers", "settings/senders", "settings/outbox", "settings/api-keys"]) {
      await page.goto(`${server.url}/${path}`);
      await ready(page);
      await look(page, `${path.replace("/", "-")}-empty`);
    }
    await context.close();
    const key = await server.run(["api-key", "create", "--tenant", "maple-row-studios", "--name", "tests", "--scopes", "read,send,manage"]);
    client = api(server.url, key.trim());
    ids = await seed(client, sink);
    const link = await server.run(["user", "reset-link", "--email", admin.email]);
    ids.pages["/new-password/:token"] = [new URL(link.trim()).pathname];
  });

  test.afterAll(async () => {
    await sink?.stop();
    await server?.stop();
  });

  test("with data on it", async ({ browser }) => {
    test.setTimeout(900_000);
    const context = await browser.newContext({ storageState: state, reducedMotion: "reduce" });
    const page = await context.newPage();
    const pages = ids.pages;
    expect(Object.keys(pages).sort(), "a page for each route of the app").toEqual(routes().filter((path) => path !== "/setup" && path !== "/sign-in"));
    for (const [pattern, paths] of Object.entries(pages)) {
      for (const [n, path] of paths.entries()) {
        const answer = await page.goto(server.url + path);
        expect(answer?.status(), path).toBe(200);
        await ready(page);
        await look(page, name(pattern, n));
      }
    }
    await page.goto(`${server.url}/no/such/page`);
    await look(page, "not-found");
    await context.clearCookies();
    await page.goto(`${server.url}/sign-in`);
    await ready(page);
    await look(page, "sign-in");
    await context.close();
    expect(problems.join("\n\n"), "what axe and the phone found, on all pages").toBe("");
  });

  async function look(page: Page, shot: string): Promise<void> {
    await shoot(page, shot);
    await page.setViewportSize({ width: 360, height: 800 });
    const [content, width] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
    if (content > width) problems.push(`${page.url()} scrolls sideways on a phone: ${content} px`);
    await page.setViewportSize({ width: 1280, height: 800 });
    for (const scheme of ["light", "dark"] as const) {
      await expectAccessible(page, scheme).catch((wrong) => problems.push(String(wrong.message)));
    }
  }

  function name(pattern: string, n: number): string {
    const words = pattern.split("/").filter(Boolean).map((part) => (part.startsWith(":") ? "one" : part));
    return [...(words.length > 0 ? words : ["home"]), ...(n > 0 ? [String(n + 1)] : [])].join("-");
  }
});
