import { expect } from "chai";
import { createFactors, memoryStore, sms, type FactorsOptions, type SmsOptions } from "../lib/index.ts";
import { outbox } from "../lib/testing/outbox.ts";
import { accountsIn, SECRET } from "./support/app.ts";

const transport = outbox();
const make = (options: object) => sms({ transport, ...options } as SmsOptions);
const root = (options: object) =>
  createFactors({
    secret: SECRET,
    accounts: accountsIn(new Map()),
    factors: [make({})],
    ...options,
  } as unknown as FactorsOptions);

describe("options out of range throw at start, by name", () => {
  const refused: Record<string, unknown[]> = {
    codeLength: [4, 5, 11, 6.5, "6", null, Number.NaN, -6],
    ttlSeconds: [0, 59, 601, 60.5, "300", Number.POSITIVE_INFINITY],
    guessesPerCode: [0, 11, -1],
    guessesPerHour: [0, 101],
    guessesInARow: [0, 101],
    sendsPerHour: [-1, 1.5, "5"],
    sendsPerDay: [-1, 1001],
    cooldownSeconds: [[], 30, [-1], [3601], ["30"], [30, null]],
    timeoutMs: [0, 30_001],
    resend: ["reuse", "", true],
    strict: ["yes", 1, null],
    blockedTypes: ["PAGER", [7]],
    countries: [[], { allow: [] }, { allow: ["XX"] }, { deny: "TW" }, null],
    transport: [{}, null, "console"],
  };
  for (const [name, values] of Object.entries(refused)) {
    it(`[A1] [A4] [C2] [C3] sms: ${name}`, () => {
      for (const value of values)
        expect(() => make({ [name]: value }), JSON.stringify(value)).to.throw(
          TypeError,
          new RegExp(`^sms: ${name} must be `),
        );
    });
  }

  it("[A1] [A2] every length from 6 to 10 is taken, and 6 is the default; the life is 300 s, 600 at most", () => {
    for (const codeLength of [6, 7, 8, 9, 10])
      expect(make({ codeLength }).code.rules.codeLength).to.equal(codeLength);
    expect(make({}).code.rules).to.include({ codeLength: 6, ttlMs: 300_000 });
    expect(make({}).code.strict).to.equal(true);
    expect(make({ ttlSeconds: 600 }).code.rules.ttlMs).to.equal(600_000);
  });

  it("[T15b] 0 is 0, and undefined is absent", () => {
    expect(() => make({ sendsPerHour: 0, sendsPerDay: 0, cooldownSeconds: [0] })).not.to.throw();
    expect(make({ codeLength: undefined }).code.rules.codeLength).to.equal(6);
  });

  it("an option that is not known is named, with those that are", () => {
    expect(() => make({ codeLenght: 6 })).to.throw(
      TypeError,
      /unknown option "codeLenght"; known are .*codeLength/,
    );
    expect(() => root({ sercet: "x" })).to.throw(TypeError, /unknown option "sercet"/);
    expect(() => root({ limits: { perHour: 1 } })).to.throw(
      TypeError,
      /createFactors: limits: unknown option "perHour"/,
    );
    expect(() => sms(undefined as never)).to.throw(TypeError, /transport is required/);
  });

  it("createFactors: every option", () => {
    const table: Record<string, unknown[]> = {
      secret: [7, null, {}],
      accounts: [{}, null, { id: () => "", phone: () => "" }],
      store: [{}, null, "redis"],
      factors: [[], {}, [{}], [make({}), make({})]],
      name: ["", 7, "x".repeat(61)],
      publicUrl: ["chat.example", "ftp://chat.example", "", 7, "javascript:alert(1)"],
      tenant: ["", "x".repeat(201), 7],
      limits: [7, null],
      keepSession: ["returnTo", [7], ["factors"], ["cookie"]],
      paths: [{ login: "" }, { login: 7 }, null],
      views: [{ smsRegistration: 7 }, null],
      onError: ["log", {}],
      clock: [7],
      random: [7],
    };
    for (const [name, values] of Object.entries(table)) {
      for (const value of values)
        expect(() => root({ [name]: value }), `${name} ${JSON.stringify(value)}`).to.throw(
          TypeError,
          new RegExp(`^createFactors: ${name} must be `),
        );
    }
    expect(() => root({ limits: { sendsPerIp: -1 } })).to.throw(TypeError, /limits: sendsPerIp must be/);
  });

  it("what is required is asked for by name", () => {
    expect(() => createFactors(undefined as never)).to.throw(TypeError, /accounts is required/);
    expect(() => root({ secret: undefined })).to.throw(TypeError, /secret/);
    for (const secret of ["short", [], ["short"], [SECRET, "short"], "x".repeat(31)])
      expect(() => root({ secret }), JSON.stringify(secret)).to.throw(TypeError, /secret/);
  });

  it("keeps nothing of the caller's object: changing it later changes nothing", () => {
    const options = { transport, ttlSeconds: 300, cooldownSeconds: [30] };
    const factor = sms(options);
    options.ttlSeconds = 1;
    options.cooldownSeconds[0] = 0;
    expect(factor.code.rules.ttlMs).to.equal(300_000);
  });

  it("only the secret and the accounts are needed: memory and console are the defaults", () => {
    const factors = createFactors({
      secret: SECRET,
      accounts: accountsIn(new Map()),
    } as unknown as FactorsOptions);
    expect(factors.store.name).to.equal("memory");
    expect(factors.list.map((each) => each.name)).to.deep.equal(["sms"]);
    expect(memoryStore().name).to.equal("memory");
  });
});
