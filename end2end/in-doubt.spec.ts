// A mail server that hangs up after the whole message: the campaign ends in doubt, and a person decides. Once with the
// script and once without.
import { expect, leave, startServer, startSink, test } from "./support/test.ts";
import { api, inDoubt } from "./support/seed.ts";
import { Story } from "./support/story.ts";

for (const javaScriptEnabled of [true, false]) {
  test.describe(javaScriptEnabled ? "with the script" : "without the script", () => {
    test.use({ javaScriptEnabled });

    test("one is marked as sent, the other sent again", async ({ page }) => {
      test.setTimeout(180_000);
      const [server, sink] = [await startServer(), await startSink()];
      try {
        const story = new Story(page, server.url, sink, javaScriptEnabled);
        await story.firstStart();
        const key = await server.run(["api-key", "create", "--tenant", "maple-row-studios", "--name", "tests", "--scopes", "read,send,manage"]);
        const client = api(server.url, key.trim());
        const config = { host: "127.0.0.1", port: sink.port, tls: "none" };
        const provider = await client.post("/providers", { channel: "email", kind: "smtp", name: "Loopback", config });
        const sender = await client.post("/senders", { email: "news@maplerow.example", provider_id: provider.id });
        const template = await client.post("/templates", { name: "News", channel: "email", subject: "Hello", html: "<p>Hello</p>" });
        const campaign = await inDoubt(client, sender.id, template.id);

        await story.goto("/");
        await expect(page.getByText("2 messages in doubt in “To the silent”")).toBeVisible();
        await page.getByRole("link", { name: "See the 2" }).click();
        await expect(page).toHaveURL(/\/in-doubt$/);
        await story.settled();
        await expect(page.getByText("Finished, 2 in doubt")).toBeVisible();

        await story.press("Mark as sent");
        await expect(page.getByText("Choose at least one message.").first()).toBeVisible();
        await page.getByRole("checkbox", { name: "Ada Silver" }).check();
        await story.press("Mark as sent");
        await expect(page.getByText("1 message marked as sent")).toBeVisible();
        await expect(page.getByText("Ada Silver")).toHaveCount(0);
        await story.settled();

        await page.getByRole("checkbox", { name: "Grace Silver" }).check();
        await story.press("Send again");
        await expect(page.getByText("1 message goes out again")).toBeVisible();
        await expect.poll(async () => (await client.get(`/campaigns/${campaign.id}/stats`)).status_shown, { timeout: 30_000 }).toBe("Finished");
        await story.goto(`/campaigns/${campaign.id}`);
        await expect(page.getByText("Finished", { exact: true }).first()).toBeVisible();
        expect(sink.mails("silent.ada@customers.example").length).toBe(1);
        expect(sink.mails("silent.grace@customers.example").length).toBe(2);
        await leave(page);
      } finally {
        await sink.stop();
        await server.stop();
      }
    });
  });
}
