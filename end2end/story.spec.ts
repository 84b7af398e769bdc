// The thin line with the script: first start → sign in → provider, sender, list, people, template, campaign → Start →
// mail → report; then the recipient unsubscribes and is not written to again.
import { expect, leave, startServer, startSink, test } from "./support/test.ts";
import { Story } from "./support/story.ts";

test("from a fresh installation to a report that balances", async ({ page }) => {
  test.setTimeout(240_000);
  const [server, sink] = [await startServer(), await startSink()];
  try {
    const story = new Story(page, server.url, sink, true);
    await story.firstStart();
    await story.signOutAndIn();
    await story.thinLine();

    const link = sink.mails("ada@customers.example")[0].headers["list-unsubscribe"].slice(1, -1);
    await page.goto(link);
    await expect(page.getByText("a…a@customers.example")).toBeVisible();
    await page.getByRole("button", { name: "Unsubscribe" }).click();
    await expect(page.getByText("You are unsubscribed")).toBeVisible();

    await story.draft("Second", "Open house", "Friends");
    // Ada is off the list, Edsger never agreed, and Grace has had one today.
    await expect(page.getByRole("link", { name: "Matched: 2 people, show them" })).toBeVisible();
    await expect(page.getByRole("link", { name: "With consent: 1 person, show them" })).toBeVisible();
    await expect(page.getByText("Has had as many messages lately as the workspace allows")).toBeVisible();
    expect(server.log()).not.toContain("customers.example");
    await leave(page);
  } finally {
    await sink.stop();
    await server.stop();
  }
});
