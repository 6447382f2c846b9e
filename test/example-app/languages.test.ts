import { expect } from "chai";
import type { Texts } from "../../example-app/words/en.ts";
import { inEveryLanguage, LANGUAGES } from "../../example-app/words/words.ts";
import { en } from "../../example-app/words/en.ts";
import { join, open, PASSWORD, type Setting } from "./harness.ts";

const HEADINGS: Readonly<Record<string, string>> = {
  en: "Before we text you",
  de: "Bevor wir Ihnen schreiben",
  es: "Antes de escribirle",
  fr: "Avant de vous écrire",
  ja: "SMS を送る前に",
  "zh-TW": "傳送簡訊之前",
};
/** The same in several languages. */
const SHARED = new Set<keyof Texts>(["try.api", "email", "nickname", "chat.messages", "chat.message"]);

describe("example app: its languages", () => {
  let chat: Setting;
  before(async () => (chat = await open({ rememberDays: 30 })));
  after(() => chat.close());

  it("are those of the package, on its own pages and in what it refuses", async () => {
    expect(Object.keys(LANGUAGES)).to.deep.equal(Object.keys(HEADINGS));
    for (const [i, [language, heading]] of Object.entries(HEADINGS).entries()) {
      const agent = chat.agent();
      const ask = (path: string) => agent.get(path).set("Accept-Language", language);
      const form = { email: `p${i}@example.org`, password: PASSWORD, nickname: "P" };
      const { text: refused } = await agent
        .post("/signup")
        .set("Accept-Language", language)
        .type("form")
        .send({ ...form, email: "p" })
        .expect(422);
      expect(refused).to.include(inEveryLanguage("refusal.invalid_email")[language]);
      await agent.post("/signup").type("form").send(form).expect(303);
      const { text } = await ask("/sms_auth_term").expect(200);
      expect(text).to.include(`<html lang="${language}"`).and.include(heading);
      const { body } = await ask("/nothing").accept("json").expect(404);
      expect(body.message).to.equal(inEveryLanguage("refusal.not_found")[language]);
    }
  });

  it("have each text in words of their own, with the same placeholders", () => {
    for (const key of Object.keys(en) as (keyof Texts)[]) {
      const { en: english = "", ...others } = inEveryLanguage(key);
      const places = (text: string) => [...text.matchAll(/\{\w+\}/g)].map(String).sort();
      for (const [language, text] of Object.entries(others)) {
        expect(places(text), `${language} ${key}`).to.deep.equal(places(english));
        if (!SHARED.has(key)) expect(text, `${language} ${key}`).to.not.equal(english);
      }
    }
  });

  it("can be chosen on the start page, for the package's pages too", async () => {
    const agent = chat.agent();
    const { text } = await agent.get("/").set("Accept-Language", "en").expect(200);
    expect(text).to.match(/<option value="en" lang="en"\s+selected>/);
    await agent.post("/language").accept("html").type("form").send({ language: "ja" }).expect(303);
    for (const path of ["/", "/recovery", "/login"])
      expect((await agent.get(path).set("Accept-Language", "en").expect(200)).text).to.include(`lang="ja"`);
    const { body } = await agent.post("/language").accept("json").send({ language: "__proto__" }).expect(400);
    expect(body).to.include({ code: "invalid_language", field: "language" });
  });

  it("are those of the mails", async () => {
    const agent = chat.agent();
    await agent.post("/language").accept("json").send({ language: "de" }).expect(200);
    await join(chat, agent);
    expect(chat.mails.last()).to.deep.include({
      subject: "Ihr Chat-Konto",
      text: "Ihrem Konto wurde eine Telefonnummer hinzugefügt. Wenn Sie das nicht waren, melden Sie sich bitte bei uns.",
    });
  });
});

describe("example app: its start page", () => {
  let chat: Setting;
  before(async () => (chat = await open({ rememberDays: 30 })));
  after(() => chat.close());

  const pathsOf = (text: string) =>
    [...text.matchAll(/href="(\/[^"]*)"/g)]
      .map(([, path]) => path as string)
      .filter((path) => !/\.(css|svg)/.test(path));

  it("says what to try, and each link leads to a page", async () => {
    const stranger = chat.agent();
    const member = chat.agent();
    await join(chat, member);
    for (const [agent, expected] of [
      [
        stranger,
        [
          "/signup",
          "/login",
          "/security",
          "/passkey_sign_in/new",
          "/recovery",
          "/phone_signup/new",
          "/api-docs",
        ],
      ],
      [member, ["/chat", "/security", "/recovery", "/trusted_devices/new", "/api-docs"]],
    ] as const) {
      const paths = pathsOf((await agent.get("/").accept("html").expect(200)).text);
      expect(paths).to.include.members([...expected]);
      for (const path of paths) {
        const { status, headers } = await agent.get(path).accept("html");
        expect(`${path} ${status} ${headers["location"] ?? ""}`).to.be.oneOf([
          `${path} 200 `,
          ...(agent === stranger ? [`${path} 303 /login`] : []),
        ]);
      }
    }
    expect(chat.errors).to.deep.equal([]);
  });

  it("and each link of the room and the security page, where Change is the form of a new number", async () => {
    const member = chat.agent();
    await join(
      chat,
      member,
      "bob@example.org",
      { country_code: "US", phone_number: "(201) 555-0124" },
      "+12015550124",
    );
    const pages = await Promise.all(
      ["/chat", "/security"].map((path) => member.get(path).accept("html").expect(200)),
    );
    const [, security] = pages.map(({ text }) => pathsOf(text));
    expect(security).to.include("/sms_registration/new");
    for (const path of pages.flatMap(({ text }) => pathsOf(text)))
      expect((await member.get(path).accept("html").redirects(1)).status, path).to.equal(200);
    expect((await member.get("/sms_registration/new").accept("html")).text).to.include("Change your phone");
  });

  it("finds an email that was typed in another case, with spaces around it", async () => {
    await chat
      .agent()
      .post("/login")
      .type("form")
      .send({ email: "  BOB@Example.org ", password: PASSWORD })
      .expect(303);
    const again = { email: " Bob@EXAMPLE.org ", password: PASSWORD, nickname: " Bob " };
    expect((await chat.agent().post("/signup").accept("json").send(again).expect(400)).body.code).to.equal(
      "email_taken",
    );
  });
});
