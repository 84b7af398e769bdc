// The same thin line in a browser without JavaScript; and a form that is refused comes back with what was typed.
import { expect, leave, startServer, startSink, test } from "./support/test.ts";
import { Story } from "./support/story.ts";

test.use({ javaScriptEnabled: false });

test("everything works without JavaScript, and nothing typed is lost", async ({ page }) => {
  test.setTimeout(240_000);
  const [server, sink] = [await startServer(), await startSink()];
  try {
    const story = new Story(page, server.url, sink, false);
    await story.firstStart();
    await story.signOutAndIn();

    await story.goto("/lists/new");
    await story.fill("Name", "x".repeat(201));
    await story.fill("Description (optional)", "People who came to the open house");
    await story.press("Make list");
    await expect(page.getByText("At most 200 characters.").first()).toBeVisible();
    await expect(page.getByLabel("Name", { exact: true })).toHaveValue("x".repeat(201));
    await expect(page.getByLabel("Description (optional)")).toHaveValue("People who came to the open house");

    await story.thinLine();
    await leave(page);
  } finally {
    await sink.stop();
    await server.stop();
  }
});
