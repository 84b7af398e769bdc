// A contact's life: made with all that is known, changed, agreed, tagged, merged with its double, erased. Once with the
// script and once without.
import { expect, leave, startServer, startSink, test } from "./support/test.ts";
import { Story } from "./support/story.ts";

for (const javaScriptEnabled of [true, false]) {
  test.describe(javaScriptEnabled ? "with the script" : "without the script", () => {
    test.use({ javaScriptEnabled, expected: [/status of 422/] });

    test("a contact is made, changed, agrees, is merged and erased", async ({ page }) => {
      test.setTimeout(180_000);
      const [server, sink] = [await startServer(), await startSink()];
      try {
        const story = new Story(page, server.url, sink, javaScriptEnabled);
        await story.firstStart();

        await story.goto("/contacts/new");
        await page.getByLabel("E-mail", { exact: true }).fill("ada@customers.example");
        await page.getByLabel("Phone", { exact: true }).fill("212 555");
        await page.getByLabel("First name").fill("Ada");
        await page.getByLabel("Last name").fill("Byron");
        await page.getByLabel("Tags").fill("VIP, regular");
        await page.getByRole("combobox", { name: "Country" }).selectOption("US");
        await page.getByLabel("More fields").fill("Shoe_size: 38");
        await story.press("Add contact");
        await expect(page.getByText(/too many or too few digits/).first()).toBeVisible();
        await expect(page.getByLabel("First name")).toHaveValue("Ada");
        await page.getByLabel("Phone", { exact: true }).fill("(212) 555-0123");
        await story.press("Add contact");
        await expect(page.getByRole("heading", { level: 1, name: "Ada Byron" })).toBeVisible();
        await expect(page.getByText("+12125550123")).toBeVisible();
        await expect(page.getByText("No campaign by e-mail reaches this person")).toBeVisible();

        await page.getByRole("link", { name: "Change", exact: true }).click();
        await story.settled();
        await page.getByLabel("City").fill("Hoboken");
        await page.getByLabel("Shoe size").fill("39");
        await page.getByRole("combobox", { name: "Stage" }).selectOption("sales");
        await story.press("Save");
        await expect(page.getByText("Hoboken")).toBeVisible();
        await expect(page.getByText("39", { exact: true })).toBeVisible();

        await page.getByRole("link", { name: /^Grant… marketing by E-mail/ }).click();
        await story.settled();
        await page.getByLabel("Wording").fill("Send me news by e-mail");
        await page.getByLabel("Evidence").fill("By phone, 3 May 2026");
        await story.press("Record");
        await story.settled();
        await expect(page.getByText("No campaign by e-mail reaches this person")).toHaveCount(0);

        await page.getByLabel("Add tags").fill("gold");
        await story.press("Add");
        await expect(page.getByRole("link", { name: "gold" })).toBeVisible();
        await page.getByRole("button", { name: "Take away regular" }).click();
        await expect(page.getByRole("link", { name: "regular" })).toHaveCount(0);

        await story.goto("/contacts/new");
        await page.getByLabel("E-mail", { exact: true }).fill("byron@customers.example");
        await page.getByLabel("First name").fill("Augusta Ada");
        await page.getByLabel("Last name").fill("Byron");
        await page.getByLabel("Business").fill("Engines");
        await story.press("Add contact");
        await story.goto("/contacts?q=ada");
        await page.getByRole("link", { name: "Ada Byron", exact: true }).click();
        await story.settled();
        await page.getByRole("link", { name: "Merge…" }).click();
        await story.settled();
        await page.getByRole("link", { name: /^Choose/ }).click();
        await story.settled();
        await page.getByRole("radio", { name: "byron@customers.example" }).check();
        await story.press("Merge the two");
        await expect(page.getByText("The two are one now")).toBeVisible();
        await expect(page.getByText("byron@customers.example").first()).toBeVisible();
        await expect(page.getByText("Engines")).toBeVisible();

        await page.getByRole("link", { name: "Erase…" }).click();
        await story.settled();
        await page.getByLabel(/^Type .* to confirm$/).fill("ada@customers.example");
        await story.press("Erase this person");
        await expect(page.getByText("Type byron@customers.example to confirm.").first()).toBeVisible();
        await page.getByLabel(/^Type .* to confirm$/).fill("byron@customers.example");
        await story.press("Erase this person");
        await expect(page.getByText("The person is erased")).toBeVisible();
        await expect(page.getByText("No contacts yet")).toBeVisible();

        await story.goto("/contacts/new");
        await page.getByLabel("E-mail", { exact: true }).fill("byron@customers.example");
        await story.press("Add contact");
        await expect(page.getByText(/somebody who was erased/).first()).toBeVisible();
        await page.getByLabel("They came back by themselves").check();
        await story.press("Add contact");
        await expect(page.getByRole("heading", { level: 1, name: "byron@customers.example" })).toBeVisible();
        await leave(page);
      } finally {
        await sink.stop();
        await server.stop();
      }
    });
  });
}
