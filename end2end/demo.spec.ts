// First start → demo → Home: who only wants to look around is signed in at once, to a workspace in which everything that
// Home tells leads somewhere. Once with the script and once without.
import { expect, expectAccessible, leave, ready, shoot, startServer, test } from "./support/test.ts";

for (const javaScriptEnabled of [true, false]) {
  test.describe(javaScriptEnabled ? "with the script" : "without the script", () => {
    test.use({ javaScriptEnabled });

    test("who looks around finds made-up people and campaigns", async ({ page }) => {
      test.setTimeout(240_000);
      const server = await startServer();
      const settled = async () => {
        await page.waitForLoadState("load");
        if (javaScriptEnabled) await ready(page);
      };
      try {
        await page.goto(`${server.url}/`);
        await settled();
        await expect(page).toHaveURL(/\/setup$/);
        // None of the other button's fields is asked for.
        await page.getByRole("button", { name: "Look around with demo data" }).click({ timeout: 90_000 });
        await expect(page.getByRole("heading", { level: 1 })).toContainText("Nora", { timeout: 90_000 });
        await settled();
        await expect(page.getByText("You are looking at made-up people")).toBeVisible();
        for (const title of ["Needs attention", "Last results", "Upcoming", "Health"]) {
          await expect(page.getByRole("heading", { name: title })).toBeVisible();
        }
        if (javaScriptEnabled) {
          await shoot(page, "home-demo");
          for (const scheme of ["light", "dark"] as const) await expectAccessible(page, scheme);
          await page.setViewportSize({ width: 360, height: 800 });
          const width = await page.evaluate(() => document.documentElement.scrollWidth);
          expect(width, "nothing scrolls sideways on a phone").toBeLessThanOrEqual(360);
          await page.setViewportSize({ width: 1280, height: 800 });
          await page.emulateMedia({ colorScheme: null });
        }

        const leads = async (link: RegExp, to: RegExp) => {
          await page.goto(`${server.url}/`);
          await settled();
          await page.getByRole("link", { name: link }).first().click();
          await expect(page).toHaveURL(to);
          await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
        };
        await leads(/^See the \d+$/, /\/in-doubt$/);
        await leads(/^Open report$/, /\/report$/);
        await leads(/^48-hour sale$/, /\/report$/);
        await leads(/^Gift vouchers$/, /\/campaigns\/[^/]+$/);
        await leads(/^Calendar$/, /\/campaigns\/calendar$/);
        await page.goto(`${server.url}/contacts`);
        await expect(page.getByText(/@(example|mailbox)\./).first()).toBeVisible();
        expect(server.log()).not.toMatch(/@(example|mailbox)\./);
        await leave(page);
      } finally {
        await server.stop();
      }
    });
  });
}
