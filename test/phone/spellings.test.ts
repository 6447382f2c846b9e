import { expect } from "chai";
import { parseInternational, parsePhone } from "../../lib/phone/parse.ts";
import { makeApp } from "../support/app.ts";
import { visitor } from "../support/visitor.ts";

interface Written {
  country: string;
  code: string;
  /** Trunk prefix that is dialled inside the country; empty where there is none. */
  trunk: string;
  /** What is dialled before a number abroad. */
  exit: string;
  /** National (significant) number, in groups. */
  groups: readonly string[];
  /** With its calling code twice it is a number of somebody else too. */
  doubledIsAnother?: true;
}

const NUMBERS: readonly Written[] = [
  { country: "TW", code: "886", trunk: "0", exit: "002", groups: ["912", "345", "678"] },
  { country: "JP", code: "81", trunk: "0", exit: "010", groups: ["90", "1234", "5678"] },
  {
    country: "DE",
    code: "49",
    trunk: "0",
    exit: "00",
    groups: ["151", "2345", "6789"],
    doubledIsAnother: true,
  },
  { country: "GB", code: "44", trunk: "0", exit: "00", groups: ["7400", "123", "456"] },
  { country: "US", code: "1", trunk: "1", exit: "011", groups: ["201", "555", "0123"] },
  { country: "FR", code: "33", trunk: "0", exit: "00", groups: ["6", "12", "34", "56", "78"] },
  { country: "IT", code: "39", trunk: "", exit: "00", groups: ["347", "123", "4567"] },
  { country: "IN", code: "91", trunk: "0", exit: "00", groups: ["98765", "43210"] },
  { country: "BR", code: "55", trunk: "0", exit: "0015", groups: ["11", "96123", "4567"] },
  { country: "AT", code: "43", trunk: "0", exit: "00", groups: ["664", "123", "4567"] },
  { country: "AU", code: "61", trunk: "0", exit: "0011", groups: ["412", "345", "678"] },
  { country: "KR", code: "82", trunk: "0", exit: "001", groups: ["10", "2345", "6789"] },
];

const e164Of = ({ code, groups }: Written) => `+${code}${groups.join("")}`;
const wide = (text: string) => text.replace(/[!-~]/g, (c) => String.fromCodePoint(c.charCodeAt(0) + 0xfee0));
const digitsFrom = (zero: number, text: string) =>
  text.replace(/[0-9]/g, (digit) => String.fromCodePoint(zero + Number(digit)));

/** Spellings of one number beside its country's field. */
function nationally(number: Written): string[] {
  const { trunk, groups } = number;
  const [area = "", ...rest] = groups;
  const national = (by: string) => trunk + groups.join(by);
  return [
    national(""),
    groups.join(""),
    ...[" ", "-", ".", "–", "−", "ー", "‐", "\u00A0", "\u3000", " - ", "・", "·"].map(national),
    `(${trunk}${area}) ${rest.join("-")}`,
    `（${trunk}${area}）${rest.join("－")}`,
    `[${trunk}${area}] ${rest.join(" ")}`,
    `${trunk}${area}/${rest.join(" ")}`,
    wide(national("-")),
    digitsFrom(0x660, national(" ")),
    digitsFrom(0x6f0, national("")),
    digitsFrom(0x966, national("-")),
    `\u200E${national(" ")}\u200F`,
    `\u2066${national("-")}\u2069`,
    groups.join("\u200B"),
    groups.join("\u00AD"),
    `\uFEFF${national("")}\uFE0F`,
    `tel:${national("-")}`,
    `tel:${groups.join("")};phone-context=+${number.code}`,
  ];
}

/** Spellings that name the country themselves. */
function internationally(number: Written): string[] {
  const { code, groups, trunk } = number;
  const spaced = groups.join(" ");
  return [
    `+${code}${groups.join("")}`,
    `+${code} ${spaced}`,
    `+${code}-${groups.join("-")}`,
    `(+${code}) ${spaced}`,
    `＋${wide(`${code} ${spaced}`)}`,
    `\u202A+${code} ${spaced}\u202C`,
    `+ ${code} ${spaced}`,
    `tel:+${code}-${groups.join("-")}`,
    `TEL: +${code} ${spaced}`,
    `tel:%2B${code}%20${groups.join("%20")}`,
    `00${code} ${spaced}`,
    `00 ${code} ${spaced}`,
    `+00 ${code} ${spaced}`,
    `+${code} (0) ${spaced}`,
    `+${code} (0)${spaced}`,
    ...(trunk === "0" ? [`+${code} 0${spaced}`] : []),
    `+${digitsFrom(0x660, `${code} ${spaced}`)}`,
    ...(number.doubledIsAnother === true ? [] : doubled(number)),
  ];
}

