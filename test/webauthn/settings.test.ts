import { expect } from "chai";
import { versions } from "../support/app.ts";
import { authenticator } from "../support/authenticator.ts";
import { visitor, type Visitor } from "../support/visitor.ts";
import {
  challenge,
  enrol,
  login,
  optionsFrom,
  webauthnApps,
  withCredential,
  type WebauthnApp,
} from "../support/webauthn-scene.ts";

const MINUTE = 60_000;

for (const express of versions) {
  describe(`the settings of passkeys and security keys, on Express ${express}`, () => {
    // Express 4 in memory, Express 5 on Redis.
    const make = webauthnApps(express, express === 5);
    const onFile = async (me: Visitor) =>
      (await me.get("/security").expect(200)).body as {
        factors: { factor: string; id: string; label: string; last_used_at: string | null }[];
        can_add: { factor: string; label: string }[];
      };

    it("[W2] ask of a passkey that it can be found and makes sure who holds it, of a security key neither", async () => {
      const app = make({ passkey: { label: (account) => `${account}@chat.example` } });
      const me = await login(app);
      const answer = await me.post("/security/passkey").expect(201);
      expect(Object.keys(answer.body)).to.deep.equal(["publicKey", "expires_in_seconds"]);
      expect(answer.body.expires_in_seconds).to.equal(600);
      const asked = answer.body.publicKey;
      expect(asked).to.deep.include({
        rp: { id: "chat.example", name: "Chat" },
        attestation: "none",
        timeout: 300_000,
        excludeCredentials: [],
        authenticatorSelection: {
          residentKey: "required",
          requireResidentKey: true,
          userVerification: "required",
        },
      });
      expect(asked.user).to.include({ name: "nora@chat.example", displayName: "nora@chat.example" });
      expect(asked.pubKeyCredParams.map(({ alg }: { alg: number }) => alg)).to.include.members([
        -8, -7, -257,
      ]);
      const ofKey = (await me.post("/security/security-key").expect(201)).body.publicKey;
      expect(ofKey).to.deep.include({
        hints: ["security-key"],
        authenticatorSelection: {
          residentKey: "discouraged",
          requireResidentKey: false,
          userVerification: "discouraged",
        },
      });
    });

    it("[W7][P9] know an account by 32 random bytes, the same each time, another's for nobody else", async () => {
      const app = make({ factors: { demandsFactor: false } });
      const me = await login(app);
      const handles = await Promise.all(
        Array.from({ length: 5 }, async () => (await optionsFrom(me, "/security/passkey")).user?.id),
      );
      expect(new Set(handles).size).to.equal(1);
      expect(Buffer.from(handles[0] ?? "", "base64url").length).to.equal(32);
      const { options } = await enrol(me, "passkey", authenticator());
      expect(options.user?.id).to.equal(handles[0]);
      const { id } = (await onFile(me)).factors[0] as { id: string };
      await me.post("/security/passkey/remove", { id }).expect(200);
      expect((await optionsFrom(me, "/security/passkey")).user?.id).to.equal(handles[0]);
      const other = make();
      const again = await optionsFrom(await login(other), "/security/passkey");
      // On Redis both apps keep the same.
      if (express === 4) expect(again.user?.id).not.to.equal(handles[0]);
    });

    it("[W2][P9] take several, named by their owner, and exclude those that are there when another is added", async () => {
      const app = make();
      const me = await login(app);
      const laptop = authenticator();
      const { id: first } = await enrol(me, "passkey", laptop, "  Laptop ");
      const phone = authenticator({ synced: true });
      const { id: second, options } = await enrol(me, "passkey", phone);
      expect(options.excludeCredentials?.map(({ id }) => id)).to.deep.equal([first]);
      const third = await optionsFrom(me, "/security/passkey");
      expect(third.excludeCredentials?.map(({ id }) => id)).to.have.members([first, second]);
      expect(() => laptop.create(third)).to.throw("InvalidStateError");
      const { factors, can_add } = await onFile(me);
      expect(factors.map(({ id, label }) => ({ id, label }))).to.have.deep.members([
        { id: first, label: "Laptop" },
        { id: second, label: "Passkey" },
      ]);
      expect(factors[0]).to.deep.include({ factor: "passkey", last_used_at: null });
      expect(can_add).to.deep.equal([
        { factor: "passkey", label: "Passkey" },
        { factor: "security-key", label: "Security key" },
      ]);
      expect(app.named("factor_added")).to.have.length(2);
      expect(app.notices.map(({ kind, factor }) => `${kind} ${factor}`)).to.deep.equal([
        "factor_added passkey",
        "factor_added passkey",
      ]);
      // Either lets in.
      const later = await login(app);
      await later.post("/passkey_verification", phone.get(await challenge(later))).expect(200);
      expect((await onFile(later)).factors.find(({ id }) => id === second)?.last_used_at).to.equal(
        new Date(app.clock()).toISOString(),
      );
    });

    it("one that is added ends nothing that other sessions have passed, and this one has passed it", async () => {
      const app = make();
      const { me, device } = await withCredential(app);
      await me.get("/chat").expect(200);
      expect((await me.get("/me")).body.amr).to.deep.equal(["pwd", "hwk", "user", "mfa"]);
      const other = await login(app);
      await other.post("/passkey_verification", device.get(await challenge(other))).expect(200);
      await enrol(me, "security-key", authenticator({ verifiesUser: false }));
      await other.get("/chat").expect(200);
    });

    it("rename one by its id, and say so", async () => {
      const app = make();
      const { me, id } = await withCredential(app);
      const { body } = await me
        .post("/security/passkey/rename", { id, label: " Work laptop 💻 " })
        .expect(200);
      expect(body).to.deep.equal({ success: true });
      expect((await onFile(me)).factors[0]).to.include({ id, label: "Work laptop 💻" });
      expect(app.named("factor_renamed")[0]?.event).to.include({ account: "nora", factor: "passkey" });
      expect(app.notices.at(-1)).to.include({ kind: "factor_renamed", factor: "passkey" });
      for (const label of ["", "   ", "x".repeat(61), "a\nb", "\0", 7, null, ["x"], { a: 1 }, undefined]) {
        const refused = await me.post("/security/passkey/rename", { id, label }).expect(400);
        expect(refused.body).to.include({ code: "invalid_request", field: "label" });
      }
      for (const odd of [undefined, 7, "", ["x"]])
        expect(
          (await me.post("/security/passkey/rename", { id: odd, label: "x" }).expect(400)).body.field,
        ).to.equal("id");
      expect(
        (await me.post("/security/passkey/rename", { id: "AAAA", label: "x" }).expect(400)).body.code,
      ).to.equal("not_enrolled");
      expect((await onFile(me)).factors[0]?.label).to.equal("Work laptop 💻");
    });

    it("rename and remove nobody else's", async () => {
      const app = make();
      const { id } = await withCredential(app);
      const { me: alices } = await withCredentialOfAlice(app);
      await alices.post("/security/passkey/rename", { id, label: "mine" }).expect(400);
      await alices.post("/security/passkey/remove", { id }).expect(400);
      await alices.post("/security/security-key/remove", { id }).expect(400);
      expect(app.named("factor_removed")).to.have.length(0);
    });

    it("[G7] remove one by its id, which lets in no more, and end what other sessions have passed", async () => {
      const app = make();
      const { me, device, id } = await withCredential(app);
      await enrol(me, "passkey", authenticator(), "other");
      const later = await login(app);
      const made = await challenge(later);
      const elsewhere = await login(app);
      await elsewhere.post("/passkey_verification", device.get(await challenge(elsewhere))).expect(200);
      await me.post("/security/passkey/remove", { id }).expect(200);
      expect((await onFile(me)).factors.map(({ label }) => label)).to.deep.equal(["other"]);
      await elsewhere.get("/chat").expect(401);
      await later.post("/passkey_verification", device.get(made)).expect(400);
      expect((await challenge(later)).allowCredentials?.map((each) => each.id)).not.to.include(id);
      await me.post("/security/passkey/remove", { id }).expect(400);
    });

    it("the last one stays where the app demands a factor, and of two either may go", async () => {
      const app = make();
      const { me, id } = await withCredential(app);
      expect((await me.post("/security/passkey/remove", { id }).expect(409)).body.code).to.equal(
        "last_factor",
      );
      const { id: other } = await enrol(me, "passkey", authenticator());
      await me.post("/security/passkey/remove", { id }).expect(200);
      await me.post("/security/passkey/remove", { id: other }).expect(409);
      await enrol(me, "security-key", authenticator({ verifiesUser: false }));
      await me.post("/security/passkey/remove", { id: other }).expect(200);
    });

    it("take no more than the app allows, also when many are confirmed at once", async () => {
      const app = make({ passkey: { most: 2 }, factors: { limits: { guessesPerIp: 10_000 } } });
      const { me } = await withCredential(app);
      const sessions = [me, await login(app), await login(app)];
      for (const [i, each] of sessions.entries())
        if (i > 0) await each.post("/passkey_verification/challenge").expect(201);
      await enrol(me, "passkey", authenticator());
      expect((await me.post("/security/passkey").expect(400)).body).to.include({
        code: "invalid_request",
        field: "factor",
      });
      expect((await onFile(me)).can_add.map(({ factor }) => factor)).to.deep.equal(["security-key"]);
    });

    it("[W5] of 20 confirmations at once, one puts it on file; a challenge is good for one answer", async () => {
      const app = make({ factors: { limits: { guessesPerIp: 100_000 } } });
      const me = await login(app);
      const credential = authenticator().create(await optionsFrom(me, "/security/passkey"));
      const answers = await Promise.all(
        Array.from({ length: 20 }, () => me.post("/security/passkey/confirm", credential)),
      );
      expect(answers.filter(({ status }) => status === 200)).to.have.length(1);
      expect(answers.filter(({ status }) => ![200, 401, 429].includes(status))).to.deep.equal([]);
      expect(app.named("factor_added")).to.have.length(1);
      const device = authenticator();
      const options = await optionsFrom(me, "/security/passkey");
      await me
        .post("/security/passkey/confirm", device.create(options, { type: "webauthn.get" }))
        .expect(400);
      expect(
        (await me.post("/security/passkey/confirm", device.create(options)).expect(401)).body.code,
      ).to.equal("code_expired");
    });

    it("[P8] a new credential of another origin, site or challenge, or without a person: refused", async () => {
      const app = make();
      for (const by of [
        { origin: "https://evil.example" },
        { rpId: "evil.example" },
        { challenge: "AAAAAAAAAAAAAAAAAAAAAA" },
        { crossOrigin: true },
        { unset: 1 },
        { unset: 4 },
        { unset: 64 },
        { set: 16 },
      ]) {
        const me = await login(app);
        const credential = authenticator().create(await optionsFrom(me, "/security/passkey"), by);
        const { body } = await me.post("/security/passkey/confirm", credential).expect(400);
        expect(body.code, JSON.stringify(by)).to.equal("invalid_code");
        expect((await onFile(me)).factors).to.deep.equal([]);
        app.clock.advance(10 * MINUTE);
      }
    });

    it("a credential that another account has is not taken twice", async () => {
      const app = make();
      const { device, id } = await withCredential(app);
      const { me } = await withCredentialOfAlice(app);
      const options = await optionsFrom(me, "/security/passkey");
      const copied = authenticator().create(options);
      // What stands beside the signed data is not what counts.
      const { body } = await me.post("/security/passkey/confirm", { ...copied, id, rawId: id }).expect(400);
      expect(body.code).to.equal("invalid_code");
      const nora = await login(app);
      await nora.post("/passkey_verification", device.get(await challenge(nora))).expect(200);
    });

    it("[G2] need a factor of the last ten minutes where any is on file, for every change", async () => {
      const app = make();
      const { device, id } = await withCredential(app);
      const me = await login(app);
      const changes: [string, object][] = [
        ["/security/passkey", {}],
        ["/security/passkey/confirm", authenticator().create({ challenge: "AAAA", rp: { id: "x" } })],
        ["/security/passkey/rename", { id, label: "x" }],
        ["/security/passkey/remove", { id }],
      ];
      const refuse = async () => {
        for (const [path, body] of changes)
          expect((await me.post(path, body).expect(401)).body.code, path).to.equal("factor_required");
      };
      await refuse();
      await me.post("/passkey_verification", device.get(await challenge(me))).expect(200);
      app.clock.advance(10 * MINUTE);
      await refuse();
    });

    it("erase what is kept of an account", async () => {
      const app = make();
      const { device } = await withCredential(app);
      await app.factors.erase("nora");
      const me = visitor(app);
      await me
        .post("/passkey_sign_in", device.get(await optionsFrom(me, "/passkey_sign_in/challenge")))
        .expect(400);
      expect((await onFile(await login(app))).factors).to.deep.equal([]);
    });
  });
}

async function withCredentialOfAlice(app: WebauthnApp): Promise<{ me: Visitor }> {
  const me = await login(app, "alice");
  await me.send().expect(201);
  await me.verify(app.outbox.code()).expect(200);
  await enrol(me, "passkey", authenticator());
  return { me };
}
