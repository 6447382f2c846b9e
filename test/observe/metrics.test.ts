import { expect } from "chai";
import { Registry } from "prom-client";
import { backupCodes } from "../../lib/index.ts";
import { metrics } from "../../lib/observe/metrics.ts";
import { createConversion } from "../../lib/observe/conversion.ts";
import { makeApp } from "../support/app.ts";
import { totpApp, withTotp } from "../support/totp-scene.ts";
import { passed, visitor, withCode, wrong } from "../support/visitor.ts";

const P = "passport_factors";

describe("metrics", () => {
  it("count sends, guesses, latency, cost and conversion", async () => {
    const registry = new Registry();
    const app = makeApp({ call: {}, more: [backupCodes()] });
    const price = { amount: 0.05, currency: "USD" };
    const { send } = app.outbox;
    Object.assign(app.outbox, {
      send: async (...args: Parameters<typeof send>) => ({ ...(await send(...args)), price }),
    });
    metrics(app.factors, registry);
    const { me, code } = await withCode(app);
    await me.send().expect(429);
    await me.verify(wrong(code)).expect(400);
    await me.verify(code).expect(200);
    const [first] = (await me.post("/backup_codes").expect(201)).body.codes;
    const other = visitor(app);
    await other.logIn("alice");
    await other.post("/backup_code_verification", { backup_code: first }).expect(200);
    app.outbox.failWith(new Error("no"));
    await other.post("/call_verification/challenge").expect(500);
    app.outbox.failWith(undefined);
    app.clock.advance(60_000);
    await other.send().expect(201);

    const text = await registry.metrics();
    for (const line of [
      `${P}_sends_total{channel="sms",provider="outbox",calling_code="886",outcome="taken"} 2`,
      `${P}_sends_total{channel="sms",provider="",calling_code="886",outcome="suppressed"} 1`,
      `${P}_sends_total{channel="call",provider="outbox",calling_code="886",outcome="failed"} 1`,
      `${P}_verifications_total{factor="sms",purpose="login",outcome="mismatch"} 1`,
      `${P}_verifications_total{factor="sms",purpose="login",outcome="passed"} 1`,
      `${P}_verifications_total{factor="backup-code",purpose="login",outcome="passed"} 1`,
      `${P}_delivery_seconds_count{channel="sms",provider="outbox"} 2`,
      `${P}_cost_total{channel="sms",provider="outbox",currency="USD"} 0.1`,
      `${P}_conversion_ratio{calling_code="886"} 0.5`,
      `${P}_events_total{event="backup_codes_generated"} 1`,
    ])
      expect(text.split("\n")).to.include(line);
  });

  it("count factors that were put on file, taken off and refused", async () => {
    const registry = new Registry();
    const app = totpApp({ more: [backupCodes()] });
    metrics(app.factors, registry);
    const thief = visitor(app);
    await thief.logIn("alice");
    for (const path of ["/security/totp", "/security/totp/confirm", "/security/backup-code"])
      await thief.post(path, { code: "123456" }).expect(401);
    const { me, id, secret } = await withTotp(app, "nora");
    const { body } = await me.post("/security/totp").expect(201);
    const wrong = app.codeOf(body.secret) === "000000" ? "000001" : "000000";
    await me.post("/security/totp/confirm", { code: wrong }).expect(400);
    await me.post("/backup_codes").expect(201);
    await me.register("(201) 555-0123", "US").expect(201);
    await me.verify(app.outbox.code()).expect(200);
    await me.post("/security/totp/remove", { id }).expect(200);
    const text = await registry.metrics();
    for (const line of [
      `${P}_enrolments_total{factor="totp",outcome="added"} 1`,
      `${P}_enrolments_total{factor="totp",outcome="removed"} 1`,
      `${P}_enrolments_total{factor="totp",outcome="refused"} 3`,
      `${P}_enrolments_total{factor="backup-code",outcome="added"} 1`,
      `${P}_enrolments_total{factor="backup-code",outcome="refused"} 1`,
      `${P}_enrolments_total{factor="sms",outcome="added"} 1`,
    ])
      expect(text.split("\n")).to.include(line);
    expect(
      app.named("factor_enrolment_refused").map(({ event }) => [event.account, event.reason]),
    ).to.deep.equal([
      ["alice", "factor_required"],
      ["alice", "factor_required"],
      ["alice", "factor_required"],
      ["nora", "invalid_code"],
    ]);
    const told = JSON.stringify(app.events);
    for (const hidden of [secret, body.secret]) expect(told).not.to.include(hidden);
  });

  it("[N1] [N2] hold no account, number, fingerprint or address", async () => {
    const registry = new Registry();
    const app = makeApp();
    metrics(app.factors, registry);
    await passed(app);
    const text = await registry.metrics();
    expect(text).not.to.match(/alice|912345678|127\.0\.0\.1|::1/);
    for (const { event } of app.events) expect(text).not.to.include(event.phone);
  });

  it("count a send whatever a transport says that it costs", async () => {
    const registry = new Registry();
    const app = makeApp();
    const price = { amount: -1, currency: "USD" };
    const { send } = app.outbox;
    Object.assign(app.outbox, {
      send: async (...args: Parameters<typeof send>) => ({ ...(await send(...args)), price }),
    });
    metrics(app.factors, registry);
    await withCode(app);
    expect(await registry.metrics()).to.include('outcome="taken"} 1');
    expect(app.told).to.deep.equal([]);
  });

  it("stop when told to, and want a registry of their own", async () => {
    const registry = new Registry();
    const app = makeApp();
    const stop = metrics(app.factors, registry);
    expect(() => metrics(app.factors, registry)).to.throw(/already been registered/);
    stop();
    await passed(app);
    expect(await registry.metrics()).not.to.include('outcome="passed"');
  });
});

describe("conversion", () => {
  const MINUTE = 60_000;

  it("is of the last hour, and forgets what is older", () => {
    const { sent, verified, shares } = createConversion();
    for (const code of ["886", "886", "1"]) sent(code, 0);
    verified("886", MINUTE);
    expect([...shares(59 * MINUTE)]).to.deep.equal([
      ["886", 0.5],
      ["1", 0],
    ]);
    expect([...shares(66 * MINUTE)]).to.deep.equal([]);
  });

  it("is never above 1, and nothing where nothing was sent", () => {
    const { sent, verified, shares } = createConversion();
    verified("49", 0);
    sent("81", 0);
    verified("81", 0);
    verified("81", 0);
    expect([...shares(0)]).to.deep.equal([["81", 1]]);
  });
});
