// A template from the starter library: written, previewed as somebody, sent as a test; with the script and without.
import { type Page, expect, leave, ready, startServer, startSink, test } from "./support/test.ts";
import { api } from "./support/seed.ts";
import { Story } from "./support/story.ts";
import type { Server } from "./support/server.ts";
import type { Sink } from "./support/mail.ts";

async function begin(page: Page, server: Server, sink: Sink, script: boolean): Promise<Story> {
  const story = new Story(page, server.url, sink, script);
  await story.firstStart();
  const key = await server.run(["api-key", "create", "--tenant", "maple-row-studios", "--name", "tests", "--scopes", "read,send,manage"]);
  const client = api(server.url, key.trim());
  const config = { host: "127.0.0.1", port: sink.port, tls: "none" };
  const provider = await client.post("/providers", { channel: "email", kind: "smtp", name: "Loopback", config });
  await client.post("/senders", { email: "news@maplerow.example", name: "Maple Row", provider_id: provider.id });
  await client.post("/contacts", { email: "ada@customers.example", first_name: "Ada", last_name: "Okafor", consents: [] });
  return story;
}

async function sendTest(page: Page, sink: Sink): Promise<void> {
  await page.getByRole("link", { name: "Send a test" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Send a test" })).toBeVisible();
  await page.getByLabel("To", { exact: true }).fill("boss@elsewhere.example");
  await page.getByLabel("As (optional)").fill("ada@");
  await page.getByRole("button", { name: "Send the test" }).click();
  await expect(page.getByText("The test is on its way")).toBeVisible();
  const [mail] = sink.mails("boss@elsewhere.example");
  expect(mail.subject).toBe("[Test] Welcome to Maple Row Studios, Ada");
  expect(mail.html).toContain("Welcome, Ada.");
  expect(mail.text).toContain("Welcome, Ada.");
}

test.use({ expected: [/status of 422/] });

test("a template is begun with a starter, previewed as somebody and sent as a test", async ({ page }) => {
  test.setTimeout(180_000);
  const [server, sink] = [await startServer(), await startSink()];
  try {
    const story = await begin(page, server, sink, true);
    await story.goto("/templates/new");
    await page.getByRole("link", { name: "Welcome", exact: true }).click();
    await expect(page.getByLabel("Subject")).toHaveValue("Welcome to {{company_name}}, {{first_name}}");
    await ready(page);
    const html = page.getByLabel("HTML", { exact: true });
    const written = await html.inputValue();
    await html.fill(`${written}\n<p>{{frist_name}}</p>`);
    await expect(page.getByText("There is no variable frist_name. Did you mean first_name?").first()).toBeVisible();
    await expect(page.locator("pre.excerpt")).toContainText("{{frist_name}}");
    await html.fill(written);
    await page.getByLabel("As", { exact: true }).fill("ada@");
    await page.getByRole("button", { name: "Show" }).click();
    const light = page.frameLocator(".shown__light iframe");
    await expect(light.getByRole("heading", { name: "Welcome, Ada." })).toBeVisible();
    await page.getByLabel("Shown as").getByText("Dark", { exact: true }).click();
    const dark = page.frameLocator(".shown__dark iframe");
    await expect(dark.locator(".card").first()).toHaveCSS("background-color", "rgb(20, 33, 32)");
    await page.getByText("Plain text", { exact: true }).first().click();
    await expect(page.locator(".shown__text pre")).toContainText("Welcome, Ada.");
    await story.press("Save");
    await expect(page.getByText("The template is made. Campaigns can use it now")).toBeVisible();
    await sendTest(page, sink);
    await leave(page);
  } finally {
    await sink.stop();
    await server.stop();
  }
});

test.describe("without JavaScript", () => {
  test.use({ javaScriptEnabled: false });

  test("a template is made, changed, brought back and tried out", async ({ page }) => {
    test.setTimeout(180_000);
    const [server, sink] = [await startServer(), await startSink()];
    try {
      const story = await begin(page, server, sink, false);
      await story.goto("/templates/new");
      await page.getByRole("link", { name: "Welcome", exact: true }).click();
      await page.getByLabel("As", { exact: true }).fill("ada@");
      await story.press("Show");
      await expect(page.getByText("Ada Okafor").first()).toBeVisible();
      await page.getByLabel("Preheader (optional)").fill("{{nobody_knows_this}}");
      await story.press("Save");
      await expect(page.getByText("There is no variable nobody_knows_this").first()).toBeVisible();
      await page.getByLabel("Preheader (optional)").fill("Hello {first_name}");
      await story.press("Save");
      await expect(page.getByRole("heading", { level: 1, name: "Welcome" })).toBeVisible();
      await page.getByLabel("Subject").fill("Changed");
      await story.press("Save");
      await expect(page.getByText("Version 2").first()).toBeVisible();
      await page.getByRole("link", { name: "Versions" }).click();
      await page.getByRole("button", { name: "Restore version 1" }).click();
      await expect(page.getByText("Version 3").first()).toBeVisible();
      await sendTest(page, sink);
      await leave(page);
    } finally {
      await sink.stop();
      await server.stop();
    }
  });
});
