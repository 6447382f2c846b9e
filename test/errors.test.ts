import { types } from "node:util";
import { expect } from "chai";
import { calledBack } from "../lib/called-back.ts";
import { asError, FactorError, isFactorError } from "../lib/errors.ts";
import { createInTime } from "../lib/in-time.ts";
import { ODD } from "./support/odd-values.ts";

describe("[T51] what is handed on", () => {
  for (const [name, make] of ODD) {
    it(`is an Error that can be read, also for ${name}`, () => {
      const odd = make();
      if (types.isPromise(odd)) odd.catch(() => undefined);
      const error = asError(odd);
      expect(types.isNativeError(error) && !types.isProxy(error)).to.equal(true);
      expect(`${error.name} ${error.message} ${error.stack}`).to.be.a("string");
      expect([200, "200"]).not.to.include((error as { code?: unknown }).code);
      expect(error === odd || Object.is(error.cause, odd)).to.equal(true);
    });
  }

  it("is the very error where it is one, ours, the app's, and a DOMException", () => {
    class Own extends TypeError {}
    for (const error of [new FactorError("invalid_code"), new Own("x"), AbortSignal.abort().reason as Error])
      expect(asError(error)).to.equal(error);
  });

  it("is a refusal of ours only where it is one: neither forged nor asked of what throws", () => {
    expect(isFactorError(new FactorError("invalid_code"))).to.equal(true);
    for (const [name, make] of ODD) {
      const odd = make();
      if (types.isPromise(odd)) odd.catch(() => undefined);
      if (name !== "a branded Error without a code") expect(isFactorError(odd), name).to.equal(false);
    }
  });
});

describe("[T51] what is not ours", () => {
  const inTime = createInTime(5);
  const reasonOf = (promise: Promise<unknown>) =>
    promise.then(
      () => undefined,
      (error: Error) => error.message,
    );

  it("is waited for, and no longer than it may take: who was asked is named", async () => {
    expect(await inTime("it", () => 7)).to.equal(7);
    expect(await inTime("it", async () => "later")).to.equal("later");
    expect(await reasonOf(inTime("accounts.phone", () => new Promise(() => undefined)))).to.equal(
      "accounts.phone: no answer within 5 ms",
    );
    // oxlint-disable-next-line unicorn/no-thenable -- that is what is tried
    const never = { then: () => undefined } as unknown as PromiseLike<string>;
    expect(await reasonOf(inTime("check", () => never))).to.equal("check: no answer within 5 ms");
  });

  it("calls back, throws, or rejects: each is an answer", async () => {
    await calledBack((done) => done());
    await calledBack((done) => done(null));
    for (const odd of [0, "", false, "route", new Error("x")])
      expect(await reasonOf(calledBack((done) => done(odd)))).to.be.a("string");
    expect(await reasonOf(calledBack(() => Promise.reject()))).to.be.a("string");
    expect(
      await reasonOf(
        calledBack(() => {
          throw undefined;
        }),
      ),
    ).to.be.a("string");
  });
});
