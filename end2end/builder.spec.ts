// The campaign builder: it saves by itself and loses nothing, the funnel opens its people, two tabs do not overwrite each
// other unseen, and what is scheduled goes at its time. Once more on a phone and without the script.
import type { Page } from "@playwright/test";
import { type Api, api } from "./support/seed.ts";
import { expect, leave, ready, startServer, startSink, test } from "./support/test.ts";
import { Story } from "./support/story.ts";

test.use({ expected: [/status of 422/] });

interface Place {
  story: Story;
  client: Api;
  list: string;
  sender: string;
}

async function place(page: Page, story: Story, sinkPort: number, run: (args: string[]) => Promise<string>): Promise<Place> {
  await story.firstStart();
  const key = await run(["api-key", "create", "--tenant", "maple-row-studios", "--name", "tests", "--scopes", "read,send,manage"]);
  const client = api(story.url, key.trim());
  const config = { host: "127.0.0.1", port: sinkPort, tls: "none" };
  const provider = await client.post("/providers", { channel: "email", kind: "smtp", name: "Loopback", config });
  const sender = await client.post("/senders", { email: "news@maplerow.example", name: "Maple Row", provider_id: provider.id });
  const list = await client.post("/lists", { name: "Newsletter", type: "static" });
  for (const [name, agreed] of [["Ada", true], ["Grace", true], ["Edsger", false]] as const) {
    const consents = agreed ? [{ channel: "email", state: "granted", source: "Form at the till" }] : [];
    await client.post("/contacts", { email: `${name.toLowerCase()}@customers.example`, first_name: name, consents, lists: [list.id] });
  }
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  return { story, client, list: list.id, sender: sender.id };
}

async function draft({ client, list, sender }: Place, name: string): Promise<string> {
  const content = { email: { subject: "Hello {{first_name}}", html: "<p>The kiln is hot again.</p>" } };
  const made = await client.post("/campaigns", { name, content, sender_id: sender, audience: { include: [list] } });
  return `/campaigns/${made.id}`;
}

/** Changes a draft by the API, as somebody else would. */
async function change({ story, client }: Place, path: string, body: object): Promise<void> {
  const headers = { authorization: `Bearer ${client.key}`, "content-type": "application/json" };
  await fetch(`${story.url}/api/v1${path}`, { method: "PATCH", headers, body: JSON.stringify(body) });
}

const saved = (page: Page) => expect(page.locator(".rail__save")).toContainText(/Saved \d+ s ago/);

test("it saves by itself, a reload loses nothing, and two tabs are told of each other", async ({ page }) => {
  test.setTimeout(240_000);
  const [server, sink] = [await startServer(), await startSink()];
  try {
    const story = new Story(page, server.url, sink, true);
    const here = await place(page, story, sink.port, (args) => server.run(args));
    const path = await draft(here, "Spring news");

    await story.goto(`${path}/edit/goal`);
    await story.fill("Goal (optional)", "40 bookings for the open house");
    await saved(page);
    await expect(page.getByRole("navigation", { name: "Steps" })).toContainText("40 bookings");
    await page.reload();
    await story.settled();
    await expect(page.getByLabel("Goal (optional)")).toHaveValue("40 bookings for the open house");

    // What cannot be saved is there again as it was typed.
    await story.goto(`${path}/edit/content`);
    await page.getByLabel("HTML", { exact: true }).fill("<p>Hello {{frist_name}}</p>");
    await expect(page.locator(".rail__save")).toContainText("Not saved");
    await expect(page.getByText(/frist_name/).first()).toBeVisible();
    page.once("dialog", (dialog) => dialog.accept());
    await page.reload();
    await story.settled();
    await expect(page.getByText("What stands here is not saved yet")).toBeVisible();
    await expect(page.getByLabel("HTML", { exact: true })).toHaveValue("<p>Hello {{frist_name}}</p>");
    expect((await here.client.get(path)).content.html).toBe("<p>The kiln is hot again.</p>");
    await page.getByLabel("HTML", { exact: true }).fill("<p>Hello {{first_name}}</p>");
    await saved(page);
    expect((await here.client.get(path)).content.html).toBe("<p>Hello {{first_name}}</p>");

    // Somebody else changes the same step meanwhile.
    await story.goto(`${path}/edit/goal`);
    await change(here, path, { goal: "60 bookings" });
    await story.fill("Name", "Spring news, mine");
    await expect(page.getByText("This step was changed elsewhere meanwhile")).toBeVisible();
    expect((await here.client.get(path)).name).toBe("Spring news");
    await expect(page.getByLabel("Name", { exact: true })).toHaveValue("Spring news, mine");
    await page.getByRole("button", { name: "Keep mine" }).click();
    await saved(page);
    await expect(page.getByText("This step was changed elsewhere meanwhile")).toBeHidden();
    expect((await here.client.get(path)).name).toBe("Spring news, mine");
    await leave(page);
  } finally {
    await sink.stop();
    await server.stop();
  }
});

