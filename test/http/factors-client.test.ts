import { rejects } from "node:assert/strict";
import { join } from "node:path";
import type { AddressInfo } from "node:net";
import { buildSync } from "esbuild";
import { expect } from "chai";
import { generateSync } from "otplib";
import { factorsClient, FactorsApiError, passkeysSupported } from "../../lib/client/index.ts";
import { backupCodes, factorSettings, totp } from "../../lib/index.ts";
import { makeApp, type TestApp } from "../support/app.ts";
import { wrong } from "../support/visitor.ts";

/** A browser's `fetch`, with the cookies of one app. */
function browserOf({ server }: TestApp) {
  const jar = new Map<string, string>();
  const origin = `http://localhost:${(server.address() as AddressInfo).port}`;
  const send: typeof fetch = async (path, init = {}) => {
    const headers = new Headers(init.headers);
    headers.set("cookie", [...jar].map(([name, value]) => `${name}=${value}`).join("; "));
    headers.set("sec-fetch-site", "same-origin");
    const answer = await fetch(origin + (path as string), { ...init, headers, redirect: "manual" });
    for (const cookie of answer.headers.getSetCookie()) {
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
      jar.set(name, value);
    }
    return answer;
  };
  const logIn = async (user: string) => {
    const headers = { "content-type": "application/json" };
    await send("/login", { method: "POST", headers, body: JSON.stringify({ user }) });
  };
  return { send, logIn };
}

const make = () =>
  makeApp({
    more: [totp(), backupCodes()],
    factors: { publicUrl: "http://localhost", rememberDevice: {} },
    routes: (app, { factors }) => void app.use("/security", factorSettings(factors)),
  });

describe("the client of an app's own pages", () => {
  it("proves by what is on file, and is told what is wrong", async () => {
    const app = make();
    const { send, logIn } = browserOf(app);
    const api = factorsClient({ fetch: send });
    await rejects(api.offers(), { status: 401, code: "login_required", next: "login" });
    await logIn("alice");
    const [offer, ...others] = await api.offers();
    if (offer === undefined) throw new Error("an offer was expected");
    expect(others).to.deep.equal([]);
    expect(offer).to.include({ name: "sms", phone_display: "***-***-5678" });
    await rejects(api.settings.read(), (error) => {
      expect(error).to.be.instanceOf(FactorsApiError);
      expect(error).to.include({ status: 401, code: "factor_required", next: "verification" });
      expect(error).to.deep.include({ enrolled: ["sms"] });
      return true;
    });
    expect(await api.begin(offer)).to.include({ success: true });
    await rejects(api.begin(offer), { code: "too_many_requests", retryAfter: 30 });
    expect(await api.pending(offer)).to.include({ channel: "sms", attempts_remaining: 5 });
    await rejects(api.verify(offer, wrong(app.outbox.code())), {
      code: "invalid_code",
      attemptsRemaining: 4,
    });
    const verified = await api.verify(offer, app.outbox.code(), { rememberDevice: true });
    expect(verified).to.include({ success: true, method: "sms" });
    expect((await api.settings.read()).factors.map(({ factor }) => factor)).to.deep.equal(["sms"]);
    await api.begin({ verify: "/sms_verification" });
    await api.startOver({ verify: "/sms_verification" });
    await rejects(api.pending({ verify: "/sms_verification" }), { code: "no_challenge" });
  });

  it("registers a phone, makes backup codes, and puts an authenticator app on file and off", async () => {
    const app = make();
    const { send, logIn } = browserOf(app);
    const api = factorsClient({ fetch: send });
    await logIn("nora");
    await api.registerPhone({ phone_number: "(201) 555-0123", country_code: "US" });
    const verified = await api.verify({ verify: "/sms_verification" }, app.outbox.code());
    expect(verified).to.include({ method: "sms", next: "/backup_codes/new" });
    expect(await api.backupCodes.read()).to.include({ remaining: 0, generated_at: null });
    const { codes } = await api.backupCodes.generate();
    expect(codes).to.have.length(10);
    const begun = await api.settings.begin("totp");
    const secret = begun["secret"] as string;
    const epoch = Math.floor(app.clock() / 1000);
    await rejects(api.settings.confirm("totp", "000000"), { code: "invalid_code" });
    await api.settings.confirm("totp", generateSync({ secret, epoch }));
    const onFile = await api.settings.read();
    const app1 = onFile.factors.find(({ factor }) => factor === "totp");
    await api.settings.remove("totp", app1?.id as string);
    expect((await api.settings.read()).factors.map(({ factor }) => factor)).to.deep.equal([
      "sms",
      "backup-code",
    ]);
    const again = browserOf(app);
    await again.logIn("nora");
    const other = factorsClient({ fetch: again.send });
    const byCode = (await other.offers()).find(({ name }) => name === "backup-code");
    if (byCode === undefined) throw new Error("backup codes were expected");
    expect(await other.verify(byCode, codes[0])).to.include({ method: "backup-code", remaining: 9 });
  });

  it("sends the app's own headers, and asks elsewhere for what is mounted elsewhere", async () => {
    const asked: [string, RequestInit][] = [];
    const send = async (url: unknown, init: RequestInit = {}) => {
      asked.push([String(url), init]);
      return Response.json({ factors: [] });
    };
    const api = factorsClient({
      origin: "https://api.example",
      paths: { secondFactor: "/auth/second" },
      headers: () => ({ "x-csrf-token": "t" }),
      fetch: send as typeof fetch,
    });
    await api.offers();
    const [[url, { credentials, headers }] = ["", {}]] = asked;
    expect(url).to.equal("https://api.example/auth/second");
    expect(credentials).to.equal("include");
    expect(headers).to.deep.equal({ accept: "application/json", "x-csrf-token": "t" });
    expect(() => factorsClient({ orgin: "x" } as never)).to.throw(TypeError, 'unknown option "orgin"');
  });

  it("rejects with an answer that is none of the app's, and where the browser has no passkeys", async () => {
    const page = async () => new Response("<html>", { status: 200 });
    await rejects(factorsClient({ fetch: page }).offers(), { status: 200, code: "unexpected_answer" });
    expect(passkeysSupported()).to.equal(false);
    const fetch = async () => Response.json({ publicKey: {} });
    const api = factorsClient({ fetch });
    await rejects(api.verifyPasskey({ verify: "/passkey_verification" }), TypeError);
    await rejects(api.settings.addPasskey("passkey"), TypeError);
  });

  it("is under 6 kB with all that it needs", () => {
    const { outputFiles } = buildSync({
      entryPoints: [join(import.meta.dirname, "../../dist/lib/client/index.mjs")],
      bundle: true,
      minify: true,
      format: "esm",
      write: false,
    });
    expect(outputFiles[0]?.contents.byteLength).to.be.lessThan(6000);
    expect(outputFiles[0]?.text).to.not.match(/\bimport\b|\brequire\b/);
  });
});
