// The thin line, step by step, as a newcomer walks it. The same steps with the script and without: every form is
// found by its labels and sent by its button, and what comes next is a page.
import { type Page, expect } from "@playwright/test";
import type { Mail, Sink } from "./mail.ts";
import { ready } from "./test.ts";

export const admin = { name: "Nora Whitfield", email: "nora@maplerow.example", password: "correct horse battery" };

export class Story {
  constructor(
    readonly page: Page,
    readonly url: string,
    readonly sink: Sink,
    readonly script: boolean,
  ) {}

  async goto(path: string): Promise<void> {
    await this.page.goto(this.url + path);
    await this.settled();
  }

  /** Waits for the page to be awake where there is a script to wake it. */
  async settled(): Promise<void> {
    await this.page.waitForLoadState("load");
    if (this.script) await ready(this.page);
  }

  async press(name: string | RegExp): Promise<void> {
    await this.page.getByRole("button", { name }).click();
  }

  async fill(label: string, text: string): Promise<void> {
    await this.page.getByLabel(label, { exact: true }).fill(text);
  }

  async firstStart(): Promise<void> {
    await this.goto("/");
    await expect(this.page).toHaveURL(/\/setup$/);
    await this.fill("Name", "Maple Row Studios");
    await this.page.getByLabel("Time zone").selectOption("America/New_York");
    await this.fill("Postal address", "1 Maple Row, Hoboken NJ 07030");
    await this.page.getByLabel("Your name").fill(admin.name);
    await this.page.getByLabel("E-mail").fill(admin.email);
    await this.fill("Password", admin.password);
    await this.press("Create workspace and sign in");
    await expect(this.page.getByRole("heading", { level: 1 })).toContainText("Nora");
  }

  async signOutAndIn(): Promise<void> {
    await this.page.context().clearCookies();
    await this.goto("/campaigns");
    await expect(this.page).toHaveURL(/\/sign-in\?next=/);
    await this.page.getByLabel("E-mail").fill(admin.email);
    await this.fill("Password", admin.password);
    await this.press("Sign in");
    await expect(this.page).toHaveURL(/\/campaigns$/);
    await this.settled();
  }

  async addProvider(): Promise<void> {
    await this.goto("/settings/providers/new");
    await this.fill("Host", "127.0.0.1");
    await this.fill("Port", String(this.sink.port));
    await this.page.getByRole("radio", { name: /^Not encrypted/ }).check();
    await this.page.getByLabel("Name (optional)", { exact: true }).fill("Loopback");
    await this.press("Add provider");
    await expect(this.page.getByText(`127.0.0.1:${this.sink.port}`)).toBeVisible();
  }

  async addSender(): Promise<void> {
    await this.goto("/settings/senders");
    await this.fill("Address", "news@maplerow.example");
    await this.page.getByLabel("Name (optional)", { exact: true }).fill("Maple Row");
    await this.page.getByLabel("Goes out through").selectOption("Loopback");
    await this.press("Add sender");
    await expect(this.page.getByText("news@maplerow.example").first()).toBeVisible();
  }

  async makeList(name: string): Promise<void> {
    await this.goto("/lists/new");
    await this.fill("Name", name);
    await this.press("Make list");
    await expect(this.page.getByRole("heading", { level: 1, name })).toBeVisible();
  }

  async addContact(first: string, email: string, list: string, agreed: boolean): Promise<void> {
    await this.goto("/contacts/new");
    await this.page.getByLabel("E-mail", { exact: true }).fill(email);
    await this.page.getByLabel("First name").fill(first);
    if (agreed) {
      await this.page.getByLabel("They agreed to marketing by e-mail").check();
      await this.page.getByLabel("Proof of it").fill("Paper form, 3 May 2026");
    }
    await this.page.getByRole("checkbox", { name: list }).check();
    await this.press("Add contact");
    await expect(this.page.getByRole("heading", { level: 1 })).toContainText(first);
  }

  async makeTemplate(name: string): Promise<void> {
    await this.goto("/templates/new?start=html");
    await this.fill("Name", name);
    await this.fill("Subject", "Hello {{first_name}}");
    await this.page.getByLabel("HTML", { exact: true }).fill("<h1>Hello {{first_name}}</h1><p>The pottery is open.</p>");
    await this.press("Save");
    await expect(this.page.getByRole("heading", { level: 1, name })).toBeVisible();
  }

  /** A draft of the template to the list, step by step with the buttons; ends on its review. */
  async draft(name: string, template: string, list: string): Promise<void> {
    const { page } = this;
    await this.goto("/campaigns/new");
    await page.getByLabel("Name", { exact: true }).fill(name);
    await this.press("Next: Audience");
    await this.step("Who should get it?");
    await page.getByRole("group", { name: "Include people on any of" }).getByRole("checkbox", { name: new RegExp(`^${list}`) }).check();
    await this.press("Next: Content");
    await this.step("What does it say?");
    await page.getByRole("radio", { name: /^Use a template/ }).check();
    await page.getByRole("combobox", { name: "Template" }).selectOption(template);
    await page.getByLabel("Sender").selectOption({ index: 1 });
    await this.press("Next: Timing");
    await this.step("When does it go?");
    await this.press("Next: Review");
    await this.step("Checks");
    await expect(page.getByRole("heading", { level: 1, name })).toBeVisible();
  }

  /** Waits for a step of the builder by its heading. */
  async step(heading: string): Promise<void> {
    await expect(this.page.getByRole("heading", { level: 2, name: heading })).toBeVisible();
    await this.settled();
  }

  /** The mails that come within the hold of half a minute and some more. */
  async mails(count: number): Promise<Mail[]> {
    await expect.poll(() => this.sink.mails().length, { timeout: 60_000 }).toBeGreaterThanOrEqual(count);
    return this.sink.mails();
  }

  /** From nothing to a finished campaign and its report. */
  async thinLine(): Promise<void> {
    await this.addProvider();
    await this.addSender();
    await this.makeList("Friends");
    await this.addContact("Ada", "ada@customers.example", "Friends", true);
    await this.addContact("Grace", "grace@customers.example", "Friends", true);
    await this.addContact("Edsger", "edsger@customers.example", "Friends", false);
    await this.makeTemplate("Open house");
    await this.draft("Autumn open house", "Open house", "Friends");
    await this.press("Send to 2 people");
    const mails = await this.mails(2);
    expect(mails.map((mail) => [mail.to[0], mail.subject]).sort()).toEqual([
      ["ada@customers.example", "Hello Ada"],
      ["grace@customers.example", "Hello Grace"],
    ]);
    expect(mails[0].html).toContain("1 Maple Row, Hoboken NJ 07030");
    expect(mails[0].headers["list-unsubscribe-post"]).toBe("List-Unsubscribe=One-Click");
    await this.report();
  }

  /** The report's line adds up and says why one person got nothing. */
  async report(): Promise<void> {
    const { page } = this;
    await expect(async () => {
      if (!this.script) await page.reload();
      await expect(page.getByText("Finished", { exact: true }).first()).toBeVisible({ timeout: 2_000 });
    }).toPass({ timeout: 30_000 });
    const words = (await page.locator("main").innerText()).replace(/\s+/g, " ");
    expect(words).toContain("3 audience = 2 sent + 0 waiting + 1 skipped + 0 failed + 0 in doubt + 0 cancelled");
    expect(words).toContain("No consent in force");
  }
}