test("what is typed goes along when a step is left, and nothing is sent that was not seen", async ({ page }) => {
  test.setTimeout(240_000);
  const [server, sink] = [await startServer(), await startSink()];
  try {
    const story = new Story(page, server.url, sink, true);
    const here = await place(page, story, sink.port, (args) => server.run(args));
    const path = await draft(here, "Spring news");
    const steps = page.getByRole("navigation", { name: "Steps" });

    // A link of the console is followed at once; the typing is not a second old.
    await story.goto(`${path}/edit/goal`);
    await page.getByLabel("Goal (optional)").pressSequentially("40 bookings");
    await steps.getByRole("link", { name: /^Timing/ }).click();
    await expect(page).toHaveURL(/edit\/timing$/);
    await expect.poll(async () => (await here.client.get(path)).goal).toBe("40 bookings");

    // Half a date is no date: the limit that is saved stays.
    await story.fill("Don't send after (optional)", "2031-05-01T10:00");
    await saved(page);
    const until = (await here.client.get(path)).not_after;
    await page.getByLabel("Don't send after (optional)").focus();
    await page.keyboard.press("Backspace");
    await expect(page.locator(".rail__save")).toContainText("incomplete");
    expect((await here.client.get(path)).not_after).toBe(until);
    page.once("dialog", (dialog) => dialog.accept());
    await page.reload();
    await story.settled();

    // To look at the other card changes nothing, and the review says what stands there.
    const other = await here.client.post("/templates", { name: "Open house", channel: "email", subject: "Hi", html: "<p>Hi</p>" });
    await story.goto(`${path}/edit/content`);
    await page.getByRole("radio", { name: /^Use a template/ }).check();
    await expect(page.locator(".rail__save")).toContainText("Not saved");
    expect((await here.client.get(path)).content.html).toBe("<p>The kiln is hot again.</p>");
    await expect(steps).toContainText("Typed, but not saved");
    await page.getByLabel("Template", { exact: true }).selectOption(other.id);
    await saved(page);
    await expect(steps).not.toContainText("Typed, but not saved");

    // A button that is pressed while a save is on its way waits for it.
    await page.route("**/_fn/save-campaign-step", async (route) => {
      await new Promise((later) => setTimeout(later, 1_500));
      await route.continue();
    });
    await story.goto(`${path}/edit/goal`);
    await page.getByLabel("Goal (optional)").fill("60 bookings");
    await page.getByLabel("Goal (optional)").blur();
    await page.getByLabel("Goal (optional)").fill("70 bookings");
    await page.getByRole("button", { name: "Save and go on to audience" }).click();
    await expect(page).toHaveURL(/edit\/audience$/, { timeout: 15_000 });
    expect((await here.client.get(path)).goal).toBe("70 bookings");
    await page.unroute("**/_fn/save-campaign-step");

    await story.goto(path);
    await expect(page.getByRole("button", { name: "Send to 2 people" })).toBeVisible();
    await change(here, path, { goal: "80 bookings" });
    await story.press("Send to 2 people");
    await expect(page.getByText("This campaign was changed since you opened the page.")).toBeVisible();
    expect((await here.client.get(path)).status).toBe("draft");
    await leave(page);
  } finally {
    await sink.stop();
    await server.stop();
  }
});

