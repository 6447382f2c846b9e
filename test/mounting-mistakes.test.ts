import { expect } from "chai";
import type { Factors } from "../lib/index.ts";
import {
  callVerification,
  createFactors,
  deliveryStatus,
  requireFactors,
  secondFactor,
  recovery,
  signup,
  smsApi,
  smsRegistration,
  SmsStrategy,
  smsVerification,
  totp,
  trustedDevices,
  verification,
} from "../lib/index.ts";
import { makeApp } from "./support/app.ts";
import { visitor } from "./support/visitor.ts";

describe("[T52] what an app says wrongly", () => {
  const mounted: Record<string, (factors: Factors) => unknown> = {
    requireFactors: (factors) => requireFactors(factors),
    smsRegistration,
    smsVerification,
    callVerification,
    verification: (factors) => verification(factors, "sms"),
    secondFactor,
    trustedDevices,
    recovery: (factors) => recovery(factors),
    signup: (factors) => signup(factors),
    smsApi: (factors) => smsApi(factors, { clients: [] }),
    deliveryStatus: (factors) => deliveryStatus(factors),
  };

  for (const [name, mount] of Object.entries(mounted)) {
    it(`stops the start where ${name} is given no factors`, () => {
      for (const given of [null, {}, { list: "sms" }, 7])
        expect(() => mount(given as unknown as Factors), JSON.stringify(given)).to.throw(TypeError);
      expect(() => mount(undefined as unknown as Factors)).to.throw(TypeError, "createFactors");
    });
  }

  it("stops the start where a number would be asked for, and nothing brings codes to phones", () => {
    const without = createFactors({ secret: "s".repeat(32), accounts: { id: String }, factors: [totp()] });
    for (const mount of [smsRegistration, (factors: Factors) => signup(factors)])
      expect(() => mount(without)).to.throw(
        TypeError,
        /^(smsRegistration|signup): no factor in the list .* phones$/,
      );
  });

  it("stops the start where a list is none, or is empty", () => {
    const { factors } = makeApp();
    expect(() => requireFactors(factors, { factors: [] })).to.throw(TypeError, "one at least");
    expect(() => new SmsStrategy(factors, { fields: "otp" as unknown as string[] })).to.throw(
      TypeError,
      "fields",
    );
  });

  it("names the function that threw what is no Error", async () => {
    for (const thrown of [undefined, null, "route", 7, {}]) {
      const app = makeApp({
        factors: {
          accounts: {
            id: ({ id }) => id,
            phone: async () => Promise.reject(thrown as Error),
            phoneTaken: () => false,
            setPhone: () => true,
          },
        },
      });
      const me = visitor(app);
      await me.logIn("alice");
      await me.send().expect(500);
      expect(String(app.thrown[0])).to.include("accounts.phone");
    }
  });

  it("names what signedIn must be told", async () => {
    const routes = (on: import("express").Express, { factors }: { factors: Factors }) =>
      void on.post("/first", (req, res, next) => {
        factors.signedIn(req, { amr: "pwd" as unknown as string[] }).then(() => res.json({}), next);
      });
    const app = makeApp({ routes });
    const me = visitor(app);
    await me.logIn("alice");
    await me.post("/first").expect(500);
    expect(String(app.thrown[0])).to.include("amr must be a list");
  });
});
