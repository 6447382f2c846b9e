import { expect } from "chai";
import { createFactors, defineFactor, memoryStore, totp } from "../../lib/index.ts";
import { accountsIn, SECRET } from "../support/app.ts";

describe("a faulty factor of one's own", () => {
  const good = {
    name: "mine",
    amr: "otp",
    class: "app" as const,
    texts: { en: { label: "Mine", field: "Code" } },
    onFile: () => ({}),
    parse: () => "",
    judge: () => "wrong" as const,
  };
  const verbs = { begin() {}, confirm() {}, remove() {}, issue() {}, inventory() {} };
  const cases: [string, object, RegExp][] = [
    ["no name", { name: undefined }, /^defineFactor: name must be/],
    ["no amr", { amr: "" }, /^factor "mine": amr must be/],
    ["no such class", { class: "magic" }, /^factor "mine": class must be one of key, app/],
    ["no English", { texts: { de: { label: "Meins" } } }, /^factor "mine": texts\.en\.label/],
    ["no judge", { judge: undefined }, /^factor "mine": judge must be a function/],
    ["no parse", { parse: undefined }, /^factor "mine": parse must be a function/],
    ["no onFile", { onFile: undefined }, /^factor "mine": onFile must be a function/],
    ["half an enrolment", { enrol: { begin() {} } }, /^factor "mine": enrol\.confirm must be a function/],
    ["both enrol and issue", { enrol: verbs, issue: verbs }, /^factor "mine": enrol and issue cannot both/],
    ["half an issue", { issue: { issue() {} } }, /^factor "mine": issue\.inventory must be a function/],
    [
      "no such event",
      { events: { passed: "passed" } },
      /^factor "mine": events\.passed must be one of phone_otp/,
    ],
    [
      "no such notice",
      { notices: { low: 1 } },
      /^factor "mine": notices\.low must be one of phone_registered/,
    ],
    ["a misspelt event", { events: { pased: "x" } }, /^factor "mine": events.pased: unknown/],
    ["no such capitals", { capitals: "yes" }, /^factor "mine": capitals must be true or false/],
    ["a misspelt name", { juge: () => "right" }, /^factor "mine": unknown option "juge".*did you mean judge/],
    ["no limit at all", { limits: { guessesInARow: Infinity } }, /^factor "mine": limits\.guessesInARow/],
  ];
  for (const [what, fault, message] of cases)
    it(`throws at start, and names it: ${what}`, () => {
      expect(() => defineFactor({ ...good, ...fault } as never)).to.throw(TypeError, message);
    });

  it("throws at start where it was not made by defineFactor, or does not agree on the lockout", () => {
    const make = (...factors: unknown[]) =>
      createFactors({
        secret: SECRET,
        accounts: accountsIn(new Map()) as never,
        store: memoryStore(),
        factors: factors as never,
      });
    expect(() => make(good)).to.throw(TypeError, /factors: "mine" was not made by defineFactor/);
    expect(() => make(totp)).to.throw(TypeError, "factors: totp is a function; call it: totp()");
    const other = defineFactor({ ...good, name: "other", limits: { guessesPerHour: 5 } });
    expect(() => make(defineFactor(good), other)).to.throw(TypeError, /mine and other share one lockout/);
  });
});
