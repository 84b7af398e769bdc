// The block editor: a mail put together with the keyboard alone, undone, kept over a reload, looked at on a phone, saved;
// and the same page without a script.
import type { Page } from "@playwright/test";
import { expect, expectAccessible, ready, startServer, startSink, test } from "./support/test.ts";
import { Story, admin } from "./support/story.ts";
import type { Server } from "./support/server.ts";
import type { Sink } from "./support/mail.ts";

let server: Server;
let sink: Sink;

test.beforeAll(async ({ browser }) => {
  test.setTimeout(120_000);
  [server, sink] = [await startServer(), await startSink()];
  const context = await browser.newContext({ javaScriptEnabled: true });
  await new Story(await context.newPage(), server.url, sink, true).firstStart();
  await context.close();
});

test.afterAll(async () => {
  await sink?.stop();
  await server?.stop();
});

async function signIn(page: Page, script = true): Promise<Story> {
  const story = new Story(page, server.url, sink, script);
  await story.goto("/sign-in");
  await page.getByLabel("E-mail").fill(admin.email);
  await story.fill("Password", admin.password);
  await story.press("Sign in");
  await expect(page.getByRole("heading", { level: 1 })).toContainText("Nora");
  return story;
}

async function make(page: Page, name: string, script = true): Promise<Story> {
  const story = await signIn(page, script);
  await story.goto("/templates/new/blocks");
  await story.fill("Name", name);
  await story.press("Open the editor");
  await expect(page.getByRole("heading", { level: 1, name })).toBeVisible();
  return story;
}

const canvas = (page: Page) => page.getByRole("region", { name: "The mail" });
const block = (page: Page, name: string | RegExp) => canvas(page).getByRole("group", { name });
const order = (page: Page) => canvas(page).locator("[data-block]").evaluateAll((all) => all.map((one) => one.getAttribute("aria-label")));
const saved = (page: Page) => expect(page.getByText(/^Draft saved \d+ s ago$/)).toBeVisible({ timeout: 10_000 });

/** The mail of the preview, alone on a screen of this width: its frame lets no script in, a test's neither. */
async function mail(page: Page, width = 700): Promise<Page> {
  const source = await page.request.get(server.url + (await page.locator(".mail__frame").first().getAttribute("src")));
  const alone = await page.context().newPage();
  await alone.setViewportSize({ width, height: 800 });
  await alone.setContent(await source.text());
  return alone;
}

test("a mail is made with the keyboard alone", async ({ page }) => {
  test.setTimeout(120_000);
  await make(page, "By keyboard");
  await ready(page);
  const keys = page.keyboard;

  // The heading, written in place.
  await block(page, /^Heading: News/).focus();
  await keys.press("Enter");
  await expect(page.getByRole("textbox", { name: "Heading" })).toBeFocused();
  await keys.press("ControlOrMeta+a");
  await keys.type("Open house");
  await keys.press("Escape");
  await expect(block(page, "Heading: Open house")).toBeFocused();

  // The text, with a bold word, a link and a list.
  await keys.press("ArrowDown");
  await keys.press("Enter");
  await expect(page.getByRole("textbox", { name: "Text" })).toBeFocused();
  await keys.press("ControlOrMeta+a");
  await keys.type("Come and ");
  await keys.press("ControlOrMeta+b");
  await keys.type("see");
  await keys.press("ControlOrMeta+b");
  await keys.type(" us");
  await keys.press("Enter");
  await page.getByRole("button", { name: "List with bullets" }).focus();
  await keys.press("Enter");
  await page.getByRole("textbox", { name: "Text" }).focus();
  await keys.type("clay");
  await keys.press("Enter");
  await keys.type("glaze");
  await keys.press("Escape");
  await expect(block(page, /^Text: Come and see us clay glaze/)).toBeFocused();
  await expect(canvas(page).locator("strong")).toHaveText("see");
  await expect(canvas(page).locator("li")).toHaveText(["clay", "glaze"]);

  // A button behind it, from the palette; its fields.
  await page.getByRole("button", { name: "Button", exact: true }).focus();
  await keys.press("Enter");
  await expect(block(page, "Button: Read more")).toBeFocused();
  await keys.press("Enter");
  await expect(page.getByLabel("Words", { exact: true })).toBeFocused();
  await page.getByLabel("Words", { exact: true }).fill("Book a class");
  await page.getByLabel("Leads to", { exact: true }).fill("https://maplerow.example/book");

  // Moved, duplicated, deleted, and all of it taken back.
  await block(page, "Button: Book a class").focus();
  await keys.press("Alt+ArrowUp");
  expect(await order(page)).toEqual(["Heading: Open house", "Button: Book a class", expect.stringMatching(/^Text/), "Footer"]);
  await expect(page.getByText("Button: Book a class is now 2 of 3.")).toBeAttached();
  await keys.press("ControlOrMeta+d");
  await expect(block(page, "Button: Book a class")).toHaveCount(2);
  await keys.press("Delete");
  await expect(block(page, "Button: Book a class")).toHaveCount(1);
  await keys.press("ControlOrMeta+z");
  await expect(block(page, "Button: Book a class")).toHaveCount(2);
  await keys.press("ControlOrMeta+Shift+z");
  await expect(block(page, "Button: Book a class")).toHaveCount(1);
  await block(page, "Button: Book a class").focus();
  await keys.press("Alt+ArrowDown");
  const done = await order(page);

  for (const scheme of ["light", "dark"] as const) await expectAccessible(page, scheme);

  // Kept over a reload, and over what the server forgets.
  await saved(page);
  await page.reload();
  await ready(page);
  await expect(block(page, "Heading: Open house")).toBeVisible();
  expect(await order(page)).toEqual(done);

  await page.getByRole("button", { name: "Save as a new version" }).click();
  await expect(page.getByText("Saved as version 2", { exact: true })).toBeVisible();
  const sent = await mail(page);
  await expect(sent.getByRole("link", { name: "Book a class" })).toHaveAttribute("href", "https://maplerow.example/book");
});

