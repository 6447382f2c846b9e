import { expect } from "chai";
import { readCode } from "../../lib/challenges/code.ts";
import { translator } from "../../lib/locales/translate.ts";
import { textMessage } from "../../lib/factors/message-text.ts";
import { backupCodes } from "../../lib/index.ts";
import { parsePhone } from "../../lib/phone/parse.ts";
import { plainText } from "../../lib/typed-text.ts";
import { makeApp } from "../support/app.ts";
import { passed, visitor, withCode } from "../support/visitor.ts";

/** Zero of the digits of scripts that people's keyboards have. */
const ZEROS = {
  "Arabic-Indic": 0x660,
  Persian: 0x6f0,
  Devanagari: 0x966,
  Bengali: 0x9e6,
  Thai: 0xe50,
  "full-width": 0xff10,
  mathematical: 0x1d7ce,
};
const inDigits = (zero: number, text: string) =>
  text.replace(/[0-9]/g, (digit) => String.fromCodePoint(zero + Number(digit)));
const MARKS = [
  "\u200B",
  "\u200E",
  "\u200F",
  "\u202A",
  "\u2066",
  "\u2069",
  "\u2060",
  "\uFEFF",
  "\u00AD",
  "\uFE0F",
];
const DASHES = ["-", "‐", "‑", "–", "—", "―", "−", "－", "﹣", "ー", "─", "〜"];
const SPACES = [" ", "\u00A0", "\u2003", "\u2009", "\u202F", "\u3000", "\t", "\n", "  "];

/** Every way that a code is taken. */
const spellings = (code: string): string[] => {
  const [front, back] = [code.slice(0, 3), code.slice(3)];
  return [
    ...Object.values(ZEROS).map((zero) => inDigits(zero, code)),
    ...MARKS.flatMap((mark) => [mark + code + mark, front + mark + back]),
    ...DASHES.map((dash) => front + dash + back),
    ...SPACES.map((space) => front + space + back),
    code.split("").join(" "),
    code
      .split("")
      .map((digit) => `${digit}\uFE0F\u20E3`)
      .join(""),
    `G-${code}`,
    `Your code is ${code}`,
    `Your code is ${code}.`,
    `code: ${front} ${back}.`,
    `「${code}」`,
    `コードは${code}です`,
    `رمزك هو \u200F${inDigits(ZEROS["Arabic-Indic"], code)}`,
    `<#> ${code} is your Chat code. It expires in 5 min.\n\n@chat.example #${code}`,
  ];
};

/** What is no code, or could be another one. */
const refusals = (code: string): string[] => [
  code.slice(1),
  `${code}0`,
  `${code} ${code}`,
  `${code} or ${String(Number(code) ^ 1).padStart(6, "0")}`,
  `0912 ${code}`,
  `+886-912-${code}`,
  `Call +886912345678 with ${code}`,
  `${code}.50`,
  `12:${code}`,
  `A${code}`,
  `${code}B`,
  "code",
  "①②③④⑤⑥",
  "12:34:56",
  "123,456",
];

describe("a code as people type and paste it", () => {
  it("[T75] is read in every dash, space, invisible mark and script, and out of the message around it", () => {
    for (const typed of spellings("929472"))
      expect(readCode(typed, 6), JSON.stringify(typed)).to.equal("929472");
    for (const typed of refusals("929472"))
      expect(readCode(typed, 6), JSON.stringify(typed)).to.equal(undefined);
  });

  it("[T75] is found in the whole of our own message, in each language", () => {
    for (const locale of ["en", "de", "fr", "es", "ja", "zh-TW"]) {
      const { text } = textMessage({
        code: "730512",
        reference: "K7Q2",
        locale,
        t: translator(locale),
        appName: "Chat 24",
        host: "chat.example",
        minutes: 10,
        purpose: "login",
      });
      expect(readCode(text, 6), text).to.equal("730512");
      // As a one-line field takes it.
      expect(readCode(text.replace(/\n/g, ""), 6), text).to.equal("730512");
    }
  });

  it("[T75] passes at the door as it is typed; what could be two codes costs no guess", async () => {
    const app = makeApp({ sms: { cooldownSeconds: [0], sendsPerHour: 1000, sendsPerDay: 1000 } });
    const { me, code } = await withCode(app);
    for (const typed of refusals(code)) {
      const { body } = await me.verify(typed).expect(400);
      expect([body.code, body.attempts_remaining], typed).to.deep.equal(["invalid_code", undefined]);
    }
    expect((await me.get("/sms_verification/challenge")).body.attempts_remaining).to.equal(5);
    for (const n of [1, 5, 12, 25, 40, 44, 48]) {
      const alice = visitor(app);
      await alice.logIn("alice");
      await alice.send().expect(201);
      await alice.verify(spellings(app.outbox.code()).at(n)).expect(200);
    }
  });

  it("[T75] is a backup code in the same marks and digits", async () => {
    const app = makeApp({ more: [backupCodes()] });
    const me = await passed(app);
    const { codes } = (await me.post("/backup_codes").expect(201)).body as { codes: string[] };
    const writings = [
      (code: string) => code.replaceAll("-", "ー"),
      (code: string) => code.replaceAll("-", "\u2003\u200E"),
      (code: string) => `\u2066${inDigits(ZEROS.Bengali, code)}\u2069`,
      (code: string) => inDigits(ZEROS.Persian, code).replaceAll("-", "\u00AD–"),
    ];
    for (const [i, write] of writings.entries()) {
      const alice = visitor(app);
      await alice.logIn("alice");
      await alice.post("/backup_code_verification", { backup_code: write(codes[i] as string) }).expect(200);
    }
  });
});

describe("typed text", () => {
  /** All characters of Unicode that are of this kind. */
  const all = (kind: RegExp) =>
    Array.from({ length: 0x110000 }, (_, at) => at)
      .filter((at) => at < 0xd800 || at > 0xdfff)
      .map((at) => String.fromCodePoint(at))
      .filter((each) => kind.test(each));
  const nameOf = (character: string) => `U+${character.codePointAt(0)?.toString(16)}`;

  it("[T75] has the digits of every script that Unicode has", () => {
    const digits = all(/\p{Nd}/u);
    expect(digits.length % 10).to.equal(0);
    expect(digits.map(plainText).join("")).to.equal("0123456789".repeat(digits.length / 10));
  });

  it("[T74] [T75] loses every mark that nobody sees, and takes every dash and space, in codes and in numbers", () => {
    const marks = all(/[\p{Cf}\p{Variation_Selector}\p{Pd}\p{Zs}]/u);
    expect(marks.length).to.be.above(450);
    for (const each of marks) {
      expect(readCode(`929${each}472`, 6), nameOf(each)).to.equal("929472");
      const parsed = parsePhone("TW", `0912${each}345${each}678`);
      expect("invalid" in parsed ? parsed : parsed.e164, nameOf(each)).to.equal("+886912345678");
    }
  });
});
