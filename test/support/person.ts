import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { expect } from "chai";
import type { Browser, BrowserContext, Page } from "playwright-core";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** A person at a browser of their own. */
export interface Visitor {
  context: BrowserContext;
  page: Page;
  /** What the browser complained about: script errors, and everything that the Content-Security-Policy blocked. */
  problems: string[];
}

export async function newVisitor(browser: Browser, javaScriptEnabled: boolean): Promise<Visitor> {
  const context = await browser.newContext({ javaScriptEnabled, locale: "en-US" });
  const page = await context.newPage();
  const problems: string[] = [];
  page.on("pageerror", (error) => problems.push(error.message));
  page.on("console", (message) => {
    // A 422 form is told as an error too; what matters here is what the page itself did wrong.
    if (message.type() === "error" && !/status of 4\d\d/.test(message.text())) problems.push(message.text());
  });
  return { context, page, problems };
}

/** Where the page is. */
export async function at(page: Page): Promise<string> {
  await page.waitForLoadState("domcontentloaded");
  return new URL(page.url()).pathname;
}

/** Fills the form that has these fields, and sends it as a person would. */
export async function fill(page: Page, fields: Record<string, string>): Promise<void> {
  for (const [name, value] of Object.entries(fields)) await page.fill(`input[name=${name}]`, value);
  const last = Object.keys(fields).at(-1) as string;
  await Promise.all([page.waitForEvent("framenavigated"), page.press(`input[name=${last}]`, "Enter")]);
}

/** Presses the button of a form. */
export async function submit(page: Page, action: string): Promise<void> {
  await Promise.all([page.waitForEvent("framenavigated"), page.click(`form[action="${action}"] button`)]);
}

/** axe-core finds nothing; it needs the page's JavaScript, so it runs where that is on. */
export async function check(page: Page, javaScriptEnabled: boolean): Promise<void> {
  if (!javaScriptEnabled) return;
  await page.evaluate(axe);
  const found = await page.evaluate<{ violations: { id: string; nodes: { html: string }[] }[] }>("axe.run()");
  expect(
    found.violations.map(({ id, nodes }) => `${id}: ${nodes.map((each) => each.html).join(" ")}`),
  ).to.deep.equal([]);
}

/** Pictures for whoever wants to see the pages: SCREENSHOTS names a folder. */
export async function look(page: Page, name: string): Promise<void> {
  const folder = process.env["SCREENSHOTS"];
  if (folder === undefined) return;
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    for (const [device, width, height] of [
      ["phone", 390, 844],
      ["desktop", 1280, 900],
    ] as const) {
      await page.setViewportSize({ width, height });
      await page.screenshot({ path: `${folder}/${name}-${device}-${colorScheme}.png`, fullPage: true });
    }
  }
}
