// The workspace's limits: set with a form, and told at their field when they are wrong. Once with the script and once
// without.
import { expect, leave, startServer, startSink, test } from "./support/test.ts";
import { Story } from "./support/story.ts";

for (const javaScriptEnabled of [true, false]) {
  test.describe(javaScriptEnabled ? "with the script" : "without the script", () => {
    test.use({ javaScriptEnabled, expected: [/status of 422/] });

    test("limits are set, and what is wrong is told", async ({ page }) => {
      test.setTimeout(120_000);
      const [server, sink] = [await startServer(), await startSink()];
      try {
        const story = new Story(page, server.url, sink, javaScriptEnabled);
        await story.firstStart();
        await story.goto("/settings");
        await page.getByRole("link", { name: "Limits" }).click();
        await story.settled();
        const field = (name: string) => page.locator(`[name="${name}"]`);
        await expect(field("channels[email][hourly]")).toHaveValue("50000");
        await expect(field("caps[day]")).toHaveValue("1");

        await field("budget").fill("much");
        await field("channels[email][quiet_from]").fill("21:00");
        await story.press("Save");
        await expect(page.getByText("An amount such as 25 or 0.0079.").first()).toBeVisible();
        await expect(page.getByText("Quiet hours have a beginning and an end: give both, or neither.").first()).toBeVisible();
        await expect(field("budget")).toHaveValue("much");

        await field("budget").fill("25");
        await field("channels[email][quiet_from]").fill("21:00");
        await field("channels[email][quiet_to]").fill("08:00");
        await field("channels[email][hourly]").fill("2,000");
        await field("caps[day]").fill("");
        await story.press("Save");
        await expect(page.getByText("The limits are saved")).toBeVisible();
        await story.goto("/settings/limits");
        await expect(field("budget")).toHaveValue("25.00");
        await expect(field("channels[email][hourly]")).toHaveValue("2000");
        await expect(field("channels[email][quiet_to]")).toHaveValue("08:00");
        await expect(field("caps[day]")).toHaveValue("");
        await expect(page.getByText("0 of it is spent")).toBeVisible();
        await leave(page);
      } finally {
        await sink.stop();
        await server.stop();
      }
    });
  });
}
