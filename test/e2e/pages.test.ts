import { expect } from "chai";
import type { Browser } from "playwright-core";
import { openBrowser } from "../support/browser.ts";
import { openGallery, type Gallery } from "../support/pages/gallery.ts";
import { axeFaults, sideways } from "../support/pages/inspect.ts";

/** Few of many: `pages-matrix.long.test.ts` looks at all. */
const SOME = [
  "code-wrong",
  "number-change",
  "chooser",
  "security-many",
  "backup-codes-new",
  "recovery-elsewhere",
];

describe("pages, in Chromium", function () {
  this.timeout(60_000);
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

  it("are found without fault by axe and reflow to 320 pixels, from right to left too", async () => {
    const context = await browser.newContext({ locale: "ar-EG", viewport: { width: 320, height: 640 } });
    const page = await context.newPage();
    for (const name of SOME) {
      await page.goto(`${gallery.base}/${name}`);
      expect([...(await axeFaults(page)), ...(await sideways(page))], name).to.deep.equal([]);
    }
    await context.close();
  });
});
