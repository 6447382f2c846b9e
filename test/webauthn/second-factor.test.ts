import { expect } from "chai";
import { versions } from "../support/app.ts";
import { authenticator } from "../support/authenticator.ts";
import { visitor } from "../support/visitor.ts";
import {
  challenge,
  doorOf,
  enrol,
  login,
  webauthnApps,
  withCredential,
  type Kind,
} from "../support/webauthn-scene.ts";

const KINDS: readonly Kind[] = ["passkey", "security-key"];

for (const express of versions) {
  describe(`logins with a passkey or a security key as second factor, on Express ${express}`, () => {
    // Express 4 on Redis, Express 5 in memory.
    const make = webauthnApps(express, express === 4);

    it("are offered by name, with where their options are and how they are answered", async () => {
      const app = make();
      await withCredential(app);
      const me = await login(app);
      expect((await me.get("/second_factor").expect(200)).body.factors).to.deep.equal([
        {
          name: "passkey",
          label: "Use a passkey",
          begin: "/passkey_verification/challenge",
          verify: "/passkey_verification",
          field: "credential",
          prompt: "ceremony",
        },
      ]);
      expect((await me.get("/passkey_verification/new").expect(200)).body).to.deep.equal({
        method: "passkey",
        field: "credential",
        begin: "/passkey_verification/challenge",
        prompt: "ceremony",
      });
      await me.get("/security_key_verification/new").expect(400);
      expect((await me.post("/security_key_verification/challenge").expect(400)).body.code).to.equal(
        "not_enrolled",
      );
    });

    for (const [kind, amr] of [
      ["passkey", ["hwk", "user"]],
      ["security-key", ["hwk"]],
    ] as const)
      it(`pass by the credential's JSON as the body: ${kind}`, async () => {
        const app = make();
        const { device, id } = await withCredential(app, kind);
        const me = await login(app);
        await me.get("/chat").expect(401);
        const answer = await me.post(`${doorOf(kind)}/challenge`).expect(201);
        expect(Object.keys(answer.body)).to.deep.equal(["publicKey", "expires_in_seconds"]);
        const options = answer.body.publicKey;
        expect(options).to.deep.include({
          rpId: "chat.example",
          // [W13] People look for their keys.
          timeout: 300_000,
          // [W2][W3]
          userVerification: kind === "passkey" ? "required" : "discouraged",
          allowCredentials: [{ id, transports: ["hybrid", "internal"], type: "public-key" }],
        });
        expect(Buffer.from(options.challenge, "base64url").length, "[P7]").to.be.at.least(16);
        const { body } = await me.post(doorOf(kind), device.get(options)).expect(200);
        expect(body).to.deep.include({ success: true, method: kind, amr });
        await me.get("/chat").expect(200);
        expect((await me.get("/me")).body.amr).to.deep.equal(["pwd", ...amr, "mfa"]);
        expect(app.named("factor_passed").at(-1)?.event).to.include({ factor: kind, account: "nora" });
      });

    it("pass in a form's field too, which goes on to where the browser was going", async () => {
      const app = make();
      const { device } = await withCredential(app);
      const page = await login(app, "nora", "html");
      await page.get("/chat").expect(303);
      const json = visitorOf(page);
      const options = (await json.post("/passkey_verification/challenge").expect(201)).body.publicKey;
      const { header } = await page
        .post("/passkey_verification", { credential: JSON.stringify(device.get(options)) })
        .expect(303);
      expect(header["location"]).to.equal("/chat");
      await page.get("/chat").expect(200);
    });

    it("[P8] are told as software that is synced where the credential may be copied, and in no other way than it was put on file", async () => {
      const app = make();
      const device = authenticator({ synced: true });
      await withCredential(app, "passkey", device);
      const me = await login(app);
      const { body } = await me.post("/passkey_verification", device.get(await challenge(me))).expect(200);
      expect(body.amr).to.deep.equal(["swk", "user"]);
      const other = await login(app);
      const single = device.get(await challenge(other), { unset: 8 | 16 });
      await other.post("/passkey_verification", single).expect(400);
    });

    it("[W3] a security key that has made sure who holds it says so, and stays a key", async () => {
      const app = make();
      const device = authenticator({ verifiesUser: true });
      await withCredential(app, "security-key", device);
      const me = await login(app);
      const { body } = await me
        .post("/security_key_verification", device.get(await challenge(me, "security-key")))
        .expect(200);
      expect(body.amr).to.deep.equal(["hwk", "user"]);
    });

    it("[W3] without user verification a passkey is refused, on the server too", async () => {
      const app = make();
      const { device } = await withCredential(app);
      const me = await login(app);
      const unverified = device.get(await challenge(me), { unset: 4 });
      expect((await me.post("/passkey_verification", unverified).expect(400)).body.code).to.equal(
        "invalid_code",
      );
      const stranger = await login(app, "alice");
      await stranger.send().expect(201);
      await stranger.verify(app.outbox.code()).expect(200);
      const options = (await stranger.post("/security/passkey").expect(201)).body.publicKey;
      await stranger
        .post("/security/passkey/confirm", authenticator({ verifiesUser: false }).create(options))
        .expect(400);
    });

    for (const kind of KINDS)
      it(`[W5][P7] one assertion 20 times in parallel is one success: ${kind}`, async () => {
        const app = make({ factors: { limits: { guessesPerIp: 100_000 } } });
        const { device } = await withCredential(app, kind);
        const me = await login(app);
        const assertion = device.get(await challenge(me, kind));
        const answers = await Promise.all(Array.from({ length: 20 }, () => me.post(doorOf(kind), assertion)));
        expect(answers.filter(({ status }) => status === 200)).to.have.length(1);
        expect(answers.filter(({ status }) => status !== 200 && status !== 401)).to.deep.equal([]);
        expect(app.named("factor_passed")).to.have.length(1);
        // And not afterwards, nor in another session.
        await me.post(doorOf(kind), assertion).expect(401);
        await (await login(app)).post(doorOf(kind), assertion).expect(401);
      });

    it("[W5] a challenge is good for one answer, also a wrong one, and only in the session that asked for it", async () => {
      const app = make();
      const { device } = await withCredential(app);
      const me = await login(app);
      const options = await challenge(me);
      await me.post("/passkey_verification", device.get(options, { forged: true })).expect(400);
      expect((await me.post("/passkey_verification", device.get(options)).expect(401)).body.code).to.equal(
        "code_expired",
      );
      const other = await login(app);
      await challenge(other);
      await other.post("/passkey_verification", device.get(await challenge(me))).expect(400);
    });

    it("[P7] a challenge is over after five minutes, to the millisecond", async () => {
      const app = make();
      const { device } = await withCredential(app);
      const me = await login(app);
      const late = device.get(await challenge(me));
      app.clock.advance(300_000);
      await me.post("/passkey_verification", late).expect(401);
      const intime = device.get(await challenge(me));
      app.clock.advance(299_999);
      await me.post("/passkey_verification", intime).expect(200);
    });

    it("[W7] a credential of another account proves nothing, whatever user handle stands beside it", async () => {
      const app = make();
      const hers = await withCredential(app);
      const alice = await login(app, "alice");
      await alice.send().expect(201);
      await alice.verify(app.outbox.code()).expect(200);
      const device = authenticator();
      const { options } = await enrol(alice, "passkey", device);
      const me = await login(app);
      // Whatever stands in the list, the key is theirs.
      const unnamed = async () => ({ challenge: (await challenge(me)).challenge, rpId: "chat.example" });
      await me.post("/passkey_verification", device.get(await unnamed())).expect(400);
      const handle = hers.device.credentials[0]?.userHandle as string;
      const posing = device.get(await unnamed(), { userHandle: handle });
      await me.post("/passkey_verification", posing).expect(400);
      // Their own, with another's handle beside it: that is not how it was made.
      const odd = hers.device.get(await challenge(me), { userHandle: options.user?.id ?? "" });
      await me.post("/passkey_verification", odd).expect(400);
      // Authenticators may leave the handle out where the credential was named.
      const without = hers.device.get(await challenge(me), { userHandle: undefined });
      await me.post("/passkey_verification", without).expect(200);
    });

    it("[P8] another origin, site, type, challenge, or a frame: refused, all alike", async () => {
      const app = make({ factors: { trustedOrigins: ["https://front.chat.example"] } });
      const { device } = await withCredential(app);
      const me = await login(app);
      const refusals = new Set<string>();
      for (const by of [
        { origin: "https://chat.example.evil.example" },
        { origin: "http://chat.example" },
        { origin: "https://chat.example:8443" },
        { origin: "https://sub.chat.example" },
        { rpId: "evil.example" },
        { type: "webauthn.create" },
        { challenge: "AAAAAAAAAAAAAAAAAAAAAA" },
        { crossOrigin: true },
        { crossOrigin: true, topOrigin: "https://evil.example" },
        { unset: 1 },
        { forged: true },
      ]) {
        const { body, status } = await me.post("/passkey_verification", device.get(await challenge(me), by));
        expect(status, JSON.stringify(by)).to.equal(400);
        const { attempts_remaining: _left, ...rest } = body;
        refusals.add(JSON.stringify(rest));
        app.clock.advance(3_600_000);
        await me.logIn("nora");
      }
      // [W6] What the library says would tell of origins and counters.
      expect([...refusals]).to.have.length(1);
      expect([...refusals][0])
        .to.include('"code":"invalid_code"')
        .and.not.match(/origin|counter|RP ID|challenge/i);
      const fronts = device.get(await challenge(me), { origin: "https://front.chat.example" });
      await me.post("/passkey_verification", fronts).expect(200);
    });

    it("lock after ten wrong answers with the account's other factors, and say so", async () => {
      const app = make();
      const { device } = await withCredential(app);
      const me = await login(app);
      for (let left = 9; left >= 0; left--) {
        const { body } = await me.post(
          "/passkey_verification",
          device.get(await challenge(me), { forged: true }),
        );
        expect(body).to.deep.include({ code: "invalid_code", attempts_remaining: left });
      }
      await me.post("/passkey_verification", device.get(await challenge(me))).expect(429);
      expect(app.named("account_locked")).to.have.length(1);
      expect(app.named("factor_failed")).to.have.length(10);
    });

    it("[W10] a ceremony that failed in the browser is heard of by nobody, and another may be begun at once, as often as one likes", async () => {
      const app = make();
      const { device } = await withCredential(app);
      const me = await login(app);
      for (let i = 0; i < 30; i++) await challenge(me);
      await me.post("/passkey_verification", device.get(await challenge(me))).expect(200);
      expect(app.named("factor_failed")).to.have.length(0);
    });

    it("options are limited for an address, by a limit of their own", async () => {
      const app = make({ factors: { limits: { ceremoniesPerIp: 3 } } });
      await withCredential(app);
      const me = await login(app);
      await challenge(me);
      await challenge(me);
      const { headers } = await me.post("/passkey_verification/challenge").expect(429);
      expect(Number(headers["retry-after"])).to.be.within(3500, 3600);
      await (await login(app, "alice")).send().expect(201);
    });

    it("[T11] nothing of a credential, and no address, in what is told", async () => {
      const app = make();
      const { device, id } = await withCredential(app);
      const me = await login(app);
      await me.post("/passkey_verification", device.get(await challenge(me), { forged: true })).expect(400);
      await me.post("/passkey_verification", device.get(await challenge(me))).expect(200);
      const told = JSON.stringify([app.events, app.notices, app.told.map(String)]);
      expect(told).not.to.include(id).and.not.to.include(device.credentials[0]?.userHandle);
    });
  });
}

/** The same browser's script. */
function visitorOf(page: ReturnType<typeof visitor>) {
  return {
    post: (path: string) => page.agent.post(path).set("Accept", "application/json").send(),
  };
}
