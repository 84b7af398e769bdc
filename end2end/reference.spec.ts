// The page that shows the API's description: it is served by us alone, and what is tried there is asked of this server
// with the key that was typed in.
import { expect, expectAccessible, shoot, test } from "./support/test.ts";

for (const [size, width] of [["a desktop", 1280], ["a phone", 360]] as const) {
  test(`the API is read and tried on ${size}`, async ({ page, server }) => {
    const slug = `reference-${width}`;
    await server.run(["tenant", "create", "--name", "Reference", "--slug", slug]);
    const key = await server.run(["api-key", "create", "--tenant", slug, "--name", "Reader", "--scopes", "read"]);
    const strangers: string[] = [];
    page.on("request", (request) => {
      if (!request.url().startsWith(server.url) && !/^(data|blob):/.test(request.url())) strangers.push(request.url());
    });
    await page.setViewportSize({ width, height: 800 });
    await page.goto("/api/docs");
    await expect(page.getByRole("heading", { name: "Carillon", level: 1 })).toBeVisible();
    await expect(page.getByText("An API key.").first()).toBeVisible();
    await shoot(page, `reference-${width}`);
    await page.setViewportSize({ width, height: 800 });
    expect(await page.evaluate(() => document.documentElement.scrollWidth), "scrolls sideways").toBe(width);
    for (const scheme of ["light", "dark"] as const) await expectAccessible(page, scheme);

    await page.getByPlaceholder("Token").first().fill(key.trim());
    await page.getByRole("button", { name: "Test Request (get /me)" }).click();
    await page.getByRole("button", { name: /^Send/ }).first().click();
    const dialog = page.getByRole("dialog");
    await expect(dialog.getByText("200 OK")).toBeVisible();
    await expect(dialog.getByText('"Reader"')).toBeVisible();
    expect(strangers, "requests to others").toEqual([]);
  });
}
