import { rejects } from "node:assert/strict";
import { expect } from "chai";
import cookieSession from "cookie-session";
import type { RequestHandler } from "express";
import { bearerProofs } from "../../lib/index.ts";
import { hotp, stepAt } from "../../lib/totp/code.ts";
import { bytesOf } from "../../lib/totp/secrets.ts";
import { makeApp } from "../support/app.ts";
import { client, proofOf, proofsApp } from "../support/proofs-app.ts";
import type { PublicKeyOptions } from "../support/authenticator.ts";
import { withCredential, webauthnApp } from "../support/webauthn-scene.ts";
import { passed, visitor, wrong } from "../support/visitor.ts";

const BASE32 = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP";

describe("proofs for clients without sessions", () => {
  it("a code by text message makes one, which requireFactors takes until it is over", async () => {
    const app = proofsApp();
    const alice = client(app, "alice");
    const { body: refused } = await alice.get("/inside").expect(401);
    expect(refused).to.deep.include({ code: "factor_required", enrolled: ["sms"], next: "verification" });
    const { body: list } = await alice.get("/proofs").expect(200);
    expect(list.factors).to.deep.equal([
      {
        name: "sms",
        phone_display: "***-***-5678",
        begin: "/proofs/challenge",
        verify: "/proofs",
        field: "pin_number",
      },
    ]);
    const begun = await alice.post("/proofs/challenge", { factor: "sms" }).expect(201);
    expect(begun.headers["cache-control"]).to.equal("no-store");
    const { handle } = begun.body as { handle: string };
    const typed = { factor: "sms", handle, code: app.outbox.code() };
    const { body } = await alice.post("/proofs", typed).expect(200);
    expect(body).to.include({ success: true, method: "sms", expires_in_seconds: 600 });
    await alice.bring("/inside", body.proof).expect(200);
    await alice.get("/inside", { Authorization: `Bearer ${body.proof}` }).expect(200);
    const beside = { Authorization: "Bearer the.app's.own", "Factor-Proof": body.proof };
    await alice.get("/inside", beside).expect(200);
    const { body: says } = await alice.bring("/amr", body.proof).expect(200);
    expect(says.amr).to.deep.equal(["sms"]);
    app.clock.advance(59_000);
    await alice.bring("/fresh", body.proof).expect(200);
    app.clock.advance(1_000);
    await alice.bring("/fresh", body.proof).expect(401);
    await alice.bring("/codes", body.proof).expect(401);
    app.clock.advance(539_000);
    await alice.bring("/inside", body.proof).expect(200);
    app.clock.advance(1_000);
    await alice.bring("/inside", body.proof).expect(401);
  });

  it("so does an authenticator app, with nothing to begin; each code once", async () => {
    const app = proofsApp();
    await app.factors.importTotp("alice", BASE32);
    const alice = client(app, "alice");
    const code = hotp(bytesOf(BASE32), stepAt(app.clock()));
    const { body } = await alice.post("/proofs", { factor: "totp", code }).expect(200);
    await alice.bring("/codes", body.proof).expect(200);
    await alice.post("/proofs", { factor: "totp", code }).expect(400);
    await alice.post("/proofs/challenge", { factor: "totp" }).expect(400);
  });

  it("[W5] so does a passkey: its challenge is good once, with its handle", async () => {
    const app = webauthnApp({
      routes: (own, { factors }) => void own.use("/proofs", bearerProofs(factors)),
    });
    const { me, device } = await withCredential(app);
    const { body } = await me.post("/proofs/challenge", { factor: "passkey" }).expect(201);
    const { handle, publicKey } = body as { handle: string; publicKey: PublicKeyOptions };
    const answer = { factor: "passkey", credential: device.get(publicKey) };
    await me.post("/proofs", answer).expect(401);
    const made = await me.post("/proofs", { ...answer, handle }).expect(200);
    expect(made.body).to.deep.include({ method: "passkey" });
    await me.post("/proofs", { ...answer, handle }).expect((res) => expect(res.status).to.not.equal(200));
    const other = visitor(app);
    await other.logIn("nora");
    await other.get("/chat").set("Authorization", `Factor ${made.body.proof}`).expect(200);
  });

  it("[T7] made for a purpose it is good for that and nothing else; so is its code", async () => {
    const app = proofsApp();
    const alice = client(app, "alice");
    const paying = await proofOf(app, "alice", { purpose: "pay 42" });
    await alice.bring("/pay", paying).expect(200);
    await alice.bring("/inside", paying).expect(401);
    expect((await alice.bring("/amr", paying).expect(200)).body).to.deep.equal({ amr: [], passed: [] });
    app.clock.advance(31_000);
    const general = await proofOf(app, "alice");
    await alice.bring("/inside", general).expect(200);
    await alice.bring("/pay", general).expect(401);
    app.clock.advance(61_000);
    const { body } = await alice.post("/proofs/challenge", { factor: "sms", purpose: "pay 42" }).expect(201);
    const typed = { factor: "sms", handle: body.handle, code: app.outbox.code() };
    for (const purpose of [undefined, "", "pay 43", "pay 42 "])
      await alice
        .post("/proofs", { ...typed, purpose })
        .expect((res) => expect(res.status).to.be.oneOf([400, 401]));
    await alice.post("/proofs", { ...typed, purpose: "pay 42" }).expect(200);
  });

  it("[T6] a code is typed with the handle that asked for it, by the account that asked", async () => {
    const app = proofsApp();
    const [alice, bob] = [client(app, "alice"), client(app, "bob")];
    const { body } = await alice.post("/proofs/challenge", { factor: "sms" }).expect(201);
    const code = app.outbox.code();
    const stranger = await alice.post("/proofs", { factor: "sms", handle: "A".repeat(22), code }).expect(401);
    expect(stranger.body.code).to.equal("code_expired");
    await bob.post("/proofs", { factor: "sms", handle: body.handle, code }).expect(401);
    const mismatch = { factor: "sms", handle: body.handle, code: wrong(code) };
    expect((await alice.post("/proofs", mismatch).expect(400)).body).to.include({ attempts_remaining: 4 });
    await alice.post("/proofs", { factor: "sms", handle: body.handle, code }).expect(200);
    await alice.post("/proofs", { factor: "sms", handle: body.handle, code }).expect(401);
  });

  it("[T5] guesses are limited as at every door", async () => {
    const app = proofsApp();
    const alice = client(app, "alice");
    await app.factors.importTotp("alice", BASE32);
    const code = wrong(hotp(bytesOf(BASE32), stepAt(app.clock())), 17);
    const statuses: number[] = [];
    for (let i = 0; i < 11; i++)
      statuses.push((await alice.post("/proofs", { factor: "totp", code })).status);
    expect(statuses.slice(0, 10)).to.deep.equal(Array.from({ length: 10 }, () => 400));
    expect(statuses[10]).to.equal(429);
  });

  it("is nobody's who is not signed in, and asks for nothing that is not on file", async () => {
    const app = proofsApp();
    const nobody = client(app, undefined);
    expect((await nobody.post("/proofs/challenge", { factor: "sms" }).expect(401)).body.code).to.equal(
      "login_required",
    );
    await nobody.post("/proofs", { factor: "sms", code: "123456" }).expect(401);
    await nobody.get("/inside").expect(401);
    const nora = client(app, "nora");
    expect((await nora.post("/proofs/challenge", { factor: "sms" }).expect(400)).body.code).to.equal(
      "not_enrolled",
    );
    await nora.post("/proofs", { factor: "totp", code: "123456" }).expect(400);
    await nora.get("/if").expect(200);
    await client(app, "alice").get("/if").expect(401);
  });

  it("[T15] odd fields are refused by name", async () => {
    const alice = client(proofsApp(), "alice");
    const odd = [1, true, [], {}, ["sms"], "nope", null];
    for (const factor of odd) {
      const { body } = await alice.post("/proofs/challenge", { factor }).expect(400);
      expect(body, JSON.stringify(factor)).to.include({ code: "invalid_request", field: "factor" });
    }
    for (const purpose of [1, true, [], {}, "x".repeat(201)]) {
      const { body } = await alice.post("/proofs/challenge", { factor: "sms", purpose }).expect(400);
      expect(body, JSON.stringify(purpose)).to.include({ code: "invalid_request", field: "purpose" });
    }
    for (const handle of [1, true, [], {}, "x".repeat(101)]) {
      const { body } = await alice.post("/proofs", { factor: "sms", handle, code: "123456" }).expect(400);
      expect(body, JSON.stringify(handle)).to.include({ code: "invalid_request", field: "handle" });
    }
    for (const code of [undefined, null, 1, {}, [], "abc"])
      await alice.post("/proofs", { factor: "sms", code }).expect(400);
  });

  it("stands beside sessions: what is passed there counts there, and a proof in either", async () => {
    const app = makeApp({ routes: (own, { factors }) => void own.use("/proofs", bearerProofs(factors)) });
    const me = await passed(app);
    await me.get("/chat").expect(200);
    app.clock.advance(61_000);
    const { body } = await me.post("/proofs/challenge", { factor: "sms" }).expect(201);
    const made = await me
      .post("/proofs", { factor: "sms", handle: body.handle, code: app.outbox.code() })
      .expect(200);
    const again = visitor(app);
    await again.logIn("alice");
    await again.get("/chat").expect(401);
    await again.get("/chat").set("Authorization", `Factor ${made.body.proof}`).expect(200);
    await again.get("/chat").expect(401);
  });

  it("[L1] an app on cookie-session, which has neither an id nor a store, takes them too", async () => {
    const app = proofsApp({}, {}, cookieSession({ keys: ["k"] }) as RequestHandler);
    const alice = client(app, "alice");
    expect((await alice.get("/inside").expect(401)).body).to.include({ next: "verification" });
    await alice.bring("/inside", await proofOf(app)).expect(200);
  });

  it("an app that makes none is told that its session is missing, as before", async () => {
    const { factors } = makeApp();
    const request = { user: { id: "alice" }, headers: {}, ip: "203.0.113.7" };
    await rejects(factors.require(request), { code: "session_required" });
    bearerProofs(factors);
    await rejects(factors.require(request), { code: "factor_required" });
  });

  it("names an option that is wrong", () => {
    const { factors } = proofsApp();
    for (const ttlSeconds of [0, 29, 3601, "600", 60.5])
      expect(() => bearerProofs(factors, { ttlSeconds } as object)).to.throw(
        TypeError,
        "bearerProofs: ttlSeconds",
      );
    expect(() => bearerProofs(factors, { ttl: 1 } as object)).to.throw(TypeError, "ttlSeconds");
  });
});
