import { expect } from "chai";
import { textMessage } from "../../lib/factors/message-text.ts";
import { duration } from "../../lib/locales/duration.ts";
import { en } from "../../lib/locales/en.ts";
import { chooseLanguage, languages, translator } from "../../lib/locales/translate.ts";

const GSM7 = new Set(
  "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà",
);
const placeholders = (text: string) =>
  [...text.matchAll(/\{\w+\}/g)].map(([each]) => each).sort((a, b) => a.localeCompare(b));

for (const [language, texts] of Object.entries(languages)) {
  describe(`the language ${language}`, () => {
    it("has every text, with the same placeholders", () => {
      expect(Object.keys(texts)).to.have.members(Object.keys(en));
      for (const [key, text] of Object.entries(texts)) {
        expect(text.trim(), key).not.to.equal("");
        expect(placeholders(text), key).to.deep.equal(placeholders(en[key as keyof typeof en]));
      }
    });

    it("[D12] has a message that fits one segment", () => {
      const wide = language === "ja" || language === "zh-TW";
      const appName = wide ? "あ".repeat(10) : "x".repeat(20);
      const { text } = textMessage({
        code: "123456",
        reference: "BX7K",
        purpose: "login",
        locale: language,
        t: translator(language),
        appName,
        host: "chat.example.com",
        minutes: 10,
      });
      if (wide) expect(text.length).to.be.at.most(70);
      else {
        expect(Array.from(text).filter((each) => !GSM7.has(each))).to.deep.equal([]);
        expect(text.length).to.be.at.most(160);
      }
    });

    it("[D13][D14][K3] has a message that names the app, the code and its life, holds no URL, and ends origin-bound", () => {
      const { text } = textMessage({
        code: "012345",
        reference: "BX7K",
        purpose: "login",
        locale: language,
        t: translator(language),
        appName: "Chat",
        host: "chat.example",
        minutes: 5,
      });
      expect(text)
        .to.include("Chat")
        .and.include("5")
        .and.not.match(/https?:/);
      expect(text.split("\n").at(-1)).to.equal("@chat.example #012345");
      expect(text.match(/012345/g)).to.have.length(2);
    });
  });
}

describe("choosing a language", () => {
  it("[K12] goes by Accept-Language and its q-values, and falls back to English", () => {
    expect(chooseLanguage("fr-CA,de;q=0.9")).to.equal("fr");
    expect(chooseLanguage("xx;q=0.9, de;q=0.8, es;q=0.95")).to.equal("es");
    expect(chooseLanguage("zh-Hant-HK")).to.equal("zh-TW");
    expect(chooseLanguage("zh-TW")).to.equal("zh-TW");
    expect(chooseLanguage("zh-CN, en")).to.equal("en");
    expect(chooseLanguage("de;q=0")).to.equal("en");
    for (const odd of [undefined, "", "*", ";;;", ",".repeat(9000), "__proto__", "constructor"]) {
      expect(chooseLanguage(odd), String(odd).slice(0, 20)).to.equal("en");
    }
  });

  it("fills placeholders, and leaves alone what it has no value for", () => {
    expect(translator("en")("verification.attempts", { n: 3 })).to.equal("Attempts left: 3");
    expect(translator("en")("verification.attempts")).to.equal("Attempts left: {n}");
  });

  it("says seconds as a clock does", () => {
    expect([0, 1, 59.2, 60, 3599, 3600, 86_399].map(duration)).to.deep.equal([
      "0:00",
      "0:01",
      "1:00",
      "1:00",
      "59:59",
      "1:00:00",
      "23:59:59",
    ]);
  });
});