const doubled = ({ code, groups }: Written) => [
  `+${code} ${code} ${groups.join(" ")}`,
  `+${code}${code}${groups.join("")}`,
  `00${code} ${code} ${groups.join(" ")}`,
];

/** Two readings are open, or it is no number that can be written to. */
function refusedOf(number: Written): string[] {
  const { code, trunk, groups } = number;
  const national = trunk + groups.join(" ");
  const foreign = NUMBERS.find((other) => other.code !== code) as Written;
  return [
    `${national} ${national}`,
    `${national} / ${trunk}${groups.join("")}`,
    `${national}/8`,
    `${national} (9)`,
    `${national}\n${national}`,
    `${national}, ${national}`,
    `${e164Of(number)} +${foreign.code}${foreign.groups.join("")}`,
    `${national} ext. 5`,
    `${national} x5`,
    `${national}#5`,
    `${national},5`,
    `${national};ext=5`,
    `tel:${national};ext=5`,
    `tel:${national};isub=5`,
    `Call me at ${national}`,
    `${national} (mobile)`,
    `${national} twelve`,
    "1-800-FLOWERS",
    `${national}²`,
    groups[0] as string,
    `${national}+`,
    `+${foreign.code} ${foreign.groups.join(" ")}`,
    `00${foreign.code} ${foreign.groups.join(" ")}`,
    `+${code} ${foreign.code} ${foreign.groups.join(" ")} 0000`,
    ...(number.doubledIsAnother === true ? doubled(number).slice(0, 1) : []),
    "",
  ];
}

describe("[T74] phone numbers as people write them", () => {
  it("reach the one recipient that is meant, in hundreds of spellings, through the door", async function () {
    this.timeout(60_000);
    let sent = 0;
    for (const number of NUMBERS) {
      const own = [
        ...nationally(number),
        ...internationally(number),
        `${number.exit} ${number.code} ${number.groups.join(" ")}`,
      ];
      const wrong: string[] = [];
      const app = makeApp({ users: { nora: undefined }, factors: { limits: { sendsPerIp: 1000 } } });
      for (const [i, typed] of own.entries()) {
        // The next day, no limit knows of the one before.
        app.clock.advance(25 * 3_600_000);
        app.outbox.clear();
        const nora = visitor(app);
        await nora.logIn("nora");
        const field = [number.country, number.code, wide(`+${number.code}`)][i % 3] as string;
        const { status } = await nora.register(typed, field);
        const to = status === 201 ? app.outbox.messages.map((each) => each.to).join() : status;
        if (to !== e164Of(number)) wrong.push(`${field} ${JSON.stringify(typed)} → ${to}`);
        sent++;
      }
      app.server.close();
      expect(wrong).to.deep.equal([]);
    }
    expect(sent).to.be.at.least(500);
  });

  it("are read by ISO code and by calling code alike", () => {
    for (const number of NUMBERS) {
      for (const typed of [...nationally(number), ...internationally(number)]) {
        for (const field of [number.country, number.code]) {
          const parsed = parsePhone(field, typed);
          expect("invalid" in parsed ? parsed : parsed.e164, `${field} ${typed}`).to.equal(e164Of(number));
        }
      }
    }
  });

  it("are read without a country where they name it", () => {
    for (const number of NUMBERS) {
      for (const typed of internationally(number)) {
        const parsed = parseInternational(typed);
        expect("invalid" in parsed ? parsed : parsed.e164, typed).to.equal(e164Of(number));
      }
      for (const typed of [number.groups.join(""), number.trunk + number.groups.join(" ")])
        expect(parseInternational(typed), typed).to.deep.equal({ invalid: "phone_number" });
    }
  });

  it("are refused by field, and nothing is sent, where another reading is open", async () => {
    for (const number of NUMBERS) {
      const app = makeApp();
      const nora = visitor(app);
      await nora.logIn("nora");
      for (const typed of refusedOf(number)) {
        const { status, body } = await nora.register(typed, number.country);
        expect([status, body.code, body.field], `${number.country} ${JSON.stringify(typed)}`).to.deep.equal([
          400,
          "invalid_phone_number",
          "phone_number",
        ]);
      }
      expect(app.outbox.messages).to.have.length(0);
    }
  });

  it("are not guessed at where a calling code stands twice and both readings exist", () => {
    // As it stands a landline in Leer; without the second 49 a mobile.
    expect(parsePhone("DE", "+49 49 151 23456789")).to.deep.equal({ invalid: "phone_number" });
    // Aurich has the area code 4941: nothing stands twice there.
    const aurich = parsePhone("DE", "+49 4941 12345");
    expect("invalid" in aurich ? aurich : aurich.e164).to.equal("+49494112345");
  });
});
