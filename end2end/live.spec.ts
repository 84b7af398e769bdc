// A campaign to some hundred people and a slow mail server, watched: the page follows without being loaded anew, a pause
// stops it, going on is seen at once wherever it was asked for, somebody is taken out, and it ends by itself.
import type { Page } from "@playwright/test";
import { api, type Api } from "./support/seed.ts";
import { expect, expectAccessible, leave, ready, shoot, startServer, startSink, test } from "./support/test.ts";
import { Story } from "./support/story.ts";

const PEOPLE = 360;

/** How many the balance line says were sent to. */
async function sent(page: Page): Promise<number> {
  const line = await page.locator(".balance").innerText();
  return Number(/([\d,]+) sent/.exec(line)![1].replaceAll(",", ""));
}

/** Leaves a mark that a new load of the page would wipe out. */
async function mark(page: Page): Promise<void> {
  await page.evaluate(() => document.documentElement.setAttribute("data-mark", "here"));
}

async function expectNoReload(page: Page): Promise<void> {
  await expect(page.locator("html[data-mark=here]")).toBeAttached();
}

async function campaign(api: Api, port: number): Promise<string> {
  const config = { host: "127.0.0.1", port, tls: "none" };
  const provider = await api.post("/providers", { channel: "email", kind: "smtp", name: "Loopback", config });
  const sender = await api.post("/senders", { email: "news@maplerow.example", name: "Maple Row Studios", provider_id: provider.id });
  const list = await api.post("/lists", { name: "Newsletter", type: "static" });
  for (let i = 0; i < PEOPLE; i += 1) {
    const to = i === 7 ? "unknown" : i % 120 === 9 ? "full" : "guest";
    const consents = i % 60 === 3 ? [] : [{ channel: "email", state: "granted", source: "Form at the till" }];
    const name = i === 1 ? "Hoboken Pottery and Glass Cooperative of the North Side, Department of Long Names" : `Guest ${i}`;
    await api.post("/contacts", { email: `${to}.${i}@customers.example`, first_name: name, consents, lists: [list.id] });
  }
  const made = await api.post("/campaigns", {
    name: "Autumn open house",
    content: { email: { subject: "Hello {{first_name}}", html: "<p>The kiln is hot again.</p>" } },
    sender_id: sender.id,
    audience: { include: [list.id], exclude: [] },
  });
  return made.id;
}

