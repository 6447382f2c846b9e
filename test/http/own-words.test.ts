import { expect } from "chai";
import { deliveryStatus, totp, type OwnTexts } from "../../lib/index.ts";
import { directionOf, nearestTag } from "../../lib/locales/tags.ts";
import { arabic } from "../support/arabic.ts";
import { makeApp, type AppOptions } from "../support/app.ts";
import { fakeTwilio } from "../support/fake-twilio.ts";
import { readAloud } from "../support/read-aloud.ts";
import { visitor } from "../support/visitor.ts";

const appWith = (texts: unknown, more: AppOptions = {}) =>
  makeApp({ ...more, factors: { texts: texts as OwnTexts, ...more.factors } });

/** The page with the code field, in a language, and the app whose message it is about. */
async function codePage(texts: OwnTexts, language: string) {
  const app = appWith(texts);
  const person = visitor(app, "html", { "Accept-Language": language });
  await person.agent.post("/login").send({ user: "alice" }).expect(200);
  await person.send().expect(303);
  const { text, headers } = await person.get("/sms_verification/new").expect(200);
  return { app, person, text, headers };
}

describe("an app's own words", () => {
  it("stand in place of the package's on pages, in messages, in errors of every door", async () => {
    const { app, person, text } = await codePage(
      {
        en: {
          "verification.title": "Your <secret> code",
          "sms.text": "{app} code: {code} ({reference}, {minutes})",
          "error.invalid_code": "Not that one",
        },
      },
      "en",
    );
    expect(text).to.include("<h1>Your &lt;secret&gt; code</h1>").and.include("Continue");
    expect(app.outbox.last().text).to.match(/^Chat code: \d{6} \(\w+, \d+\)\n\n@chat\.example #\d{6}$/);
    expect((await person.verify("000000")).text).to.include("Not that one");
    const json = visitor(app);
    await json.logIn("alice");
    const { body } = await json.post("/sms_verification", { pin_number: "nonsense" }).expect(400);
    expect(body.message).to.equal("Not that one");
  });

  it("of a call are what is read out", async () => {
    const twilio = await fakeTwilio();
    const app = appWith(
      {
        en: {
          "call.text": "Digits from {app}: {code}. That was all.",
          "call.pressKey": "{app} here, press a key",
        },
      },
      {
        call: { transport: twilio.transport() },
        routes: (on, { factors }) => on.use("/delivery", deliveryStatus(factors)),
      },
    );
    const person = visitor(app);
    await person.logIn("alice");
    await person.post("/second_factor", { factor: "call" }).expect(201);
    const url = new URL(twilio.last("Calls").form["Url"] as string);
    const asked = await twilio.report(app, { CallSid: twilio.sid }, { url: url.href }).expect(200);
    expect(asked.text).to.include(">Chat here, press a key<");
    const heard = await twilio
      .report(app, { CallSid: twilio.sid, Digits: "5" }, { url: `${url.href}/code` })
      .expect(200);
    expect(heard.text).to.match(/>Digits from Chat:?<\/Say>/);
    expect(heard.text)
      .to.include(">That was all.<")
      .and.match(/>\d<.*>\d</);
    await twilio.close();
  });

  it("may be a language of their own; what it lacks is taken from the nearest, else from English", async () => {
    const texts: OwnTexts = {
      "pt-BR": { "verification.title": "Digite o código" },
      "de-CH": { "verification.submit": "Wiiter" },
    };
    for (const wanted of ["pt-BR", "pt-PT,en;q=0.5", "pt"]) {
      const { text, headers } = await codePage(texts, wanted);
      expect(text).to.include('<html lang="pt-BR" dir="ltr">').and.include("<h1>Digite o código</h1>");
      expect(text).to.include("Continue");
      expect(headers["content-language"]).to.equal("pt-BR");
    }
    const swiss = await codePage(texts, "de-CH");
    expect(swiss.text).to.include("Code eingeben").and.include("Wiiter");
    expect((await codePage(texts, "de-AT")).text)
      .to.include("Weiter")
      .and.not.include("Wiiter");
    expect((await codePage(texts, "xx")).text).to.include('<html lang="en" dir="ltr">');
  });

  it("[T84] are written in their direction: Arabic pages are dir=rtl, codes and numbers stay as they are", async () => {
    const { text, app } = await codePage({ ar: arabic }, "ar-EG");
    expect(text).to.include('<html lang="ar" dir="rtl">').and.include("أدخل الرمز");
    expect(app.outbox.last().text).to.include("رمزك في Chat");
    expect(["ar", "he", "fa-IR", "ur", "yi", "az-Arab"].map(directionOf)).to.deep.equal(Array(6).fill("rtl"));
    expect(["en", "ja", "zh-TW", "az", "x", "__proto__"].map(directionOf)).to.deep.equal(
      Array(6).fill("ltr"),
    );
  });

  it("[T84] are read by who can read them: simplified characters are no answer to traditional ones", () => {
    expect(nearestTag("zh-cn", ["en", "zh-TW"])).to.equal(undefined);
    expect(nearestTag("zh-sg", ["en", "zh-TW", "zh-CN"])).to.equal("zh-CN");
    expect(nearestTag("zh-hk", ["en", "zh-CN", "zh-TW"])).to.equal("zh-TW");
    expect(nearestTag("zh", ["en", "zh-TW"])).to.equal("zh-TW");
    expect(nearestTag("sr-latn", ["sr"])).to.equal(undefined);
    expect(nearestTag("es-mx", ["es-AR", "es"])).to.equal("es");
    expect(nearestTag("nonsense_tag", ["en"])).to.equal(undefined);
  });

  it("of a factor stand wherever it speaks: on its button, its page, in recovery and at the settings, in new languages too", async () => {
    const app = appWith(
      {
        en: {
          "factor.totp.label": "Use Payleaf Pass",
          "factor.totp.hint": "Open Payleaf Pass.",
          "secondFactor.sms": "SMS to {phone}",
        },
        "de-CH": { "factor.totp.label": "Payleaf Pass verwenden" },
        "pt-BR": { "factor.totp.name": "Payleaf Pass", "secondFactor.sms": "Mensagem para {phone}" },
      },
      { more: [totp()] },
    );
    const said = async (language: string, path: string) => {
      const person = visitor(app, "html", { "Accept-Language": language });
      await person.agent.post("/login").send({ user: "alice" }).expect(200);
      return readAloud((await person.get(path).expect(200)).text);
    };
    await app.factors.importTotp("alice", "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP");
    expect(await said("en", "/second_factor/new"))
      .to.include("Use Payleaf Pass")
      .and.include("SMS to ***-***-5678");
    expect(await said("en", "/totp_verification/new"))
      .to.include("Use Payleaf Pass")
      .and.include("Open Payleaf Pass.");
    expect(await said("de-CH", "/totp_verification/new"))
      .to.include("Payleaf Pass verwenden")
      .and.include("Öffnen Sie Ihre Authenticator-App");
    expect(await said("pt-BR", "/second_factor/new")).to.include("Mensagem para ***-***-5678");
  });

  for (const [name, texts, said] of [
    [
      "a factor that is not in the list",
      { en: { "factor.smss.label": "x" } },
      'did you mean "factor.sms.label"?',
    ],
    [
      "a word that no factor has",
      { en: { "factor.sms.titel": "x" } },
      "ends in label, name, field, hint, begin",
    ],
    [
      "a placeholder in a factor's hint",
      { en: { "factor.sms.hint": "{display}" } },
      "{display}; it has none",
    ],
    ["a key that is not known", { en: { "verification.titel": "x" } }, 'did you mean "verification.title"?'],
    [
      "a key of nothing",
      { de: { "nothing.of.the.kind": "x" } },
      /texts: de: "nothing\.of\.the\.kind" is not known$/,
    ],
    ["an inherited key", { en: { constructor: "x" } }, '"constructor" is not known'],
    ["a language that is none", { en_US: {} }, '"en_US" is no language tag (BCP 47); did you mean "en-US"?'],
    ["a language that is nonsense", { "x y": {} }, '"x y" is no language tag'],
    ["texts that are none", { en: "hello" }, 'texts: "en" must be an object'],
    ["an empty text", { en: { "verification.title": " " } }, "must be a text of 1 to 2000 characters"],
    ["a number", { en: { "verification.title": 5 } }, "must be a text of 1 to 2000 characters"],
    [
      "a placeholder that is not known",
      { en: { "verification.attempts": "{count} left" } },
      "{count}; known are {n}",
    ],
    [
      "a message without its code",
      { "pt-BR": { "sms.text": "Olá {app}" } },
      'pt-BR: "sms.text" must hold {code}',
    ],
  ] as const)
    it(`are refused at start for ${name}, by name`, () => {
      expect(() => appWith(texts)).to.throw(TypeError, said as string);
    });
});
