import { expect } from "chai";
import fc from "fast-check";
import { parseE164, parsePhone } from "../../lib/phone/parse.ts";
import { lastFour } from "../../lib/phone/display.ts";
import { BLOCKED_TYPES, refusedByPolicy } from "../../lib/phone/policy.ts";
import { listCountries } from "../../lib/phone/countries.ts";

const read = (country: unknown, number: unknown) => {
  const parsed = parsePhone(country, number);
  return "invalid" in parsed ? parsed.invalid : parsed.e164;
};
const policy = { blockedTypes: BLOCKED_TYPES };
/** What the default policy says to a number of table T3. */
const judged = (e164: string, more = {}) => {
  const parsed = parseE164(e164);
  return parsed === undefined ? "no number" : (refusedByPolicy(parsed, { ...policy, ...more }) ?? "sent to");
};

describe("reading a phone number", () => {
  it("[D1] takes national and international spellings, by ISO code and by calling code", () => {
    const table: [string, string, string][] = [
      ["TW", "0912 345 678", "+886912345678"],
      ["886", "0912345678", "+886912345678"],
      ["+886", "912-345-678", "+886912345678"],
      ["tw", "+886 912 345 678", "+886912345678"],
      ["JP", "(090) 1234-5678", "+819012345678"],
      ["JP", "٠٩٠١٢٣٤٥٦٧٨", "+819012345678"],
      ["JP", "＋８１ ９０ １２３４ ５６７８", "+819012345678"],
      ["US", "(201) 555-0123", "+12015550123"],
      ["1", "201.555.0123", "+12015550123"],
    ];
    for (const [country, number, e164] of table)
      expect(read(country, number), `${country} ${number}`).to.equal(e164);
  });

  it("[D1] country and number must agree", () => {
    expect(read("US", "+886912345678")).to.equal("phone_number");
    expect(read("886", "+12015550123")).to.equal("phone_number");
  });

  it("[T33] refuses empty strings, no numbers, extensions, sentences and non-strings, naming the field", () => {
    for (const number of [
      "",
      " ",
      "123",
      "abc",
      "call 0912 345 678",
      "0912345678 ext. 5",
      "0912345678;ext=5",
      "tel:+886912345678;ext=5",
      "1234567890123456",
      "0".repeat(100),
      "０".repeat(65),
      912345678,
      null,
      undefined,
      {},
      ["0912345678"],
    ]) {
      expect(read("TW", number), JSON.stringify(number)).to.equal("phone_number");
    }
    for (const country of [
      "",
      "XX",
      "TWN",
      "0",
      "999",
      "+",
      "+0886",
      886,
      null,
      undefined,
      {},
      ["TW"],
      "T".repeat(101),
      "__proto__",
    ]) {
      expect(read(country, "0912345678"), JSON.stringify(country)).to.equal("country_code");
    }
  });

  it("never throws, and what it accepts is E.164 (property)", () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.constantFrom("TW", "US", "886", "+1", "870"), fc.anything()),
        fc.oneof(fc.string(), fc.stringMatching(/^[+\d ().-]{1,20}$/), fc.anything()),
        (country, number) => {
          const parsed = parsePhone(country, number);
          if (!("invalid" in parsed)) expect(parsed.e164).to.match(/^\+[1-9]\d{6,14}$/);
        },
      ),
    );
  });

  it("[K9] shows the last four digits at most, and hides two at least of a short number", () => {
    expect(lastFour({ e164: "+886912345678", country: "TW", callingCode: "886", type: "MOBILE" })).to.equal(
      "***-***-5678",
    );
    expect(lastFour({ e164: "+29912345", country: "GL", callingCode: "299", type: "MOBILE" })).to.equal(
      "***-***-345",
    );
  });
});

describe("which numbers may be texted", () => {
  it("[O1] [O2] mobiles, by type, with JP and TW told apart from what costs money there", () => {
    const table: Record<string, string> = {
      "+12015550123": "sent to",
      "+819012345678": "sent to",
      "+886912345678": "sent to",
      "+447911123456": "sent to",
      "+81312345678": "invalid_phone_number",
      "+442079460000": "invalid_phone_number",
      "+81570012345": "invalid_phone_number",
      "+81120123456": "invalid_phone_number",
      "+886203123456": "invalid_phone_number",
      "+19005551234": "invalid_phone_number",
      "+18005551234": "invalid_phone_number",
      "+449098790000": "invalid_phone_number",
      "+448431234567": "invalid_phone_number",
      "+33899123456": "invalid_phone_number",
      "+447600123456": "invalid_phone_number",
    };
    for (const [e164, answer] of Object.entries(table)) expect(judged(e164), e164).to.equal(answer);
    expect(parseE164("+819012345678")?.type).to.equal("MOBILE");
    expect(parseE164("+886203123456")?.type).to.equal("PREMIUM_RATE");
  });

  it("a number that no plan knows is refused where it is typed", () => {
    expect(read("GB", "+447700900123")).to.equal("phone_number");
    expect(read("US", "+1234567890123456")).to.equal("phone_number");
  });

  it("[O3] country rules go by the number's own country, not by its calling code", () => {
    const table: Record<string, string> = {
      "+18765551234": "JM",
      "+18687654321": "TT",
      "+447624123456": "IM",
      "+447797712345": "JE",
      "+447911123456": "GG",
    };
    for (const [e164, country] of Object.entries(table)) {
      expect(parseE164(e164)?.country, e164).to.equal(country);
      expect(judged(e164, { allow: ["US", "GB"] }), e164).to.equal("country_not_allowed");
      expect(judged(e164, { deny: [country] }), e164).to.equal("country_not_allowed");
      expect(judged(e164, { allow: [country], deny: [country] }), "deny wins").to.equal(
        "country_not_allowed",
      );
    }
    expect(judged("+819012345678", { deny: ["JP", "TW"] })).to.equal("country_not_allowed");
    expect(judged("+12015550123", { deny: ["JP", "TW"] })).to.equal("sent to");
  });

  it("[O4] satellite and international networks are refused, whatever libphonenumber calls them and whatever the app allows", () => {
    for (const e164 of [
      "+870773111632",
      "+881612345678",
      "+882165000000",
      "+883510000000",
      "+979123456789",
    ]) {
      expect(judged(e164), e164).to.equal("country_not_allowed");
      expect(judged(e164, { blockedTypes: [] }), e164).to.equal("country_not_allowed");
    }
    const parsed = parsePhone("870", "773111632");
    expect("invalid" in parsed ? parsed.invalid : refusedByPolicy(parsed, policy)).to.equal(
      "country_not_allowed",
    );
  });

  it("lists the allowed countries in the asked language, sorted for its readers", () => {
    const list = listCountries("de", { ...policy, allow: ["TW", "JP", "AT"] });
    expect(list).to.deep.equal([
      { country_code: "JP", calling_code: "81", name: "Japan" },
      { country_code: "AT", calling_code: "43", name: "Österreich" },
      { country_code: "TW", calling_code: "886", name: "Taiwan" },
    ]);
  });
});
