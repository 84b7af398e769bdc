// Pictures of a page for people to look at: end2end/shots/NAME-WIDTH-THEME.png. Where nobody looks (CI) there are none.
import { fileURLToPath } from "node:url";
import type { Page } from "@playwright/test";

export async function shoot(page: Page, name: string): Promise<void> {
  if (process.env.CI) return;
  const before = page.viewportSize();
  for (const width of [360, 1280]) {
    await page.setViewportSize({ width, height: 800 });
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      const path = fileURLToPath(new URL(`../shots/${name}-${width}-${colorScheme}.png`, import.meta.url));
      await page.screenshot({ path, fullPage: true, animations: "disabled" });
    }
  }
  await page.emulateMedia({ colorScheme: null });
  if (before) await page.setViewportSize(before);
}
