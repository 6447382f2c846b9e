import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Page } from "playwright-core";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** What axe-core finds on a page. */
export async function axeFaults(page: Page): Promise<string[]> {
  await page.evaluate(axe);
  return page.evaluate<string[]>(
    `axe.run().then(({ violations }) => violations.map(({ id, nodes }) => id + ": " + nodes.map(({ html }) => html.slice(0, 120)).join(" | ")))`,
  );
}

/** Whether one has to scroll sideways, and by what (WCAG 2.2, 1.4.10). */
export async function sideways(page: Page): Promise<string[]> {
  return page.evaluate<string[]>(
    `document.documentElement.scrollWidth <= innerWidth ? [] : [...document.querySelectorAll("main *")]
      .filter((each) => each.getBoundingClientRect().right > innerWidth + 1 || each.getBoundingClientRect().left < -1)
      .map((each) => "too wide: " + each.outerHTML.slice(0, 80)).concat("too wide").slice(0, 3)`,
  );
}

/** In forced colours: what cannot be told apart, and where the focus cannot be seen. */
export async function forcedFaults(page: Page): Promise<string[]> {
  return page.evaluate<string[]>(`(() => {
    const faults = [];
    const look = (each) => { const { backgroundColor, borderTopColor, borderTopStyle } = getComputedStyle(each); return backgroundColor + borderTopColor + borderTopStyle; };
    const main = document.querySelector(".card button:not(.quiet, .link):enabled, .card a.button:not(.quiet)");
    const quiet = document.querySelector(".card button.quiet:enabled, .card a.button.quiet");
    if (main && quiet && look(main) === look(quiet)) faults.push("primary looks like secondary");
    for (const each of document.querySelectorAll("a, button:enabled, input:not([type=hidden]), select:not([tabindex='-1']), summary")) {
      if (each.checkVisibility && !each.checkVisibility()) continue;
      each.focus({ focusVisible: true });
      const shown = each.matches(".code") ? each.parentElement.querySelector(".now") ?? each.parentElement : each;
      if (document.activeElement === each && getComputedStyle(shown).outlineStyle === "none") faults.push("no focus: " + each.outerHTML.slice(0, 80));
    }
    return faults;
  })()`);
}

/** Presses every button of a page's forms twice and once more; answers those that were not sent once, or did not show it. */
export async function sentTwice(page: Page, again: () => Promise<unknown>): Promise<string[]> {
  const faults: string[] = [];
  let posts = 0;
  // An answer without a page, so that this one stays as it is while it waits.
  await page.route("**", async (route) => {
    if (route.request().method() !== "POST") return route.fallback();
    posts += 1;
    await route.fulfill({ status: 204 });
  });
  const buttons = "form[method=post]:not([data-ceremony]) button:not([type=button])";
  const all = await page.locator(buttons).count();
  for (let i = 0; i < all; i++) {
    await again();
    await page.evaluate("for (const form of document.forms) form.noValidate = true");
    const button = page.locator(buttons).nth(i);
    if (!(await button.isVisible()) || !(await button.isEnabled())) continue;
    const name = await button.innerText();
    posts = 0;
    await button.dblclick({ noWaitAfter: true });
    await button.click({ noWaitAfter: true });
    const busy = await button.evaluate(
      (each) => each.hasAttribute("data-busy") && each.closest("form[aria-busy=true]") !== null,
    );
    if (posts !== 1 || !busy) faults.push(`${name}: sent ${posts} times, ${busy ? "" : "not "}busy`);
  }
  await page.unroute("**");
  return faults;
}

/** Without script: forms that cannot be sent, and ceremonies that do not say what they need. */
export async function withoutScript(page: Page): Promise<string[]> {
  const faults: string[] = [];
  const forms = page.locator("form:not([hidden])");
  for (let i = 0; i < (await forms.count()); i++) {
    const form = forms.nth(i);
    const button = form.locator("button:not([type=button]):not([hidden])").first();
    const isClosed =
      (await form.locator("xpath=ancestor::details[not(@open)] | ancestor::div[@hidden]").count()) > 0;
    if (!isClosed && !(await button.isVisible())) faults.push(`no button: ${await form.innerText()}`);
  }
  const hidden = await page.locator("form[data-ceremony]").count();
  if (hidden > 0 && !(await page.locator("[data-without-ceremony]").isVisible()))
    faults.push("a ceremony that says nothing");
  if ((await page.locator("h1").count()) !== 1) faults.push("no heading");
  return faults;
}
