import { createServer, type Server } from "node:http";
import { expect } from "chai";
import type { Browser } from "playwright-core";
import { openBrowser } from "../support/browser.ts";
import { check, fill, look, newVisitor } from "../support/person.ts";
import { letter, letterBox, word, WORD } from "../support/recovery-factors.ts";
import { putTotp, recoveryApp, walker, type RecoveryApp } from "../support/recovery-scene.ts";
import { freePort } from "../support/redis-server.ts";

describe("the page that ends a reset that waits, in Chromium", function () {
  this.timeout(60_000);
  let browser: Browser;
  let server: Server;
  let app: RecoveryApp;
  const box = letterBox();
  const all = () => true;

  before(async () => {
    browser = await openBrowser();
    const port = await freePort();
    app = recoveryApp({
      users: { alice: undefined, nora: undefined },
      more: [letter(box), word(all)],
      factors: { publicUrl: `http://localhost:${port}`, clock: Date.now },
      recovery: { holdHours: 24, factors: ["letter", "word"], supportContact: "help@chat.example" },
    });
    server = createServer(app.app);
    await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  });
  after(async () => {
    await browser.close();
    server.closeAllConnections();
    server.close();
  });

  for (const [who, script] of [
    ["alice", true],
    ["nora", false],
  ] as const)
    it(`[R74] ends it for somebody who is not signed in, ${script ? "with" : "without"} script`, async () => {
      await putTotp(app, who);
      const walk = walker(app);
      await walk.start(who);
      await walk.step("yes");
      await walk.respond(box.code(who));
      await walk.step("pick", { factor: "word" });
      await walk.step("yes");
      await walk.respond(WORD);
      walk.is("hold", undefined);
      const { cancel_url: url = "", mail } = app.notices.at(-1) ?? {};
      const { page, problems } = await newVisitor(browser, script);
      if (script) {
        await page.setContent(mail?.html ?? "");
        await look(page, "hold-mail");
      }
      await page.goto(url);
      expect(await page.locator("h1").innerText()).to.equal("End this recovery?");
      await check(page, script);
      if (script) await look(page, "hold-cancel");
      await walk.look();
      walk.is("hold", undefined);
      if (script) {
        expect(new URL(page.url()).hash).to.equal("");
        await Promise.all([
          page.waitForEvent("framenavigated"),
          page.getByRole("button", { name: "End it", exact: true }).click(),
        ]);
      } else await fill(page, { token: url });
      expect(await page.locator("h1").innerText()).to.equal("The recovery is ended");
      await check(page, script);
      if (script) await look(page, "hold-ended");
      await walk.look();
      walk.is("identify", undefined);
      expect(problems).to.deep.equal([]);
    });
});
