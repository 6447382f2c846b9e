import { readFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import { expect } from "chai";
import { settableClock } from "passport-factors/testing";
import type { Browser, Page } from "playwright-core";
import { createApp, type ChatApp } from "../../example-app/app.ts";
import { config } from "../example-app/harness.ts";
import { openBrowser } from "../support/browser.ts";
import { fakeTwilio, type FakeTwilio } from "../support/fake-twilio.ts";
import { at, check, fill, newVisitor, submit, type Visitor } from "../support/person.ts";
import { freePort } from "../support/redis-server.ts";

const PERSON = { email: "ada@example.com", password: "correct horse battery" };

describe("calls and backup codes in the chat, in Chromium", function () {
  this.timeout(60_000);
  let browser: Browser;
  let twilio: FakeTwilio;
  let chat: ChatApp;
  let server: Server;
  let base: string;
  let mails: string[];
  const clock = settableClock();
  const people: Visitor[] = [];

  before(async () => {
    twilio = await fakeTwilio();
    browser = await openBrowser();
    mails = [];
    const port = await freePort();
    base = `http://localhost:${port}`;
    chat = await createApp({
      config: config({ port, publicUrl: new URL(base), reachable: true }),
      transport: twilio.transport(),
      clock,
      mails: {
        name: "mails",
        send: async ({ to, text }) => (mails.push(`${to}: ${text}`), { status: "sent" }),
      },
    });
    server = createServer(chat.app);
    await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  });
  after(async () => {
    await browser.close();
    server.closeAllConnections();
    server.close();
    await chat.close();
    await twilio.close();
  });
  afterEach(() => {
    for (const { problems } of people) expect(problems).to.deep.equal([]);
  });

  const visitor = async (javaScript = true) => {
    const person = await newVisitor(browser, javaScript);
    people.push(person);
    return person.page;
  };
  const press = (page: Page, name: string) =>
    Promise.all([page.waitForEvent("framenavigated"), page.getByRole("button", { name }).click()]);
  const textCode = () => /\d{6}/.exec(twilio.last("Messages").form["Body"] as string)?.[0] as string;
  const report = (form: Record<string, string>, path = "/delivery/twilio") =>
    twilio.report({ server }, form, { url: `${base}${path}` });
  const logIn = async (page: Page) => {
    clock.advance(3_600_000);
    await page.goto(`${base}/login`);
    await fill(page, PERSON);
    expect(await at(page)).to.equal("/second_factor/new");
  };
  /** Ada, who has a phone and ten backup codes; made once, whichever test comes first. */
  let ready: Promise<string[]> | undefined;
  const adasCodes = () => (ready ??= registered());

  async function registered(): Promise<string[]> {
    const page = await visitor();
    await page.goto(`${base}/signup`);
    await fill(page, { email: PERSON.email, nickname: "Ada", password: PERSON.password });
    await submit(page, "/sms_auth_term");
    await page.selectOption("select[name=country_code]", "TW");
    await fill(page, { phone_number: "0912 345 678" });
    await page.getByText("The message is on its way.").waitFor();
    await report({ MessageSid: twilio.sid, MessageStatus: "delivered" }).expect(204);
    await page.getByText("The message has arrived.").waitFor();
    await fill(page, { pin_number: textCode() });
    expect(await at(page)).to.equal("/backup_codes/new");
    await check(page, true);

    await press(page, "Create backup codes");
    const codes = await page.locator("[data-codes] code").allTextContents();
    expect(codes).to.have.length(10);
    await check(page, true);
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("link", { name: "Download" }).click(),
    ]);
    expect(download.suggestedFilename()).to.equal("chat-backup-codes.txt");
    const file = await readFile(await download.path(), "utf8");
    expect(file.match(/[0-9A-Z]{4}(-[0-9A-Z]{4}){3}/g)).to.deep.equal(codes);
    await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    await page.getByRole("button", { name: "Copy" }).click();
    await page.getByText("Copied.").waitFor();
    expect(await page.evaluate<string>("navigator.clipboard.readText()")).to.equal(codes.join("\n"));
    await page.evaluate("window.print = () => { document.title = 'printing'; }");
    await page.getByRole("button", { name: "Print" }).click();
    expect(await page.title()).to.equal("printing");
    await press(page, "I have saved them");
    expect(await at(page)).to.equal("/chat");
    expect(mails.map((each) => each.split(".")[0])).to.have.length.at.least(2);
    expect(mails.join()).to.include("New backup codes were made");
    await page.goto(`${base}/backup_codes/new`);
    for (const code of codes) expect(await page.content()).not.to.include(code);
    return codes;
  }

  it("a new person registers by a text, follows its delivery, and is offered backup codes right after it", async () => {
    expect(await adasCodes()).to.have.length.at.least(8);
  });

  it("at the next login a call is missed, seen live, tried again and answered", async () => {
    await adasCodes();
    const page = await visitor();
    await logIn(page);
    await check(page, true);
    await press(page, "Call ***-***-5678");
    expect(await at(page)).to.equal("/call_verification/new");
    await page.getByText("We are calling you.").waitFor();
    await report({ CallSid: twilio.sid, CallStatus: "ringing" }).expect(204);
    await page.getByText("Your phone is ringing.").waitFor();
    await report({ CallSid: twilio.sid, CallStatus: "no-answer" }).expect(204);
    await page.getByText("We could not reach you by phone. Try again or start over.").waitFor();
    await check(page, true);

    clock.advance(60_000);
    await page.reload();
    await press(page, "Call again");
    await report({ CallSid: twilio.sid, CallStatus: "ringing" }).expect(204);
    await page.getByText("Your phone is ringing.").waitFor();
    const { pathname: voice } = new URL(twilio.last("Calls").form["Url"] as string);
    const asked = await report({ CallSid: twilio.sid, CallStatus: "in-progress" }, voice).expect(200);
    expect(asked.text).to.include("Press any key");
    const read = await report(
      { CallSid: twilio.sid, CallStatus: "in-progress", Digits: "1" },
      `${voice}/code`,
    ).expect(200);
    const heard = [...read.text.matchAll(/>(\d)</g)]
      .map(([, digit]) => digit)
      .join("")
      .slice(0, 6);
    await report({ CallSid: twilio.sid, CallStatus: "in-progress" }).expect(204);
    await page.getByText("The call was answered.").waitFor();
    await fill(page, { pin_number: heard });
    expect(await at(page)).to.equal("/chat");
    const me = await page.request.get(`${base}/me`);
    expect((await me.json()).amr).to.deep.equal(["pwd", "tel", "mfa"]);
  });

  it("without JavaScript the missed call is told on reload", async () => {
    await adasCodes();
    const page = await visitor(false);
    await logIn(page);
    await press(page, "Call ***-***-5678");
    expect(await at(page)).to.equal("/call_verification/new");
    await report({ CallSid: twilio.sid, CallStatus: "busy" }).expect(204);
    // Chromium cannot reload a page that it has not yet put in the place of the one before.
    await page.waitForLoadState("load");
    await page.reload();
    expect(await page.innerText("main")).to.include(
      "We could not reach you by phone. Try again or start over.",
    );
  });

  for (const javaScript of [true, false])
    it(`who has lost the phone gets in with a backup code, once, JavaScript ${javaScript ? "on" : "off"}`, async () => {
      const codes = await adasCodes();
      const page = await visitor(javaScript);
      const code = codes.shift() as string;
      await logIn(page);
      await press(page, "Use a backup code");
      await check(page, javaScript);
      await fill(page, { backup_code: code.toLowerCase().replaceAll("-", " ") });
      expect(await at(page)).to.equal("/chat");
      expect(mails.at(-1))
        .to.include("signed in to your account with a backup code")
        .and.include(`left: ${codes.length}`);

      const again = await visitor(javaScript);
      await logIn(again);
      await press(again, "Use a backup code");
      await fill(again, { backup_code: code });
      expect(await again.textContent("[role=alert]")).to.equal("Invalid verification code");
      await check(again, javaScript);
    });

  it("the app's metrics tell of all that, and of nobody", async () => {
    await adasCodes();
    const page = await visitor();
    const text = await (await page.request.get(`${base}/metrics`)).text();
    expect(text).to.match(
      /passport_factors_sends_total\{channel="sms",provider="twilio",calling_code="886",outcome="taken"\} \d/,
    );
    expect(text).to.match(
      /passport_factors_conversion_ratio|passport_factors_verifications_total\{factor="sms"/,
    );
    expect(text).not.to.match(/912345678|ada@example/);
  });
});
