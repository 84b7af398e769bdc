// The steps of the thin line, for specs that walk it with the script, without it, or in parts.
import { type Page, expect } from "@playwright/test";
import type { Sink } from "./mail.ts";
import type { Server } from "./server.ts";
import { ready } from "./test.ts";

export const admin = { email: "nora@maplerow.example", password: "correct horse battery", name: "Nora Whitfield" };

/** How a step waits for the next page: with the script until the page is awake, without it not at all. */
export interface Walk {
  settled(): Promise<void>;
}

export const viaBrowser = (page: Page): Walk => ({ settled: () => ready(page) });
export const plain: Walk = { settled: async () => {} };

/** Fills in the first page of a new installation; the browser is on it already. */
export async function firstStart(page: Page): Promise<void> {
  await page.getByLabel("Name", { exact: true }).fill("Maple Row Studios");
  await page.getByLabel("Time zone").selectOption("America/New_York");
  await page.getByLabel("Postal address").fill("1 Maple Row, Hoboken NJ 07030");
  await page.getByLabel("Your name").fill(admin.name);
  await page.getByLabel("E-mail").fill(admin.email);
  await page.getByLabel("Password", { exact: true }).fill(admin.password);
  await page.getByRole("button", { name: "Create workspace and sign in" }).click();
  await expect(page).toHaveURL(/\/$/);
}

export async function signIn(page: Page): Promise<void> {
  await page.goto("/sign-in");
  await page.getByLabel("E-mail").fill(admin.email);
  await page.getByLabel("Password", { exact: true }).fill(admin.password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page).toHaveURL(/\/$/);
}
