// What people agreed to, addresses that nothing is sent to, and where members of a list stand: with the script and
// without it.
import { readFileSync } from "node:fs";
import type { Page } from "@playwright/test";
import { expect, leave, startServer, startSink, test } from "./support/test.ts";
import { Story } from "./support/story.ts";

/** Presses a link that leads to a file, and gives what is in it. */
async function download(page: Page, name: string | RegExp): Promise<string> {
  const started = page.waitForEvent("download");
  await page.getByRole("link", { name }).first().click();
  return readFileSync(await (await started).path(), "utf8");
}

for (const javaScriptEnabled of [true, false]) {
  test.describe(javaScriptEnabled ? "with the script" : "without the script", () => {
    test.use({ javaScriptEnabled, expected: [/status of 422/] });

    test("consent with proof, suppressions, members of a list", async ({ page }) => {
      test.setTimeout(180_000);
      const [server, sink] = [await startServer(), await startSink()];
      try {
        const story = new Story(page, server.url, sink, javaScriptEnabled);
        await story.firstStart();
        await story.makeList("Regulars");
        await story.addContact("Ada", "ada@customers.example", "Regulars", false);
        await consent(story);
        await suppressions(story);
        await members(story);
        await leave(page);
      } finally {
        await sink.stop();
        await server.stop();
      }
    });
  });
}

/** Grants with a proof, withdraws, and reads the history. Ends on the contact's page. */
async function consent(story: Story): Promise<void> {
  const { page } = story;
  await page.getByRole("link", { name: /^Grant… marketing by E-mail/ }).click();
  await story.settled();
  const file = { name: "form.txt", mimeType: "text/plain", buffer: Buffer.from("Yes, send me news. Ada") };
  await page.getByLabel("Proof (optional)").setInputFiles(file);
  await story.press("Record");
  await story.settled();
  await expect(page.getByText("what exactly they agreed to").first()).toBeVisible();
  await expect(page.getByText("“form.txt” is attached already")).toBeVisible();
  await story.fill("Wording", "Send me news of the studio");
  await page.getByLabel("When they said so (optional)").fill("2026-02-14T09:30");
  await story.press("Record");
  await story.settled();
  await expect(page.getByText("Recorded", { exact: true })).toBeVisible();
  const email = page.getByRole("row", { name: /^E-mail/ });
  await expect(email.getByText("14 Feb 2026")).toBeVisible();
  expect(await download(page, "form.txt")).toBe("Yes, send me news. Ada");

  await page.getByRole("link", { name: /^Withdraw… marketing by E-mail/ }).click();
  await story.settled();
  await expect(page.getByLabel("The person")).toHaveValue("withdrawn");
  await story.fill("Evidence", "By phone");
  await story.press("Record");
  await story.settled();
  await expect(email.getByText("Withdrawn", { exact: true })).toBeVisible();
  await page.getByText("The whole history, 2 entries").click();
  await expect(page.getByText("Send me news of the studio")).toBeVisible();
  await expect(page.getByText("By phone")).toBeVisible();
  await expect(page.getByText(/^Recorded by Nora Whitfield/).first()).toBeVisible();
}

/** Adds one, imports some, exports them, removes one. */
async function suppressions(story: Story): Promise<void> {
  const { page } = story;
  await story.goto("/suppressions/new");
  await story.fill("Address", "Ben@customers.example");
  await page.getByLabel("Reason").selectOption("Complaint");
  await story.press("Suppress");
  await expect(page.getByText("The address is suppressed")).toBeVisible();
  await story.goto("/suppressions/import");
  await story.fill("Addresses", "eve@customers.example\nnobody\nben@customers.example");
  await story.press("Import");
  await story.settled();
  await expect(page.getByText("1 address is suppressed now.")).toBeVisible();
  await expect(page.getByText("line 2, “nobody”").first()).toBeVisible();
  await expect(page.getByLabel("Addresses", { exact: true })).toHaveValue("nobody");
  await story.goto("/suppressions");
  const csv = await download(page, "Export these as CSV");
  expect(csv.split("\r\n").map((line) => line.split(",")[0])).toEqual(["address", "ben@customers.example", "eve@customers.example", ""]);
  await page.getByRole("link", { name: "Complaint" }).click();
  await expect(page.getByText("eve@customers.example")).toHaveCount(0);
  await page.getByText("Remove…").click();
  await page.getByLabel("Why it may be written to again").fill("It was a mistake");
  await story.press("Remove the suppression");
  await expect(page.getByText("The address is not suppressed any more")).toBeVisible();
  await expect(page.getByText("ben@customers.example")).toHaveCount(0);
}

/** Renames a list, takes somebody off and puts her back, adds by address, deletes it. */
async function members(story: Story): Promise<void> {
  const { page } = story;
  await story.goto("/lists");
  await page.getByRole("link", { name: "Regulars" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Regulars" })).toBeVisible();
  await page.getByRole("link", { name: "Edit" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Edit Regulars" })).toBeVisible();
  await story.settled();
  await story.fill("Name", "Friends");
  await story.press("Save");
  await expect(page.getByRole("heading", { level: 1, name: "Friends" })).toBeVisible();
  await story.settled();
  expect(await download(page, "Export")).toContain("ada@customers.example,,Ada,");
  await page.getByText("Take off…").click();
  await story.press("Take Ada off the list");
  await expect(page.getByText("Taken off the list.")).toBeVisible();
  await story.settled();
  await page.getByRole("link", { name: "Removed 1" }).click();
  await page.getByText("Put back…").click();
  await story.press("Put Ada back on the list");
  await expect(page.getByText("Put back on the list", { exact: true })).toBeVisible();
  await story.settled();
  await expect(page.getByRole("link", { name: "Active 1" })).toBeVisible();
  await page.getByRole("link", { name: "Add people" }).click();
  await story.settled();
  await page.getByLabel("Addresses of contacts").fill("ada@customers.example, eve@customers.example");
  await story.press("Add these");
  await expect(page.getByText("add them as contacts first: eve@customers.example.").first()).toBeVisible();
  await story.goto("/lists");
  await page.getByRole("link", { name: "Friends" }).click();
  await page.getByRole("link", { name: "Edit" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Edit Friends" })).toBeVisible();
  await story.settled();
  await page.getByText("Delete this list…").click();
  await story.press("Delete “Friends” for good");
  await expect(page.getByText("The list is deleted.")).toBeVisible();
}
