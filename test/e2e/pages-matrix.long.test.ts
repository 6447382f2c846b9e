import { expect } from "chai";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { openBrowser } from "../support/browser.ts";
import { openGallery, type Gallery } from "../support/pages/gallery.ts";
import { axeFaults, forcedFaults, sentTwice, sideways, withoutScript } from "../support/pages/inspect.ts";

/** Every page in every state. */
describe("every state of every page, in Chromium", function () {
  this.timeout(600_000);
  let browser: Browser;
  let gallery: Gallery;
  before(async () => {
    gallery = openGallery();
    browser = await openBrowser();
  });
  after(async () => {
    await browser.close();
    gallery.close();
  });

  async function each(
    look: BrowserContextOptions,
    inspect: (page: Page, open: () => Promise<unknown>) => Promise<string[]>,
  ): Promise<void> {
    const context = await browser.newContext({ locale: "en-US", ...look });
    const page = await context.newPage();
    const thrown: string[] = [];
    page.on("pageerror", (error) => thrown.push(error.message));
    const faults: Record<string, string[]> = {};
    for (const name of gallery.names) {
      const open = () => page.goto(`${gallery.base}/${name}`);
      await open();
      const found = [...(await inspect(page, open)), ...thrown.splice(0)];
      if (found.length > 0) faults[name] = found;
    }
    await context.close();
    expect(faults).to.deep.equal({});
  }

  for (const [name, look] of Object.entries({
    "in English": { locale: "en-US" },
    "in Japanese": { locale: "ja-JP" },
    "in German, in the dark": { locale: "de-DE", colorScheme: "dark" },
    "in Arabic, from right to left": { locale: "ar-EG" },
  } as const))
    it(`is found without fault by axe ${name}`, () => each(look, axeFaults));

  for (const locale of ["de-DE", "ja-JP", "ar-EG"])
    it(`needs no scrolling sideways at 200 % and 400 %, nor with letters of twice the size, in ${locale}`, () =>
      each({ locale, viewport: { width: 320, height: 256 } }, async (page) => {
        const small = await sideways(page);
        await page.setViewportSize({ width: 640, height: 512 });
        const half = await sideways(page);
        await page.evaluate(`document.documentElement.style.fontSize = "32px"`);
        const large = await sideways(page);
        await page.setViewportSize({ width: 320, height: 256 });
        return [...small, ...half, ...large];
      }));

  it("tells what is primary and where the focus is in forced colours", () =>
    each({ forcedColors: "active" }, forcedFaults));

  it("sends once what is pressed three times, and shows that it is on its way", () => each({}, sentTwice));

  it("works without script", () => each({ javaScriptEnabled: false }, withoutScript));
});
