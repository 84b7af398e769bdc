// A file of people: sent, mapped, checked, imported, looked at, taken back; with the script and without.
import { type Browser, expect } from "@playwright/test";
import { startServer, startSink, test } from "./support/test.ts";
import { Story } from "./support/story.ts";

const people = [
  "Nome;E-Mail;Cell;Newsletter?;Note",
  "Giulia;giulia@fair.example;+12125550177;si;likes mornings",
  "Marco;marco@fair;;no;",
  "Ada;ada@fair.example;;si;",
].join("\r\n");

for (const script of [true, false]) {
  test(`a file becomes contacts ${script ? "" : "without JavaScript"}`, async ({ browser }) => {
    test.setTimeout(240_000);
    await importIn(browser, script);
  });
}

async function importIn(browser: Browser, script: boolean): Promise<void> {
  const [server, sink] = [await startServer(), await startSink()];
  const context = await browser.newContext({ javaScriptEnabled: script, baseURL: server.url });
  try {
    const page = await context.newPage();
    const story = new Story(page, server.url, sink, script);
    await story.firstStart();

    await story.goto("/imports");
    await page.getByRole("link", { name: "Import a file" }).first().click();
    await story.settled();
    const picture = { name: "holiday.csv", mimeType: "text/csv", buffer: Buffer.from("\x89PNG\r\n\x1a\n", "latin1") };
    await page.getByLabel("File of people").setInputFiles(picture);
    await story.press("Send the file");
    await expect(page.getByText("This is a picture (PNG)").first()).toBeVisible();
    await story.settled();

    await page.getByLabel("File of people").setInputFiles({ name: "fair.csv", mimeType: "text/csv", buffer: Buffer.from(people) });
    await story.press("Send the file");
    await expect(page.getByRole("heading", { level: 1 })).toHaveText("fair.csv");
    await story.settled();
    await expect(page.getByLabel("What Nome becomes")).toHaveValue("first_name");
    await expect(page.getByLabel("What Newsletter? becomes")).toHaveValue("consent.email");
    await page.getByLabel("What Note becomes").selectOption("custom.note");
    await page.getByRole("radio", { name: /^They agreed/ }).check();
    await story.press("Check every row");
    await expect(page.getByText("Write the words that people agreed to").first()).toBeVisible();
    await story.settled();
    await expect(page.getByLabel("What Note becomes")).toHaveValue("custom.note");
    await story.fill("Wording that they saw", "I would like to receive news by e-mail.");
    await story.press("Check every row");

    const start = page.getByRole("button", { name: "Import 2 rows, leave out 1" });
    await expect(async () => {
      if (!script) await page.reload();
      await expect(start).toBeVisible({ timeout: 1_000 });
    }).toPass({ timeout: 30_000 });
    await expect(page.getByText("marco@fair")).toBeVisible();
    await start.click();
    await expect(async () => {
      if (!script) await page.reload();
      await expect(page.getByText("Finished")).toBeVisible({ timeout: 1_000 });
    }).toPass({ timeout: 30_000 });
    const download = page.waitForEvent("download");
    await page.getByRole("link", { name: "All of them (CSV)" }).click();
    expect((await download).suggestedFilename()).toBe("rejected-fair.csv");

    await story.goto("/contacts?search=giulia");
    await expect(page.getByText("giulia@fair.example").first()).toBeVisible();

    await page.goBack();
    await story.settled();
    await page.getByText("Undo…").click();
    await story.press("Undo this import");
    await expect(async () => {
      if (!script) await page.reload();
      await expect(page.getByText("Everybody is as before the import.")).toBeVisible({ timeout: 1_000 });
    }).toPass({ timeout: 30_000 });
  } finally {
    await context.close();
    await sink.stop();
    await server.stop();
  }
}
