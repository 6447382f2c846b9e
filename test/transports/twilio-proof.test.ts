import { expect } from "chai";
import fc from "fast-check";
import twilio from "twilio";
import type { ProviderRequest } from "../../lib/index.ts";
import { spelledOut } from "../../lib/locales/spelled-out.ts";
import { languages, translator } from "../../lib/locales/translate.ts";
import { isSignedByTwilio } from "../../lib/transports/twilio/signature.ts";
import { twilioCallbacks } from "../../lib/transports/twilio/callbacks.ts";
import { askForKeyTwiml, hangUpTwiml, readCodeTwiml } from "../../lib/transports/twilio/twiml.ts";

const TOKEN = "12345";
const URL_OF_THEIRS = "https://mycompany.com/myapp.php?foo=1&bar=2";
const FORM = {
  CallSid: "CA1234567890ABCDE",
  Caller: "+14158675309",
  Digits: "1234",
  From: "+14158675309",
  To: "+18005551212",
};

const request = (
  url: string,
  signature: string | undefined,
  body: ProviderRequest["body"] = FORM,
  rawBody?: string,
): ProviderRequest => ({
  url,
  headers: { "x-twilio-signature": signature },
  body,
  ...(rawBody === undefined ? {} : { rawBody: Buffer.from(rawBody) }),
});
const signed = (...parts: Parameters<typeof request>) => isSignedByTwilio(TOKEN, request(...parts));

describe("[T42] [D9] Twilio's signature", () => {
  it("is that of Twilio's own example", () => {
    expect(signed(URL_OF_THEIRS, "RSOYDt4T1cUTdK1PDd93/VVr8B8=")).to.equal(true);
    expect(isSignedByTwilio("other", request(URL_OF_THEIRS, "RSOYDt4T1cUTdK1PDd93/VVr8B8="))).to.equal(false);
  });

  it("is refused when anything is changed, or it is missing", () => {
    const good = "RSOYDt4T1cUTdK1PDd93/VVr8B8=";
    expect(signed(URL_OF_THEIRS.replace("foo=1", "foo=2"), good)).to.equal(false);
    expect(signed(URL_OF_THEIRS, good, { ...FORM, Digits: "1235" })).to.equal(false);
    expect(signed(URL_OF_THEIRS, good, { ...FORM, More: "1" })).to.equal(false);
    for (const bad of [undefined, "", "RSOYDt4T1cUTdK1PDd93", `${good}x`])
      expect(signed(URL_OF_THEIRS, bad)).to.equal(false);
    expect(signed("no address", good)).to.equal(false);
  });

  it("is the same with and without the usual port", () => {
    const bare = "https://chat.example/delivery/twilio";
    const ported = "https://chat.example:443/delivery/twilio";
    for (const [made, seen] of [
      [bare, ported],
      [ported, bare],
      [bare, bare],
    ] as const)
      expect(signed(seen, twilio.getExpectedTwilioSignature(TOKEN, made, FORM)), made).to.equal(true);
  });

  it("agrees with the twilio package on any form", () => {
    const field = fc.oneof(fc.string(), fc.array(fc.string(), { minLength: 1, maxLength: 4 }));
    const form = fc.dictionary(fc.string({ minLength: 1 }), field);
    fc.assert(
      fc.property(form, (body) => {
        const theirs = twilio.getExpectedTwilioSignature(TOKEN, URL_OF_THEIRS, body);
        return signed(URL_OF_THEIRS, theirs, body);
      }),
    );
  });

  it("covers a JSON body by its hash", () => {
    const raw = '{"property": "value", "boolean": true}';
    const hash = "0a1ff7634d9ab3b95db5c9a2dfe9416e41502b283a80c7cf19632632f96e6620";
    const url = `${URL_OF_THEIRS}&bodySHA256=${hash}`;
    const theirs = "a9nBmqA0ju/hNViExpshrM61xv4=";
    expect(signed(url, theirs, JSON.parse(raw) as object as FormBody, raw)).to.equal(true);
    expect(signed(url, theirs, {}, `${raw} `)).to.equal(false);
    expect(signed(url, theirs, {}), "the bytes are not known").to.equal(false);
  });
});

type FormBody = ProviderRequest["body"];