test("the funnel follows the lists, and each number opens its people", async ({ page }) => {
  test.setTimeout(240_000);
  const [server, sink] = [await startServer(), await startSink()];
  try {
    const story = new Story(page, server.url, sink, true);
    const here = await place(page, story, sink.port, (args) => server.run(args));
    const path = await draft(here, "Spring news");
    await story.goto(`${path}/edit/audience`);
    const number = (step: string) => page.getByRole("link", { name: new RegExp(`^${step}: `) });
    await expect(number("Matched")).toHaveText("3");
    await expect(number("Reachable")).toHaveText("2");
    const newsletter = page.getByRole("group", { name: "Include people on any of" }).getByRole("checkbox", { name: /^Newsletter/ });
    await newsletter.uncheck();
    await expect(page.getByText("Tick a list, and you see here whom it reaches.")).toBeVisible();
    await newsletter.check();
    await expect(number("Reachable")).toHaveText("2");
    await page.setViewportSize({ width: 360, height: 800 });
    const [content, width] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
    expect(content).toBeLessThanOrEqual(width);
    await page.getByRole("link", { name: /Never gave consent/ }).click();
    await expect(page).toHaveURL(/reason=no_consent/);
    await ready(page);
    await expect(page.getByRole("link", { name: "Edsger" })).toBeVisible();
    await expect(page.getByRole("link", { name: "Ada" })).toBeHidden();
    await page.getByRole("navigation", { name: "Step" }).getByRole("link", { name: /^Reachable/ }).click();
    await expect(page.getByRole("link", { name: "Ada" })).toBeVisible();
    await expect(page.getByRole("link", { name: "Edsger" })).toBeHidden();
    await leave(page);
  } finally {
    await sink.stop();
    await server.stop();
  }
});

for (const javaScriptEnabled of [true, false]) {
  test.describe(javaScriptEnabled ? "with the script" : "without the script", () => {
    test.use({ javaScriptEnabled });

    test("it is scheduled, taken back, and goes at its time", async ({ page }) => {
      test.setTimeout(240_000);
      const [server, sink] = [await startServer(), await startSink()];
      try {
        const story = new Story(page, server.url, sink, javaScriptEnabled);
        const here = await place(page, story, sink.port, (args) => server.run(args));
        const path = await draft(here, "Spring news");
        await story.goto(`${path}/edit/timing`);
        await page.getByRole("radio", { name: /^At a moment/ }).check();
        const year = new Date().getUTCFullYear() + 1;
        await story.fill("Date and time", `${year}-03-03T10:00`);
        await page.getByLabel("By the clocks of").selectOption("America/New_York");
        await story.press("Next: Review");
        await story.step("Checks");
        await story.press(new RegExp(`^Schedule for \\w+ 3 March ${year}, 10:00 New York, to 2 people, about \\$?[0-9.]+$`));
        await expect(page.getByText(/^Starts by itself on .* 10:00 America\/New_York$/)).toBeVisible();
        await expect(page.locator(".page-head .badge")).toHaveText("Scheduled");

        await story.goto(`/campaigns/calendar?month=${year}-03`);
        await expect(page.getByRole("link", { name: /10:00 Spring news/ })).toBeVisible();
        await page.getByRole("link", { name: /10:00 Spring news/ }).click();
        await story.settled();
        await story.press("Take back to change");
        await expect(page.locator(".page-head .badge")).toHaveText("Draft");

        // Some seconds ahead: the field knows minutes only.
        const soon = new Date(Date.now() + 10_000).toISOString();
        await here.client.post(`${path}/schedule`, { at: soon });
        await story.goto(path);
        await expect(page.locator(".page-head .badge")).toHaveText("Scheduled");
        await story.mails(2);
        expect(sink.mails().map((mail) => mail.to[0]).sort()).toEqual(["ada@customers.example", "grace@customers.example"]);
        // With the script the page learns by itself that it has begun.
        if (!javaScriptEnabled) await story.goto(path);
        await expect(page.getByText("Finished", { exact: true }).first()).toBeVisible({ timeout: 30_000 });

        await story.goto("/campaigns?status=completed");
        await page.locator("summary[aria-label='More for Spring news']").click();
        await story.press(/^Archive$/);
        await expect(page.getByText("Archived: 1 campaign")).toBeVisible();
        await story.goto("/campaigns?archived=true");
        await expect(page.getByRole("link", { name: "Spring news" })).toBeVisible();
        await leave(page);
      } finally {
        await sink.stop();
        await server.stop();
      }
    });
  });
}
