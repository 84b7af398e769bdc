// The whole way out and back, as a newcomer walks it: a file of their own, a template, a campaign that is watched while
// it goes, somebody who opens and follows a link, a mail scanner that does the same, the report, its export, a list of
// who clicked, and somebody who unsubscribes. Then the same by the API alone, and what a viewer may see and not do.
import { type Page, expect } from "@playwright/test";
import type { Mail, Sink } from "./support/mail.ts";
import { type Api, api } from "./support/seed.ts";
import { leave, startServer, startSink, test } from "./support/test.ts";
import { Story, admin } from "./support/story.ts";

const people = "First name,Email,Agreed to news\nAda,ada@fair.example,yes\nGrace,grace@fair.example,yes\nEdsger,edsger@fair.example,no\n";
const html = '<h1>Hello {{first_name}}</h1><p>The kiln is hot. <a href="https://maplerow.example/book?from=mail">Book a class</a></p>';
const browser = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
const scanner = "Barracuda Sentinel (EE)";

const unescaped = (text: string) => text.replaceAll("&amp;", "&");
const linkOf = (mail: Mail) => unescaped(mail.html.match(/href="([^"]*\/track\/click\/[^"]*)"[^>]*>Book a class/)![1]);
const pictureOf = (mail: Mail) => unescaped(mail.html.match(/src="([^"]*\/track\/open\/[^"]*)"/)![1]);

/** Does with a message what its reader does: the pictures are loaded, and some seconds later the link is followed. */
async function read(mail: Mail, agent: string): Promise<void> {
  const headers = { "user-agent": agent };
  const picture = await fetch(pictureOf(mail), { headers });
  expect([picture.status, picture.headers.get("content-type")]).toEqual([200, "image/gif"]);
  // Whoever follows a link sooner than anybody can read is a machine.
  await new Promise((later) => setTimeout(later, 2_500));
  const followed = await fetch(linkOf(mail), { headers, redirect: "manual" });
  expect(followed.headers.get("location")).toBe("https://maplerow.example/book?from=mail");
}

async function importPeople(story: Story, page: Page): Promise<void> {
  await story.goto("/imports/new");
  await page.getByLabel("File of people").setInputFiles({ name: "fair.csv", mimeType: "text/csv", buffer: Buffer.from(people) });
  await story.press("Send the file");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("fair.csv");
  await story.settled();
  await page.getByLabel("What Agreed to news becomes").selectOption("consent.email");
  await page.getByRole("radio", { name: /^They agreed/ }).check();
  await story.fill("Wording that they saw", "I would like to receive news by e-mail.");
  await story.press("Check every row");
  const start = page.getByRole("button", { name: "Import 3 rows" });
  await expect(start).toBeVisible({ timeout: 30_000 });
  await start.click();
  await expect(page.getByText("Finished")).toBeVisible({ timeout: 30_000 });
}

/** The numbers of a report that people look at first, when they have come to this. */
async function reported(client: Api, path: string, expected: Record<string, number>): Promise<void> {
  const now = async () => {
    const { campaign } = await client.get(`${path}/report`);
    return Object.fromEntries(Object.keys(expected).map((name) => [name, campaign.figures?.[name] ?? campaign[name]]));
  };
  await expect.poll(now, { timeout: 20_000 }).toEqual(expected);
}

test("in a browser: import, template, campaign, live, report, unsubscribe; and what a viewer may", async ({ page, browser: chromium }) => {
  test.setTimeout(300_000);
  const [server, sink] = [await startServer(), await startSink()];
  try {
    const story = new Story(page, server.url, sink, true);
    await story.firstStart();
    await story.addProvider();
    await story.addSender();
    await importPeople(story, page);
    await story.goto("/templates/new?start=html");
    await story.fill("Name", "Open house");
    await story.fill("Subject", "Hello {{first_name}}");
    await page.getByLabel("HTML", { exact: true }).fill(html);
    await story.press("Save");
    await expect(page.getByRole("heading", { level: 1, name: "Open house" })).toBeVisible();

    await story.draft("Autumn open house", "Open house", "fair");
    await story.press("Send to 2 people");
    const path = new URL(page.url()).pathname;
    const mails = await story.mails(2);
    await expect(page.getByText("Finished", { exact: true }).first()).toBeVisible({ timeout: 30_000 });
    const [ada, grace] = ["ada", "grace"].map((name) => mails.find((mail) => mail.to[0].startsWith(name))!);
    await read(ada, browser);
    await read(grace, scanner);

    const key = await server.run(["api-key", "create", "--tenant", "maple-row-studios", "--name", "tests", "--scopes", "read,send,manage"]);
    const client = api(server.url, key.trim());
    await reported(client, path, { sent: 2, opened: 1, clicked: 1 });
    await story.goto(`${path}/report`);
    const figures = (await page.locator("main").innerText()).replace(/\s+/g, " ");
    expect(figures).toContain("3 audience = 2 sent + 0 waiting + 1 skipped + 0 failed + 0 in doubt + 0 cancelled");
    expect(figures).toContain("Opened by people 50.0 % 1 person and 1 by machines");
    expect(figures).toContain("Book a class");

    await page.getByRole("link", { name: "Export" }).click();
    await story.settled();
    const download = page.waitForEvent("download");
    await page.getByRole("link", { name: "Download CSV" }).click();
    expect((await download).suggestedFilename()).toBe("autumn-open-house-results.csv");

    await story.goto(`${path}/make-list?state=clicked`);
    await story.fill("Name", "Keen people");
    await story.press("Make list");
    await expect(page.getByRole("heading", { level: 1, name: "Keen people" })).toBeVisible();
    await expect(page.getByText("ada@fair.example").first()).toBeVisible();

    await page.goto(ada.headers["list-unsubscribe"].slice(1, -1));
    await page.getByRole("button", { name: "Unsubscribe" }).click();
    await expect(page.getByText("You are unsubscribed")).toBeVisible();
    await reported(client, path, { unsubscribed: 1 });
    await story.goto(`${path}/report`);
    await expect(page.getByText("Unsubscribed").first()).toBeVisible();

    await server.run(["user", "create", "--email", "vera@maplerow.example", "--tenant", "maple-row-studios", "--role", "viewer", "--password-stdin"], admin.password);
    const context = await chromium.newContext({ baseURL: server.url });
    await asViewer(new Story(await context.newPage(), server.url, sink, true), path);
    await context.close();
    await leave(page);
  } finally {
    await sink.stop();
    await server.stop();
  }
});