describe("what Twilio reports", () => {
  const read = (body: FormBody) => twilioCallbacks(TOKEN).read(request(URL_OF_THEIRS, "", body));

  it("is read as a delivery status", () => {
    const of = (MessageStatus: string) => read({ MessageSid: "SM1", MessageStatus })?.status;
    expect(
      ["accepted", "queued", "sending", "sent", "delivered", "read", "undelivered", "failed"].map(of),
    ).to.deep.equal(["queued", "queued", "queued", "sent", "delivered", "delivered", "failed", "failed"]);
    const call = (CallStatus: string) => read({ CallSid: "CA1", CallStatus })?.status;
    expect(
      ["initiated", "ringing", "in-progress", "completed", "busy", "no-answer", "canceled", "failed"].map(
        call,
      ),
    ).to.deep.equal(["queued", "ringing", "answered", "answered", "missed", "missed", "missed", "failed"]);
  });

  it("is nothing where it says nothing that we know", () => {
    for (const body of [
      {},
      { MessageSid: "SM1" },
      { MessageStatus: "sent" },
      { MessageSid: ["SM1"], MessageStatus: "sent" },
      { MessageSid: "SM1", MessageStatus: "__proto__" },
      { MessageSid: "SM1", MessageStatus: "constructor" },
      { CallSid: "", CallStatus: "busy" },
    ])
      expect(read(body)).to.equal(undefined);
  });
});

describe("what a call says", () => {
  const sentence = (key: "call.text" | "call.pressKey", code: string, locale = "en", app = "Chat") => ({
    locale,
    text: translator(locale)(key, { app, code: spelledOut(code) }),
  });
  const reading = (code: string, locale?: string, app?: string) => ({
    ...sentence("call.text", code, locale, app),
    code,
  });
  const asking = (action: string, locale?: string) => ({ ...sentence("call.pressKey", "", locale), action });
  const verbs = (xml: string) => xml.match(/<(\w+)/g)?.map((each) => each.slice(1));

  it("[E4] is the code twice, digit by digit, with a pause after each", () => {
    const xml = readCodeTwiml(reading("730512"));
    const spoken = [...xml.matchAll(/<Say language="en-US">(\d)<\/Say>/g)].map(([, digit]) => digit).join("");
    expect(spoken).to.equal("730512730512");
    expect(xml).not.to.match(/\d{2}/);
    expect(xml.match(/<Pause length="1"\/>/g)).to.have.length(14);
    expect(xml).to.include("Your Chat code is");
  });

  it("is what the twilio package would write, verb by verb", () => {
    const theirs = new twilio.twiml.VoiceResponse();
    theirs.hangup();
    expect(hangUpTwiml()).to.equal(theirs.toString());
    const gather = new twilio.twiml.VoiceResponse().gather({ numDigits: 1 });
    gather.say({ language: "en-US" }, "x");
    const xml = askForKeyTwiml(asking("https://chat.example/a?b=1&c=2"));
    expect(verbs(xml)).to.deep.equal(["Response", "Gather", "Say", "Say"]);
    expect(xml).to.include('action="https://chat.example/a?b=1&amp;c=2"').and.include('numDigits="1"');
  });

  it("[E1] says nothing of the code before a key is pressed", () => {
    const xml = askForKeyTwiml(asking("https://chat.example/a"));
    expect(xml.replace(/"[^"]*"/g, "")).not.to.match(/\d/);
  });

  it("is in every language that the package speaks, and none of it is left unspoken", () => {
    for (const locale of Object.keys(languages)) {
      const xml = readCodeTwiml(reading("730512", locale));
      expect(xml.match(/<Say language="[a-z]{2,3}-[A-Z]{2}">\d<\/Say>/g), locale).to.have.length(12);
      expect(xml, locale)
        .not.to.match(/[{}]/)
        .and.not.match(/undefined/);
      expect(askForKeyTwiml(asking("/a", locale)), locale).to.match(/<Say language="[^"]+">[^<]{20,}/);
    }
    expect(readCodeTwiml(reading("1", "zh-TW"))).to.include('language="cmn-TW"');
    expect(readCodeTwiml({ ...reading("1"), locale: "pt-BR" }), "a language of the app's own").to.include(
      'language="pt-BR"',
    );
  });

  it("is well-formed whatever the app is called, and fits in a request", () => {
    for (const appName of ["A&B <x>", `"'`, "{code}", "a\u0000b\u001b", "\ud83d\ude00".repeat(30)]) {
      const xml = readCodeTwiml(reading("7305123456", "en", appName));
      expect(xml, appName).not.to.match(/&(?!(amp|lt|gt|quot|apos);)/);
      expect(xml.replace(/<\/?(Response|Say|Pause|\?xml)[^<>]*>/g, ""), appName).not.to.match(/[<>\p{Cc}]/u);
      expect(xml.match(/<Say language="en-US">\d<\/Say>/g), appName).to.have.length(20);
      expect(xml.length).to.be.lessThan(4000);
    }
  });
});
