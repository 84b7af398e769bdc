// Accessibility by axe-core: WCAG 2.2 A and AA, and axe's best practices. In the dark only colours differ.
import AxeBuilder from "@axe-core/playwright";
import { type Page, expect } from "@playwright/test";

export type Scheme = "light" | "dark";

const all = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
const colours = ["color-contrast", "link-in-text-block"];

export async function expectAccessible(page: Page, scheme: Scheme = "light"): Promise<void> {
  await page.emulateMedia({ colorScheme: scheme, reducedMotion: "reduce" });
  const axe = new AxeBuilder({ page })
    // A mail is its author's; its frame lets no script in, axe's neither.
    .exclude("iframe")
    .setLegacyMode(true);
  const rules = scheme === "light" ? axe.withTags(all) : axe.withRules(colours);
  const { violations } = await rules.analyze();
  const lines = violations.flatMap(({ id, impact, help, nodes }) => [
    `${id} (${impact}): ${help}`,
    ...nodes.map(({ target, html, failureSummary }) => {
      const why = (failureSummary ?? "").split("\n").slice(1).join("; ").trim();
      return `    ${target.join(" ")}\n      ${html.slice(0, 160)}\n      ${why}`;
    }),
  ]);
  expect(lines.join("\n"), `axe on ${page.url()}, ${scheme}`).toBe("");
}
