// The thin line as a newcomer walks it: first start, sign in, provider, sender, list, people, template, campaign,
// Start, the mail, the report. Once with the script, once without (no-javascript.spec.ts): the same steps.
import { expect, test } from "./support/test.ts";
import { firstStart, thinLine, viaBrowser } from "./support/story.ts";

test.describe.configure({ mode: "serial" });

test("first start, sign out, sign in, and from a provider to a report", async ({ page, open, server, sink }) => {
  await open("/");
  await expect(page).toHaveURL(/\/setup$/);
  await firstStart(page);
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  await thinLine(page, server, sink, viaBrowser(page));
});
