import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { expect } from "chai";
import type { Browser, BrowserContext, ElementHandle, Page } from "playwright-core";

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

/** Fills the form that has these fields, and sends it as a person would; a code field sends its form by itself. */
export async function fill(page: Page, fields: Record<string, string>): Promise<void> {
  const gone = page.waitForEvent("framenavigated");
  let last: ElementHandle | null = null;
  for (const [name, value] of Object.entries(fields)) {
    last = await page.waitForSelector(`input[name=${name}]`);
    await last.fill(value);
  }
  // Where the page has gone by then, so has its field.
  await Promise.all([gone, last?.press("Enter").catch(() => undefined)]);
}

/** Presses the button of a form. */
export async function submit(page: Page, action: string): Promise<void> {
  await Promise.all([page.waitForEvent("framenavigated"), page.click(`form[action="${action}"] button`)]);
}

/** The pages that axe-core has found nothing in, without the port; the same to the letter needs no second look. */
const accessible = new Set<string>();

/** axe-core finds nothing; it needs the page's JavaScript, so it runs where that is on. */
export async function check(page: Page, javaScriptEnabled: boolean): Promise<void> {
  if (!javaScriptEnabled) return;
  const html = (await page.content()).replaceAll(/localhost:\d+/g, "localhost");
  const media = await page.evaluate('matchMedia("(prefers-color-scheme: dark)").matches');
  const seen = JSON.stringify([html, media, page.viewportSize()]);
  if (accessible.has(seen)) return;
  await page.evaluate(axe);
  const found = await page.evaluate<{ violations: { id: string; nodes: { html: string }[] }[] }>("axe.run()");
  expect(
    found.violations.map(({ id, nodes }) => `${id}: ${nodes.map((each) => each.html).join(" ")}`),
  ).to.deep.equal([]);
  accessible.add(seen);
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
