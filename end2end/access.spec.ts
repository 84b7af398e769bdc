// Who may come in, and who may stay: an invitation, other roles, out everywhere, and a new password; with the script and
// without it.
import { type Browser, type BrowserContext, type Page, expect } from "@playwright/test";
import { startServer, startSink, test } from "./support/test.ts";
import { api } from "./support/seed.ts";
import { Story } from "./support/story.ts";
import type { Sink } from "./support/mail.ts";

const ivo = { email: "ivo@maplerow.example", password: "a long and quiet afternoon", later: "another quiet afternoon" };

/** The link of this kind in the newest mail to somebody. */
async function linkTo(sink: Sink, to: string, kind: string): Promise<string> {
  const found = () => sink.mails(to).at(-1)?.text.match(new RegExp(`https?://\\S+/${kind}/[\\w-]+`))?.[0];
  await expect.poll(found, { timeout: 20_000 }).toBeTruthy();
  return found()!;
}

for (const javaScriptEnabled of [true, false]) {
  test.describe(javaScriptEnabled ? "with the script" : "without the script", () => {
    test.use({ javaScriptEnabled });

    test("somebody is invited, changes roles, is signed out and comes back with a new password", async ({ page, browser }) => {
      test.setTimeout(180_000);
      const [server, sink] = [await startServer(), await startSink()];
      try {
        const nora = new Story(page, server.url, sink, javaScriptEnabled);
        await nora.firstStart();
        const key = await server.run(["api-key", "create", "--tenant", "maple-row-studios", "--name", "tests", "--scopes", "read,send,manage"]);
        const client = api(server.url, key.trim());
        await invitedByLink(nora);
        const provider = await client.post("/providers", { channel: "email", kind: "smtp", name: "Loopback", config: { host: "127.0.0.1", port: sink.port, tls: "none" } });
        await client.post("/senders", { email: "news@maplerow.example", name: "Maple Row", provider_id: provider.id });

        const other = await elsewhere(browser, server.url, sink, javaScriptEnabled);
        await invite(nora, ivo.email);
        await expect(page.getByText(`The invitation to ${ivo.email} is on its way`)).toBeVisible();
        await other.page.goto(await linkTo(sink, ivo.email, "invitation"));
        await other.settled();
        await other.page.getByLabel("Your name").fill("Ivo");
        await other.fill("Password", ivo.password);
        await other.press("Join Maple Row Studios");
        await expect(other.page.getByRole("heading", { level: 1 })).toContainText("Ivo");
        await other.goto("/settings/providers/new");
        await expect(other.page.getByText("Your role does not allow this")).toBeVisible();

        await nora.goto("/settings/users");
        await page.getByRole("link", { name: "Ivo" }).click();
        await nora.settled();
        await page.getByRole("checkbox", { name: /^Admin/ }).check();
        await nora.press("Change roles");
        await expect(page.getByText("The roles are changed")).toBeVisible();
        await other.goto("/settings/providers/new");
        await expect(other.page.getByRole("heading", { level: 1, name: "Add provider" })).toBeVisible();

        await signedOutElsewhere(other, browser);
        await newPassword(other, sink);
      } finally {
        await sink.stop();
        await server.stop();
      }
    });
  });
}

async function elsewhere(browser: Browser, url: string, sink: Sink, javaScriptEnabled: boolean): Promise<Story> {
  const context: BrowserContext = await browser.newContext({ javaScriptEnabled, reducedMotion: "reduce" });
  const page: Page = await context.newPage();
  return new Story(page, url, sink, javaScriptEnabled);
}

async function invite(story: Story, email: string): Promise<void> {
  await story.goto("/settings/users/invite");
  await story.page.getByLabel("E-mail").fill(email);
  await story.press("Send invitation");
}

/** Before there is a sender: the link is shown, to be handed over. */
async function invitedByLink(story: Story): Promise<void> {
  await invite(story, "paul@maplerow.example");
  await expect(story.page.getByText("Give paul@maplerow.example this link yourself")).toBeVisible();
  await expect(story.page.locator(".once code")).toContainText("/invitation/");
  await story.page.getByText("Take back…").click();
  await story.press("Take back the invitation");
  await expect(story.page.getByText("The invitation is taken back")).toBeVisible();
}

async function signIn(story: Story, password: string): Promise<void> {
  await story.goto("/sign-in");
  await story.page.getByLabel("E-mail").fill(ivo.email);
  await story.fill("Password", password);
  await story.press("Sign in");
}

/** Signed in at two places; one ends the other. */
async function signedOutElsewhere(story: Story, browser: Browser): Promise<void> {
  const second = await elsewhere(browser, story.url, story.sink, story.script);
  await signIn(second, ivo.password);
  await expect(second.page.getByRole("heading", { level: 1 })).toContainText("Ivo");
  await story.goto("/settings/account");
  await expect(story.page.getByText("This one")).toHaveCount(1);
  await story.press("Sign out everywhere else");
  await expect(story.page.getByText("Signed out at 1 other place")).toBeVisible();
  await second.goto("/campaigns");
  await expect(second.page).toHaveURL(/\/sign-in/);
  await second.page.context().close();
}

async function newPassword(story: Story, sink: Sink): Promise<void> {
  await story.page.context().clearCookies();
  await story.goto("/sign-in");
  await story.page.getByRole("link", { name: "Forgot your password?" }).click();
  await story.settled();
  await story.page.getByLabel("E-mail").fill(ivo.email);
  await story.press("Send me a link");
  await expect(story.page.getByText("Look at your mail")).toBeVisible();
  await story.page.goto(await linkTo(sink, ivo.email, "new-password"));
  await story.settled();
  await story.fill("New password", ivo.later);
  await story.press("Set password");
  await expect(story.page.getByText("Your password is changed")).toBeVisible();
  await signIn(story, ivo.later);
  await expect(story.page.getByRole("heading", { level: 1 })).toContainText("Ivo");
}
