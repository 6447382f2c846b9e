import type { AddressInfo } from "node:net";
import { expect } from "chai";
import type { Browser, Page } from "playwright-core";
import { backupCodes, deliveryStatus, signup, totp } from "../../lib/index.ts";
import { hotp, stepAt } from "../../lib/totp/code.ts";
import { bytesOf, newSecret } from "../../lib/totp/secrets.ts";
import { ALICE, makeApp, NORA, type AppOptions, type TestApp } from "../support/app.ts";
import { openBrowser } from "../support/browser.ts";
import { fakeTwilio } from "../support/fake-twilio.ts";
import { fill } from "../support/person.ts";
import { wrong } from "../support/visitor.ts";

/** Each state of a page that once misled, as somebody meets it in a browser. */
describe("states of pages, in Chromium", function () {
  this.timeout(60_000);
  let browser: Browser;
  let app: TestApp;
  let page: Page;
  let base: string;
  before(async () => void (browser = await openBrowser()));
  after(() => browser.close());
  afterEach(async () => {
    await page.context().close();
    app.server.closeAllConnections();
    app.server.close();
  });

  async function arrives(user: string | undefined, options: AppOptions = {}): Promise<void> {
    app = makeApp({
      ...options,
      factors: { publicUrl: "http://localhost", paths: { success: "/me" }, ...options.factors },
    });
    base = `http://localhost:${(app.server.address() as AddressInfo).port}`;
    const context = await browser.newContext({ locale: "en-US" });
    page = await context.newPage();
    if (user !== undefined) await context.request.post(`${base}/login`, { data: { user } });
  }

  const go = (path: string) => page.goto(base + path);
  const main = () => page.locator("main").innerText();
  const press = (name: string | RegExp) =>
    Promise.all([page.waitForEvent("framenavigated"), page.getByRole("button", { name }).click()]);
  async function expectSoon(isSo: () => Promise<boolean>): Promise<void> {
    const end = Date.now() + 10_000;
    while (!(await isSo())) expect(Date.now()).to.be.below(end);
  }
  const path = () => new URL(page.url()).pathname;
  async function asks(): Promise<void> {
    await go("/sms_verification/new");
    await press("Text me a code");
    await page.waitForLoadState();
  }

  it("guesses used up, code expired, delivery failed: one state, the send button first and enabled", async () => {
    await arrives("alice", { sms: { strict: false }, call: {} });
    await asks();
    for (let i = 1; i <= 5; i++) await fill(page, { pin_number: wrong(app.outbox.code(), i) });
    expect(await page.textContent("h1")).to.equal("You need a new code");
    expect(await main()).to.match(/Maximum verification attempts exceeded\s+Resend/);
    app.clock.advance(301_000);
    app.outbox.failWith(new Error("down"));
    await go("/sms_verification/new");
    await press("Text me a code");
    await page.waitForLoadState();
    expect(await page.textContent("h1")).to.equal("You need a new code");
    expect(await main()).to.match(/could not be sent\.\s+Resend\s+Call me instead\s+Try another way/);
    expect(await page.getByRole("button", { name: "Resend" }).isEnabled()).to.equal(true);
  });

  it("another way, nothing else on file: the link is shown only where another way is on file", async () => {
    await arrives("alice", { more: [totp()] });
    await asks();
    expect(await page.getByRole("link", { name: "Try another way" }).count()).to.equal(0);
    await app.factors.importTotp("alice", "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP");
    await page.reload();
    await page.getByRole("link", { name: "Try another way" }).click();
    expect(await page.getByRole("button").allInnerTexts()).to.deep.equal([
      "Use your authenticator app\nRecommended",
      "Text ***-***-5678",
      "I can’t use any of these",
    ]);
  });

  it("“Neither” with several ways on file: leads to help, and says nothing that is not so", async () => {
    await arrives("alice", { call: {}, whatsapp: {}, factors: { support: { url: "/help" } } });
    await go("/second_factor/new");
    await press("I can’t use any of these");
    await page.waitForLoadState();
    expect(await main()).not.to.include("nothing else on file");
    expect(await page.getByRole("link", { name: "Get help" }).getAttribute("href")).to.equal("/help");
    await page.getByRole("link", { name: "Back to the choices" }).click();
    expect(path()).to.equal("/second_factor/new");
  });

  it("number form, provider failed: the form again with what was typed", async () => {
    await arrives("nora");
    await go("/sms_registration/new");
    app.outbox.failWith(new Error("down"));
    await page.selectOption("select[name=country_code]", "TW");
    await fill(page, { phone_number: "0978 000 111" });
    await page.waitForLoadState();
    expect(await page.inputValue("input[name=phone_number]")).to.equal("0978 000 111");
    expect(await page.getByRole("combobox").inputValue()).to.equal("Taiwan (+886)");
    app.outbox.failWith(undefined);
    await press("Text me a code");
    await page.waitForURL("**/sms_verification/new");
  });

  it("sign-up, taken email or weak password: the field at fault has the focus, rules beside it, the code kept", async () => {
    await arrives(undefined, {
      routes: (on, { factors }) =>
        on.use(
          "/phone_signup",
          signup(factors, {
            fields: [{ name: "password", label: "Password", type: "password", hint: "Ten characters" }],
            check: ({ password }) =>
              `${password}`.length >= 10 ? undefined : { field: "password", message: "Too short" },
          }),
        ),
    });
    await go("/phone_signup/new");
    await page.selectOption("select[name=country_code]", "TW");
    await fill(page, { phone_number: "0978 000 111" });
    await page.waitForLoadState();
    const code = app.outbox.code();
    await page.fill("input[name=pin_number]", code);
    await fill(page, { password: "short" });
    await page.waitForLoadState();
    expect(await main())
      .to.include("Too short")
      .and.include("Ten characters");
    expect(await page.inputValue("input[name=pin_number]")).to.equal(code);
    expect(await page.evaluate("document.activeElement.name")).to.equal("password");
    await fill(page, { password: "long enough, this" });
    await page.waitForURL("**/me");
  });

  it("just after typing a number: the whole number as its country writes it, with Edit; masked later", async () => {
    await arrives("nora");
    await go("/sms_registration/new");
    await page.selectOption("select[name=country_code]", "TW");
    await fill(page, { phone_number: "0978000111" });
    await page.waitForURL("**/sms_verification/new");
    expect(await main()).to.include("sent to +886 978 000 111 Edit");
    await press("Edit");
    await page.waitForURL("**/sms_registration/new");
    await arrives("alice");
    await asks();
    expect(await main())
      .to.include("***-***-5678")
      .and.not.include("912");
  });

  it("change phone: says which number is replaced, a way back, “Your number has changed”, and on to where one was going", async () => {
    await arrives("alice", { more: [backupCodes()] });
    await asks();
    await fill(page, { pin_number: app.outbox.code() });
    await page.waitForURL("**/me");
    await go("/sms_registration/new");
    expect(await page.textContent("h1")).to.equal("Change your phone");
    expect(await main()).to.include("replaces ***-***-5678.");
    expect(await page.getByRole("link", { name: "Keep the number" }).getAttribute("href")).to.equal("/me");
    await page.selectOption("select[name=country_code]", "US");
    await fill(page, { phone_number: "2015550188" });
    await page.waitForURL("**/sms_verification/new");
    await fill(page, { pin_number: app.outbox.code() });
    await page.waitForURL("**/sms_verification/changed");
    expect(await main())
      .to.include("Your number has changed")
      .and.include("***-***-0188");
    await page.reload();
    await press("Continue");
    await page.waitForURL("**/me");
    expect(app.users.get("alice")?.phone).to.equal("+12015550188");
  });

  it("limits: a sentence each, waits in words, what cannot work is disabled", async () => {
    await arrives("alice", { call: {}, more: [totp()], sms: { cooldownSeconds: [600] } });
    await app.factors.importTotp("alice", "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP");
    await asks();
    await page.context().request.post(`${base}/sms_verification/start_over`, { headers: { origin: base } });
    await go("/second_factor/new");
    await press(/^Text/);
    await page.waitForLoadState();
    expect(await main()).to.include("A code went out just now. You can ask for another in 10 minutes.");
    const isOn = (name: RegExp) => page.getByRole("button", { name }).isEnabled();
    expect([await isOn(/^Text/), await isOn(/^Call/), await isOn(/authenticator/)]).to.deep.equal([
      false,
      false,
      true,
    ]);
  });

  it("after success: another tab and Back lead onward, polling stops", async () => {
    const twilio = await fakeTwilio();
    await arrives("alice", {
      sms: { transport: twilio.transport() },
      routes: (on, { factors }) => on.use("/delivery", deliveryStatus(factors)),
    });
    await asks();
    const other = await page.context().newPage();
    const asked: number[] = [];
    other.on("response", (answer) => {
      if (answer.request().resourceType() === "fetch") asked.push(answer.status());
    });
    const next = () => other.waitForResponse((answer) => answer.request().resourceType() === "fetch");
    await other.clock.install();
    await other.goto(`${base}/sms_verification/new`);
    const first = next();
    await other.clock.runFor(1000);
    await first;
    // The timer is set once the answer is read.
    await expectSoon(async () => {
      await other.clock.runFor(2500);
      return asked.length >= 2;
    });
    expect(asked.every((status) => status === 200)).to.equal(true);

    await fill(page, { pin_number: /\d{6}/.exec(twilio.last("Messages").form["Body"] ?? "")?.[0] ?? "" });
    await page.waitForURL("**/me");
    await expectSoon(async () => {
      await other.clock.runFor(2500);
      return asked.at(-1) === 404;
    });
    const before = asked.length;
    let sent = 0;
    other.on("request", () => (sent += 1));
    // Longer than any wait between two questions; and a question of our own, which comes behind theirs.
    await other.clock.runFor(600_000);
    await other.evaluate("fetch('/me')");
    expect([asked.length - before, sent]).to.deep.equal([1, 1]);

    await other.reload();
    expect(new URL(other.url()).pathname).to.equal("/me");
    await page.goBack();
    await page.waitForURL("**/me");
    await twilio.close();
  });

  it("chooser: what this browser proved with last is marked, for whose account it was", async () => {
    await arrives("alice", { users: { alice: ALICE, bob: NORA }, more: [totp()] });
    const { secret } = newSecret(app.clock());
    for (const who of ["alice", "bob"]) await app.factors.importTotp(who, secret);
    const marked = async () => {
      await go("/second_factor/new");
      const all = await page.getByRole("button").allInnerTexts();
      return all.filter((each) => each.includes("Last used")).map((each) => each.split("\n")[0]);
    };
    const comesBack = async (who: string) => {
      await page.context().request.post(`${base}/logout`, { headers: { origin: base } });
      await page.context().request.post(`${base}/login`, { data: { user: who } });
    };
    expect(await marked()).to.deep.equal([]);
    await asks();
    await fill(page, { pin_number: app.outbox.code() });
    await page.waitForURL("**/me");
    await comesBack("alice");
    expect(await marked()).to.deep.equal(["Text ***-***-5678"]);
    await comesBack("bob");
    expect(await marked()).to.deep.equal([]);
    await comesBack("alice");
    await go("/second_factor/new");
    await press(/authenticator/);
    await fill(page, { totp_code: hotp(bytesOf(secret), stepAt(app.clock())) });
    await page.waitForURL("**/me");
    await comesBack("alice");
    expect(await marked()).to.deep.equal(["Use your authenticator app"]);
  });

  it("backup codes: a reload shows “made just now, shown once”, and makes no other set", async () => {
    await arrives("alice", { more: [backupCodes()] });
    await asks();
    await fill(page, { pin_number: app.outbox.code() });
    await page.waitForURL("**/me");
    await go("/backup_codes/new");
    await press("Create backup codes");
    await page.waitForLoadState();
    expect(await page.locator("[data-codes] li").count()).to.equal(10);
    await page.reload();
    expect(await main()).to.include("made just now, and were shown once");
    expect(await page.locator("[data-codes]").count()).to.equal(0);
  });

  it("remembered devices: “Forget all” is quiet, this device is marked, last use in the reader's time", async () => {
    await arrives("alice", { factors: { rememberDevice: { days: 30 }, publicUrl: "http://localhost" } });
    await asks();
    await page.check("input[name=remember_device]");
    await fill(page, { pin_number: app.outbox.code() });
    await page.waitForLoadState();
    await go("/trusted_devices/new");
    expect(await page.locator("li .badge").innerText()).to.equal("This device");
    const shown = await page.locator("time[data-local=time]").innerText();
    const theirs = await page.evaluate<string>(
      `new Intl.DateTimeFormat("en", { dateStyle: "medium", timeStyle: "short" }).format(new Date(document.querySelector("time").dateTime))`,
    );
    expect(shown).to.equal(theirs);
    expect(await page.getByRole("button", { name: "Forget all" }).getAttribute("class")).to.equal("quiet");
  });
});