test("a running campaign is followed, held, changed and ends without a reload", async ({ page, browser }) => {
  test.setTimeout(240_000);
  const [server, sink] = [await startServer(), await startSink("--slow", "2500")];
  try {
    const story = new Story(page, server.url, sink, true);
    await story.firstStart();
    const key = await server.run(["api-key", "create", "--tenant", "maple-row-studios", "--name", "tests", "--scopes", "read,send,manage"]);
    const client = api(server.url, key.trim());
    const id = await campaign(client, sink.port);
    const path = `/campaigns/${id}`;
    const badge = (word: string) => page.locator(".page-head .badge", { hasText: word });

    await client.post(`${path}/start`);
    await story.goto(path);
    await mark(page);
    await expect(badge("Sending")).toBeVisible();
    await expect(page.getByRole("progressbar", { name: "Done" })).toBeVisible();
    await expect.poll(() => sent(page), { timeout: 30_000 }).toBeGreaterThan(0);
    const before = await sent(page);
    await expect.poll(() => sent(page), { timeout: 30_000 }).toBeGreaterThan(before);
    await expect(page.locator("b.num", { hasText: /messages? a (second|minute)/ })).toBeVisible();
    await expect(page.getByText(/left, done by \d\d:\d\d America\/New_York/)).toBeVisible();
    await expect(page.getByRole("list", { name: "Last messages" }).getByRole("listitem")).toHaveCount(12);
    await expectNoReload(page);

    await page.getByRole("button", { name: "Pause" }).click();
    await expect(badge("Paused")).toBeVisible();
    await story.settled();
    // What was being handed over when it was held is settled; then nothing moves.
    await page.waitForTimeout(3_000);
    const held = await sent(page);
    await page.waitForTimeout(3_000);
    expect(await sent(page)).toBe(held);
    expect(held).toBeLessThan(PEOPLE);
    await expect(page.getByText("Mailbox is full")).toBeVisible();
    await expect(page.getByText(/Tried again by itself/)).toBeVisible();
    await expect(page.getByText("Address does not exist")).toBeVisible();
    await shoot(page, "running-paused");
    for (const theme of ["light", "dark"] as const) await expectAccessible(page, theme);

    await remove(page, story, path);
    await withoutScript(await browser.newContext({ javaScriptEnabled: false, storageState: await page.context().storageState() }), server.url + path);

    await story.goto(path);
    await mark(page);
    // Somebody else lets it go on.
    await client.post(`${path}/resume`);
    await expect(badge("Sending")).toBeVisible();
    await expect.poll(() => sent(page), { timeout: 30_000 }).toBeGreaterThan(held);
    await expectNoReload(page);
    await shoot(page, "running");
    // Those whose mailbox is full come again after a minute, and the sink has no room for them then either: who waits
    // is taken out, so that it ends.
    await expect.poll(async () => (await client.get(`${path}/stats`)).waiting, { timeout: 60_000 }).toBeLessThanOrEqual(3);
    const waiting = (await client.get(`${path}/recipients?status=waiting`)).data;
    for (const person of waiting) {
      const answer = await fetch(`${server.url}/api/v1${path}/recipients/${person.id}`, { method: "DELETE", headers: { authorization: `Bearer ${key.trim()}` } });
      expect([204, 409]).toContain(answer.status);
    }
    await expect(badge("Finished")).toBeVisible({ timeout: 60_000 });
    await expectNoReload(page);
    const words = (await page.locator(".balance").innerText()).replace(/\s+/g, " ");
    expect(words).toMatch(new RegExp(`^${PEOPLE} audience = \\d+ sent \\+ 0 waiting`));
    await shoot(page, "running-finished");
    await leave(page);
  } finally {
    await sink.stop();
    await server.stop();
  }
});

/** Takes somebody out who is pending, by the list's own question. */
async function remove(page: Page, story: Story, path: string): Promise<void> {
  await story.goto(`${path}/recipients`);
  await expect(page.getByRole("navigation", { name: "State" }).getByRole("link")).toHaveText([/^All 360$/, /^Waiting/, /^Sent/, /^Skipped/, /^Failed/]);
  await story.goto(`${path}/recipients?state=waiting`);
  await page.getByRole("link", { name: /^Remove / }).first().click();
  await expect(page.getByText(/^Not send to /)).toBeVisible();
  await shoot(page, "recipients-remove");
  await page.getByRole("link", { name: "Keep" }).click();
  await expect(page.getByText(/^Not send to /)).toBeHidden();
  await page.getByRole("link", { name: /^Remove / }).first().click();
  await page.getByRole("button", { name: "Remove" }).click();
  await expect(page.getByText("Removed: this campaign will not be sent to them.")).toBeVisible();
  await ready(page);
  await story.goto(`${path}/recipients?state=skipped`);
  await expect(page.getByText("Removed by hand before it was sent")).toBeVisible();
  await story.goto(`${path}/recipients?q=guest.11`);
  await expect(page.getByRole("row", { name: /guest\.11@customers/ })).toBeVisible();
}

/** Without the script the page says the same, and can be loaded anew by a link. */
async function withoutScript(context: Awaited<ReturnType<import("@playwright/test").Browser["newContext"]>>, url: string): Promise<void> {
  const page = await context.newPage();
  await page.goto(url);
  await expect(page.locator(".balance")).toContainText("audience");
  await expect(page.getByText("Address does not exist")).toBeVisible();
  await page.getByRole("link", { name: "Refresh" }).click();
  await expect(page).toHaveURL(url);
  await context.close();
}
