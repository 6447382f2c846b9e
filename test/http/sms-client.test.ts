import { rejects } from "node:assert/strict";
import type { AddressInfo } from "node:net";
import { expect } from "chai";
import { buildSync } from "esbuild";
import { smsApi } from "../../lib/index.ts";
import { smsClient, SmsApiError } from "../../lib/client/sms-client.ts";
import { makeApp } from "../support/app.ts";
import { nobody } from "../support/provider.ts";
import { wrong } from "../support/visitor.ts";

const secret = "a-secret-of-the-client-that-is-long-enough";
const who = { tenant_id: "acme", client_id: "web" };

describe("the client of the REST API", () => {
  const make = () =>
    makeApp({
      routes: (app, { factors }) =>
        void app.use(
          "/webauthn/sms",
          smsApi(factors, { clients: [{ ...who, secrets: [secret] }], signup: {} }),
        ),
    });
  const clientOf = (app: ReturnType<typeof make>, more = {}) => {
    const url = `http://localhost:${(app.server.address() as AddressInfo).port}/webauthn/sms/`;
    return smsClient({ url, ...who, secret, ...more });
  };

  it("sets up a phone and signs in by it", async () => {
    const app = make();
    const api = clientOf(app);
    const [email, phone_number] = ["nora@example.com", "+12015550123"];
    expect(await api.beginSetup({ email, phone_number })).to.include({
      success: true,
      phone_display: "***-***-0123",
    });
    await api.confirmSetup({ email, phone_number, code: app.outbox.code() });
    expect((await api.requestCode({ email })).expires_in_minutes).to.equal(5);
    expect(await api.verify({ email, code: app.outbox.code() })).to.include({
      method: "sms",
      email,
      tenant_id: "acme",
    });
  });

  it("signs up by phone", async () => {
    const app = make();
    const api = clientOf(app);
    const phone_number = "+886978000111";
    await api.signupSend({ phone_number });
    expect(await api.signupVerify({ phone_number, code: app.outbox.code() })).to.include({
      success: true,
      phone_display: "***-***-0111",
    });
  });

  it("rejects with what the API says", async () => {
    const app = make();
    const api = clientOf(app);
    const email = "alice@example.com";
    await api.requestCode({ email });
    await rejects(api.requestCode({ email }), (error) => {
      expect(error).to.be.instanceOf(SmsApiError);
      expect(error).to.include({ status: 429, code: "too_many_requests", retryAfter: 30 });
      return true;
    });
    await rejects(api.verify({ email, code: wrong(app.outbox.code()) }), {
      code: "invalid_code",
      field: "code",
      attemptsRemaining: 4,
      message: "Invalid verification code",
    });
    await rejects(clientOf(app, { secret: "wrong" }).requestCode({ email }), {
      status: 401,
      code: "login_required",
    });
  });

  it("rejects with an answer that is none of the API's, and with what fetch says", async () => {
    const fetch = async () => new Response("<html>", { status: 200 });
    await rejects(clientOf(make(), { fetch }).requestCode({ email: "a" }), {
      status: 200,
      code: "unexpected_answer",
    });
    await rejects(smsClient({ url: await nobody(), ...who }).requestCode({ email: "a" }), TypeError);
  });

  it("is under 3 kB, and imports nothing", () => {
    const { outputFiles } = buildSync({
      stdin: {
        contents: 'export { smsClient } from "passport-factors/client";',
        resolveDir: import.meta.dirname,
      },
      bundle: true,
      format: "esm",
      write: false,
    });
    const built = outputFiles[0]?.text ?? "";
    expect(Buffer.byteLength(built)).to.be.within(500, 3000);
    expect(built).not.to.match(/\bimport\b|\brequire\b/);
  });
});