test("columns stand below one another on a phone", async ({ page }) => {
  test.setTimeout(90_000);
  await make(page, "Columns");
  await ready(page);
  await page.getByRole("button", { name: "Columns", exact: true }).click();
  for (const [label, column] of [["Left words", "column 1 of columns 1"], ["Right words", "column 2 of columns 1"]]) {
    await page.getByRole("button", { name: "Heading", exact: true }).click();
    await page.getByRole("combobox", { name: "Stands in" }).selectOption(column);
    await block(page, "Heading: A heading").focus();
    await page.keyboard.press("Enter");
    await page.keyboard.press("ControlOrMeta+a");
    await page.keyboard.type(label);
    await page.keyboard.press("Escape");
    await block(page, /^Columns/).focus();
  }
  await saved(page);
  const tops = async (width: number) => {
    const alone = await mail(page, width);
    const boxes = ["Left words", "Right words"].map((name) => alone.getByRole("heading", { name }).boundingBox());
    const [left, right] = await Promise.all(boxes);
    await alone.close();
    return { left: left!.y, right: right!.y, below: left!.y + left!.height };
  };
  const wide = await tops(700);
  expect(Math.abs(wide.left - wide.right), "beside one another").toBeLessThan(4);
  const narrow = await tops(360);
  expect(narrow.right, "below one another").toBeGreaterThan(narrow.below - 1);
});

test.describe("mistakes", () => {
  // What is refused is answered so.
  test.use({ expected: [/status of 422/] });

  test("what is pasted is cleaned, what is wrong is shown at its block, and a pointer can drag", async ({ page }) => {
    test.setTimeout(90_000);
    await make(page, "Pasted");
    await ready(page);
    await block(page, /^Text/).click();
    await block(page, /^Text/).click();
    const text = page.getByRole("textbox", { name: "Text" });
    await expect(text).toBeFocused();
    await page.keyboard.press("ControlOrMeta+a");
    await text.evaluate((element) => {
      const clipboardData = new DataTransfer();
      const html = '<p onclick="alert(1)">Hello <b>you</b> <a href="javascript:alert(1)">bad</a> <a href="https://a.example/">good</a></p><script>alert(1)</script>';
      clipboardData.setData("text/html", html);
      element.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
    });
    await page.keyboard.press("Escape");
    await expect(block(page, "Text: Hello you bad good")).toBeFocused();
    await expect(canvas(page).locator("a[href^='https://a.example']")).toHaveText("good");
    expect(await canvas(page).locator("[onclick], script, a[href^='javascript']").count()).toBe(0);

    await page.getByRole("button", { name: "Picture", exact: true }).click();
    await page.getByRole("button", { name: "Save as a new version" }).click();
    await page.getByRole("link", { name: /Say what the picture shows/ }).click();
    await expect(page.getByLabel("Description")).toBeFocused();
    await expect(page.getByLabel("Description")).toHaveAttribute("aria-invalid", "true");
    await expect(block(page, "Picture, to be mended")).toBeVisible();

    // By its grip to the top.
    await canvas(page).locator(".bk-grip").hover();
    const first = (await block(page, /^Heading/).boundingBox())!;
    await page.mouse.down();
    await page.mouse.move(first.x + 60, first.y + 30, { steps: 4 });
    await page.mouse.move(first.x + 60, first.y + 4, { steps: 4 });
    await page.mouse.up();
    await expect.poll(async () => (await order(page))[0]).toBe("Picture, to be mended");
  });
});

test.describe("without JavaScript", () => {
  test.use({ javaScriptEnabled: false });

  test("the same mail is made with forms", async ({ page }) => {
    test.setTimeout(90_000);
    const story = await make(page, "By forms", false);
    await page.locator("#block-1").getByLabel("Heading").fill("Made without a script");
    await story.press("Button");
    await expect(page.locator("#block-1").getByLabel("Heading")).toHaveValue("Made without a script");
    await page.locator("#block-3").getByLabel("Words", { exact: true }).fill("Go");
    await story.press("Save as a new version");
    await expect(page.getByText("Say where it leads").first()).toBeVisible();
    await page.locator("#block-3").getByLabel("Leads to").fill("https://maplerow.example/");
    await page.locator("#block-3").getByRole("button", { name: /^Move up/ }).click();
    await story.press("Save as a new version");
    await expect(page.getByText("Saved as version 2")).toBeVisible();
    const sent = await mail(page);
    await expect(sent.getByRole("link", { name: "Go" })).toHaveAttribute("href", "https://maplerow.example/");
  });
});