/** Somebody who may look: the report is there, and nothing that sends. */
async function asViewer(story: Story, path: string): Promise<void> {
  const { page } = story;
  await story.goto("/sign-in");
  await page.getByLabel("E-mail").fill("vera@maplerow.example");
  await story.fill("Password", admin.password);
  await story.press("Sign in");
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  await story.goto(`${path}/report`);
  await expect(page.getByRole("heading", { name: "Opens and clicks by hour" })).toBeVisible();
  await expect(page.getByRole("link", { name: "Make a list" })).toBeHidden();
  await story.goto("/campaigns/new");
  await expect(page.getByText("Your role does not allow this")).toBeVisible();
  await leave(page);
}

test("by the API alone", async () => {
  test.setTimeout(180_000);
  const [server, sink] = [await startServer(), await startSink()];
  try {
    await server.run(["tenant", "create", "--name", "Maple Row Studios", "--slug", "maple-row"]);
    const key = await server.run(["api-key", "create", "--tenant", "maple-row", "--name", "tests", "--scopes", "read,send,manage"]);
    const client = api(server.url, key.trim());
    await out(client, sink, server.url);
  } finally {
    await sink.stop();
    await server.stop();
  }
});

async function out(client: Api, sink: Sink, url: string): Promise<void> {
  const settings = { postal_address: "1 Maple Row, Hoboken NJ 07030", time_zone: "America/New_York" };
  const headers = { authorization: `Bearer ${client.key}`, "content-type": "application/json" };
  const changed = await fetch(`${url}/api/v1/workspace`, { method: "PATCH", headers, body: JSON.stringify(settings) });
  expect(changed.status, await changed.text()).toBe(200);
  const config = { host: "127.0.0.1", port: sink.port, tls: "none" };
  const provider = await client.post("/providers", { channel: "email", kind: "smtp", name: "Loopback", config });
  const sender = await client.post("/senders", { email: "news@maplerow.example", name: "Maple Row", provider_id: provider.id });
  const imported = await client.file("fair.csv", people, {
    columns: { "First name": "first_name", Email: "email", "Agreed to news": "consent.email" },
    list_name: "Fair",
    basis: "consent",
    wording: "I would like to receive news by e-mail.",
  });
  expect([imported.status, imported.created]).toEqual(["completed", 3]);
  const list = (await client.get("/lists")).data.find((one: { name: string }) => one.name === "Fair");
  const template = await client.post("/templates", { name: "Open house", channel: "email", subject: "Hello {{first_name}}", html });
  const content = { email: { template_id: template.id } };
  const campaign = await client.post("/campaigns", { name: "Autumn", content, sender_id: sender.id, audience: { include: [list.id] } });
  const path = `/campaigns/${campaign.id}`;
  expect((await client.get(`${path}/estimate`)).reachable).toBe(2);
  await client.post(`${path}/start`, { hold_seconds: 0 });
  await expect.poll(async () => (await client.get(`${path}/stats`)).status, { timeout: 30_000 }).toBe("completed");
  const [ada, grace] = ["ada", "grace"].map((name) => sink.mails(`${name}@fair.example`)[0]);
  await read(ada, browser);
  await read(grace, scanner);
  await reported(client, path, { sent: 2, skipped: 1, opened: 1, clicked: 1, unsubscribed: 0 });
  const report = await client.get(`${path}/report`);
  expect(report.links.map((link: { url: string }) => link.url)).toEqual(["https://maplerow.example/book?from=mail"]);
  const one = await fetch(ada.headers["list-unsubscribe"].slice(1, -1), {
    method: "POST",
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body: "List-Unsubscribe=One-Click",
  });
  expect(one.status).toBe(200);
  await reported(client, path, { unsubscribed: 1 });
  const again = await client.post("/campaigns", { name: "Winter", content, sender_id: sender.id, audience: { include: [list.id] } });
  const next = await client.get(`/campaigns/${again.id}/estimate`);
  expect(next.losses.map((loss: { reason: string }) => loss.reason)).toContain("no_consent");
}
