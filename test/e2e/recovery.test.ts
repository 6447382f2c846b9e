import { createServer, type Server } from "node:http";
import { expect } from "chai";
import type { Browser, Page } from "playwright-core";
import { passkey } from "../../lib/index.ts";
import { openBrowser } from "../support/browser.ts";
import { at, check, fill, look, newVisitor, type Visitor } from "../support/person.ts";
import { letter, letterBox, neighbour } from "../support/recovery-factors.ts";
import { PASSWORD, putTotp, recoveryApp, type RecoveryApp } from "../support/recovery-scene.ts";
import { freePort } from "../support/redis-server.ts";
import { plugIn } from "../support/virtual-authenticator.ts";

describe("the pages of a recovery, in Chromium", function () {
  this.timeout(60_000);
  let browser: Browser;
  let server: Server;
  let base: string;
  let app: RecoveryApp;
  let says: "right" | "pending";
  const box = letterBox();

  before(async () => {
    browser = await openBrowser();
    const port = await freePort();
    base = `http://localhost:${port}`;
    app = recoveryApp({
      users: { alice: undefined, nora: undefined, ann: undefined },
      more: [
        passkey(),
        letter(box, (account) => account === "nora" || account === "ann"),
        neighbour(
          () => says,
          (account) => account === "ann",
        ),
      ],
      factors: { publicUrl: base, clock: Date.now },
      recovery: {
        factors: ["totp", "passkey", "letter", "neighbour"],
        supportContact: "help@chat.example",
      },
    });
    server = createServer(app.app);
    await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  });
  beforeEach(() => (says = "pending"));
  after(async () => {
    await browser.close();
    server.closeAllConnections();
    server.close();
  });

  const press = (page: Page, name: string) =>
    Promise.all([
      page.waitForEvent("framenavigated"),
      page.getByRole("button", { name, exact: true }).click(),
    ]);
  const heading = (page: Page) => page.locator("h1").innerText();
  const visit = async (who: string, script: boolean): Promise<Visitor> => {
    const visitor = await newVisitor(browser, script);
    await visitor.page.goto(`${base}/recovery`);
    expect(await heading(visitor.page)).to.equal("Forgot your password?");
    await check(visitor.page, script);
    if (script) await look(visitor.page, "recovery-identify");
    await fill(visitor.page, { identifier: who });
    expect(await at(visitor.page)).to.equal("/recovery");
    return visitor;
  };

  async function seen({ page }: Visitor, title: string, name: string, script = true): Promise<void> {
    expect(await heading(page)).to.equal(title);
    await check(page, script);
    if (script) await look(page, `recovery-${name}`);
  }

  it("[V6.2.6] are walked by somebody who has a passkey", async () => {
    const owner = await newVisitor(browser, true);
    await owner.page.goto(`${base}/me`);
    await owner.page.evaluate(
      `fetch("/login", { method: "POST", headers: { "content-type": "application/json" }, body: '{"user":"alice"}' })`,
    );
    await plugIn(owner.page, "passkey");
    await owner.page.goto(`${base}/security`);
    await press(owner.page, "Set up: Passkey");
    await press(owner.page, "Continue");
    // In the same browser, which is signed in, and may be somebody's who has forgotten the password all the same.
    const { page, problems } = owner;
    await page.goto(`${base}/recovery`);
    await fill(page, { identifier: "alice" });
    await seen(owner, "Use your authenticator app", "offer");
    await press(page, "No, another way");
    await seen(owner, "Use a passkey", "offer-passkey");
    await press(page, "Yes");
    await seen(owner, "Use a passkey", "ceremony");
    await press(page, "Use a passkey");
    await seen(owner, "Choose a new password", "reset");
    expect(await page.locator("#password").getAttribute("type")).to.equal("password");
    expect(await page.locator("#password").getAttribute("autocomplete")).to.equal("new-password");
    await page.getByLabel("Show the password").check();
    expect(await page.locator("#password").getAttribute("type")).to.equal("text");
    await fill(page, { password: PASSWORD });
    await seen(owner, "Your password is changed", "done");
    expect(app.written.at(-1)).to.deep.include({ user: "alice", password: PASSWORD });
    expect(problems).to.deep.equal([]);
  });

  for (const script of [true, false])
    it(`are walked by somebody who has mail only, ${script ? "with" : "without"} script`, async () => {
      const visitor = await visit("nora", script);
      const { page, problems } = visitor;
      await press(page, "No, another way");
      await press(page, "No, another way");
      await seen(visitor, "Get a letter", "offer-letter", script);
      await press(page, "Yes");
      await seen(visitor, "Get a letter", "entry", script);
      await fill(page, { response: "12" });
      expect(await page.getByRole("alert").innerText()).to.equal("Invalid verification code");
      await check(page, script);
      await fill(page, { response: "000000" });
      await seen(visitor, "Get a letter", "failed", script);
      expect(await page.getByRole("alert").innerText()).to.equal("That did not work.");
      await press(page, "Try again");
      await press(page, "Yes");
      await fill(page, { response: box.code("nora") });
      await seen(visitor, "Choose a new password", "reset-letter", script);
      const before = app.written.length;
      // Without the browser's own check of the length.
      await page.locator("#password").evaluate((field) => field.removeAttribute("minlength"));
      await fill(page, { password: "1qaz2wsx3edc4rfv" });
      expect(await page.getByRole("alert").innerText()).to.include("tried first");
      await seen(visitor, "Choose a new password", "refused", script);
      await fill(page, { password: PASSWORD });
      await seen(visitor, "Your password is changed", "done", script);
      expect(app.written).to.have.length(before + 1);
      expect(problems).to.deep.equal([]);
    });

  it("say where it stands to who comes from an old page, and come to an end where nothing is left", async () => {
    const visitor = await visit("alice", true);
    const { page } = visitor;
    const old = await visitor.context.newPage();
    await old.goto(`${base}/recovery`);
    await press(page, "No, another way");
    await press(old, "No, another way");
    expect(await old.getByRole("alert").innerText()).to.include("Something has happened");
    expect(await heading(old)).to.equal("Use a passkey");
    for (let i = 0; i < 3; i++) await press(page, "No, another way");
    await seen(visitor, "No way is left", "none");
    expect(await page.getByText("help@chat.example").count()).to.equal(1);
    await press(page, "Start over");
    expect(await heading(page)).to.equal("Forgot your password?");
  });

  it("follow what is decided elsewhere, and ask one more proof where there is a second factor", async () => {
    await putTotp(app, "ann");
    const visitor = await visit("ann", true);
    const { page, problems } = visitor;
    for (let i = 0; i < 3; i++) await press(page, "No, another way");
    await press(page, "Yes");
    await seen(visitor, "Ask your neighbour", "wait");
    expect(await page.locator(".big").innerText()).to.equal("42");
    says = "right";
    await page.getByRole("heading", { name: "One more proof is needed" }).waitFor({ timeout: 10_000 });
    await seen(visitor, "One more proof is needed", "more");
    await press(page, "Get a letter");
    await press(page, "Yes");
    await fill(page, { response: box.code("ann") });
    await seen(visitor, "Choose a new password", "reset-two");
    expect(problems).to.deep.equal([]);
  });
});
