import type { AddressInfo } from "node:net";
import { expect } from "chai";
import { backupCodes, deliveryStatus, disabledTransport, memoryStore } from "../../lib/index.ts";
import type { Browser, Page } from "playwright-core";
import { makeApp, type AppOptions, type TestApp } from "../support/app.ts";
import { openBrowser } from "../support/browser.ts";
import { fakeTwilio, type FakeTwilio } from "../support/fake-twilio.ts";
import { at, check, fill, newVisitor, type Visitor } from "../support/person.ts";
import { passed, wrong } from "../support/visitor.ts";

const NEITHER = "I can’t use any of these";

/** Each arrow of the chart, from a person's side of the screen. */
describe("the flow chart of codes by phone, in Chromium", function () {
  this.timeout(60_000);
  let browser: Browser;
  let twilio: FakeTwilio;
  let app: TestApp;
  let person: Visitor;
  before(async () => void (browser = await openBrowser()));
  after(() => browser.close());
  beforeEach(async () => void (twilio = await fakeTwilio()));
  afterEach(async () => {
    expect(person.problems).to.deep.equal([]);
    await person.context.close();
    await twilio.close();
    app.server.closeAllConnections();
    app.server.close();
  });

  const SMS: AppOptions = {};
  const BOTH: AppOptions = { call: {} };

  /** Somebody who has passed the first factor, on the page that asks for the second. */
  async function arrives(options: AppOptions, user = "alice"): Promise<Page> {
    app = makeApp({
      routes: (on, { factors }) => on.use("/delivery", deliveryStatus(factors)),
      ...options,
    });
    person = await newVisitor(browser, true);
    const base = `http://localhost:${(app.server.address() as AddressInfo).port}`;
    await person.context.request.post(`${base}/login`, { data: { user } });
    await person.page.goto(`${base}/chat`, { waitUntil: "commit" });
    await person.page.goto(`${base}/second_factor/new`);
    return person.page;
  }

  const press = async (page: Page, name: string | RegExp) => {
    await Promise.all([page.waitForEvent("framenavigated"), page.getByRole("button", { name }).click()]);
  };
  const buttons = async (page: Page) =>
    (await page.getByRole("button").allTextContents()).map((each) => each.trim());
  const text = (page: Page) => page.innerText("main");
  const isIn = async (page: Page) => {
    await page.waitForLoadState("domcontentloaded");
    const answer = await page.request.get(new URL("/chat", page.url()).href, {
      headers: { Accept: "application/json" },
    });
    return answer.status() === 200;
  };
  /** A call by the pretended Twilio, which then reports. */
  const called = async (then: string) => {
    const transport = twilio.transport();
    const page = await arrives({ call: { transport } });
    await press(page, "Call ***-***-5678");
    expect(await at(page)).to.equal("/call_verification/new");
    await twilio.report(app, { CallSid: twilio.sid, CallStatus: "ringing" }).expect(204);
    await twilio.report(app, { CallSid: twilio.sid, CallStatus: then }).expect(204);
    return page;
  };

  it("phone number on file? No → next option: a number can be registered", async () => {
    const page = await arrives(BOTH, "nora");
    expect(await at(page)).to.equal("/sms_registration/new");
  });

  it("phone number on file? Yes → support SMS or call? SMS → send code to my phone?", async () => {
    const page = await arrives(SMS);
    expect(await buttons(page)).to.deep.equal(["Text ***-***-5678", NEITHER]);
    await check(page, true);
  });

  it("support SMS or call? Call → call my phone?", async () => {
    const page = await arrives({ call: {}, sms: { transport: disabledTransport() } });
    expect(await buttons(page)).to.deep.equal(["Call ***-***-5678", NEITHER]);
  });

  it("support SMS or call? Both → send sms message or call?", async () => {
    const page = await arrives(BOTH);
    expect(await buttons(page)).to.deep.equal(["Text ***-***-5678", "Call ***-***-5678", NEITHER]);
  });

  it("support SMS or call? Neither → next option: what is left is said, and nothing is sent", async () => {
    const off = disabledTransport();
    const page = await arrives({ sms: { transport: off }, call: { transport: off } });
    expect(await at(page)).to.equal("/second_factor/new");
    expect(await text(page)).to.include("contact support");
    expect(await isIn(page)).to.equal(false);
  });

  it("support SMS or call? Neither → next option: a backup code, where there are some → in", async () => {
    const store = memoryStore();
    const before = makeApp({ store, more: [backupCodes()] });
    const { codes } = (await (await passed(before)).post("/backup_codes").expect(201)).body;
    const off = disabledTransport();
    const page = await arrives({
      store,
      sms: { transport: off },
      call: { transport: off },
      more: [backupCodes()],
    });
    expect(await buttons(page)).to.deep.equal(["Use a backup code", NEITHER]);
    await press(page, "Use a backup code");
    expect(await at(page)).to.equal("/backup_code_verification/new");
    await check(page, true);
    await fill(page, { backup_code: codes[0].toLowerCase() });
    expect(await isIn(page)).to.equal(true);
  });

  it("send code to my phone? Yes → texts code to phone → input code → valid → in", async () => {
    const page = await arrives(SMS);
    await press(page, "Text ***-***-5678");
    expect(await at(page)).to.equal("/sms_verification/new");
    expect(app.outbox.last()).to.include({ channel: "sms" });
    await fill(page, { pin_number: app.outbox.code() });
    expect(await isIn(page)).to.equal(true);
  });

  it("send code to my phone? No → next option → end", async () => {
    const page = await arrives(SMS);
    await press(page, NEITHER);
    expect(await text(page)).to.include("contact support");
    expect(app.outbox.messages).to.deep.equal([]);
    await check(page, true);
  });

  it("call my phone? Yes → calls phone", async () => {
    const page = await arrives({ call: {}, sms: { transport: disabledTransport() } });
    await press(page, "Call ***-***-5678");
    expect(await at(page)).to.equal("/call_verification/new");
    expect(app.outbox.last()).to.include({ channel: "call" });
    await check(page, true);
  });

  it("call my phone? No → next option", async () => {
    const page = await arrives({ call: {}, sms: { transport: disabledTransport() } });
    await press(page, NEITHER);
    expect(await text(page)).to.include("contact support");
  });

  it("send sms message or call? SMS → texts code to phone", async () => {
    const page = await arrives(BOTH);
    await press(page, /^Text/);
    expect(app.outbox.last()).to.include({ channel: "sms" });
    expect(await text(page)).to.include("Enter the 6-digit code sent to ***-***-5678");
  });

  it("send sms message or call? Call → calls phone", async () => {
    const page = await arrives(BOTH);
    await press(page, /^Call/);
    expect(app.outbox.last()).to.include({ channel: "call" });
    expect(await text(page)).to.include("Enter the 6-digit code that the call to ***-***-5678 reads out");
  });

  it("send sms message or call? Neither → next option", async () => {
    const page = await arrives(BOTH);
    await press(page, NEITHER);
    expect(await at(page)).to.equal("/second_factor/none");
    expect(app.outbox.messages).to.deep.equal([]);
  });

  it("calls phone → answered → input code → valid → in", async () => {
    const page = await called("in-progress");
    await page.getByText("The call was answered.").waitFor();
    const url = new URL(twilio.last("Calls").form["Url"] as string);
    const heard = await twilio
      .report(app, { CallSid: twilio.sid, Digits: "5" }, { url: `${url.href}/code` })
      .expect(200);
    const code = [...heard.text.matchAll(/>(\d)</g)]
      .map(([, digit]) => digit)
      .join("")
      .slice(0, 6);
    await fill(page, { pin_number: code });
    expect(await isIn(page)).to.equal(true);
  });

  for (const [CallStatus, words] of [
    ["no-answer", "missed call"],
    ["busy", "busy"],
    ["canceled", "declined"],
  ] as const)
    it(`calls phone → ${words} → did not answer: try again or start over?`, async () => {
      const page = await called(CallStatus);
      await page.getByText("We could not reach you by phone. Try again or start over.").waitFor();
      expect(await buttons(page)).to.include.members(["Call again", "Start over"]);
      await check(page, true);
    });

  it("input code → not valid → invalid: the same page, and again", async () => {
    const page = await arrives(BOTH);
    await press(page, /^Text/);
    await fill(page, { pin_number: wrong(app.outbox.code()) });
    expect(await page.textContent("[role=alert]")).to.equal("Invalid verification code");
    await fill(page, { pin_number: app.outbox.code() });
    expect(await isIn(page)).to.equal(true);
  });

  it("did not answer → try again → calls phone", async () => {
    const page = await called("no-answer");
    await page.getByText("We could not reach you by phone.").waitFor();
    app.clock.advance(60_000);
    await page.reload();
    await press(page, "Call again");
    expect(await at(page)).to.equal("/call_verification/new");
    expect(twilio.got.filter(({ path }) => path.endsWith("Calls.json"))).to.have.length(2);
    expect(await text(page)).to.include("We are calling you.");
  });

  it("did not answer → try another way → support SMS or call?", async () => {
    const page = await called("no-answer");
    await page.getByText("We could not reach you by phone.").waitFor();
    await Promise.all([
      page.waitForEvent("framenavigated"),
      page.getByRole("link", { name: "Try another way" }).click(),
    ]);
    expect(await at(page)).to.equal("/second_factor/new");
  });

  it("invalid → start over → start", async () => {
    const page = await arrives(BOTH);
    await press(page, /^Text/);
    const old = app.outbox.code();
    await fill(page, { pin_number: wrong(old) });
    await press(page, "Start over");
    expect(await at(page)).to.equal("/second_factor/new");
    await page.goto(new URL("/sms_verification/new", page.url()).href);
    expect(await page.locator("input[name=pin_number]").count()).to.equal(0);
  });

  it("did not answer → start over → start", async () => {
    const page = await called("no-answer");
    await page.getByText("We could not reach you by phone.").waitFor();
    await press(page, "Start over");
    expect(await at(page)).to.equal("/second_factor/new");
  });
});
