import { expect } from "chai";
import { memoryStore, redisStore, storeCredentials } from "../../lib/index.ts";
import { sealedCredentials } from "../../lib/credentials/sealed-credentials.ts";
import { createSecretBox } from "../../lib/crypto/secret.ts";
import type { SavedCredential } from "../../lib/webauthn/saved-credential.ts";
import { SECRET, versions } from "../support/app.ts";
import { authenticator } from "../support/authenticator.ts";
import { redisOfSuite } from "../support/redis-of-suite.ts";
import {
  challenge,
  login,
  webauthnApp,
  withCredential,
  type WebauthnApp,
} from "../support/webauthn-scene.ts";
import type { Visitor } from "../support/visitor.ts";

for (const express of versions) {
  describe(`what is kept of a credential between its uses, on Express ${express}`, () => {
    const suite = express === 4 ? redisOfSuite() : undefined;
    beforeEach(() => suite?.client.flushall());

    function make(more: Parameters<typeof webauthnApp>[0] = {}) {
      const store = suite === undefined ? memoryStore() : redisStore(suite.client);
      const app = webauthnApp({ express, store, ...more });
      const credentials = sealedCredentials(storeCredentials(store), createSecretBox(SECRET), "default");
      const saved = async () => {
        const all = await credentials.ofKind<SavedCredential>("passkey").list("nora");
        return all.map(({ value }) => value).find((value) => "publicKey" in value) as SavedCredential;
      };
      return { app, saved };
    }

    const pass = async (app: WebauthnApp, answer: (me: Visitor) => Promise<object>) => {
      const me = await login(app);
      return me.post("/passkey_verification", await answer(me));
    };

    it("[W4] the counter goes on with each use", async () => {
      const { app, saved } = make();
      const { device } = await withCredential(app);
      expect((await saved()).counter).to.equal(1);
      for (const counter of [2, 3, 4]) {
        expect((await pass(app, async (me) => device.get(await challenge(me)))).status).to.equal(200);
        expect((await saved()).counter).to.equal(counter);
      }
      expect(app.named("factor_suspicious")).to.have.length(0);
    });

    it("[W4] a forged signature with a low counter is a wrong answer: no word of a clone, and nothing is written", async () => {
      const { app, saved } = make({ passkey: { counter: "refuse" } });
      const { device } = await withCredential(app);
      await pass(app, async (me) => device.get(await challenge(me)));
      const before = await saved();
      for (const counter of [0, 1, 2, 4_000_000_000]) {
        const { body } = await pass(app, async (me) =>
          device.get(await challenge(me), { forged: true, counter }),
        );
        expect(body.code).to.equal("invalid_code");
      }
      expect(await saved()).to.deep.equal(before);
      expect(app.named("factor_suspicious")).to.have.length(0);
    });

    it("[W4] a good signature with a counter that went back is told, and let in, unless the app refuses it", async () => {
      for (const [policy, status] of [
        ["flag", 200],
        ["refuse", 400],
      ] as const) {
        const { app, saved } = make({ passkey: { counter: policy } });
        const { device } = await withCredential(app);
        await pass(app, async (me) => device.get(await challenge(me), { counter: 9 }));
        const { body, status: answered } = await pass(app, async (me) =>
          device.get(await challenge(me), { counter: 9 }),
        );
        expect(answered, policy).to.equal(status);
        if (status === 400) expect(body.code).to.equal("invalid_code");
        expect(app.named("factor_suspicious").map(({ event }) => event)).to.deep.include({
          at: app.clock(),
          tenant: "default",
          account: "nora",
          factor: "passkey",
          purpose: "login",
          reason: "counter",
          ip: app.events.at(-1)?.event.ip,
        });
        // The higher one stays, so that the next copy is seen too.
        expect((await saved()).counter).to.equal(9);
        expect(
          (await pass(app, async (me) => device.get(await challenge(me), { counter: 10 }))).status,
        ).to.equal(200);
        await suite?.client.flushall();
      }
    });

    it("[W4] 0 and 0 is fine: synced passkeys do not count", async () => {
      const { app, saved } = make({ passkey: { counter: "refuse" } });
      const { device } = await withCredential(app, "passkey", authenticator({ synced: true, counts: false }));
      for (let i = 0; i < 3; i++)
        expect((await pass(app, async (me) => device.get(await challenge(me)))).status).to.equal(200);
      expect((await saved()).counter).to.equal(0);
      expect(app.named("factor_suspicious")).to.have.length(0);
    });

    it("[W5] of 10 signatures at once with one counter, one is let in: compared and written in one step", async () => {
      const { app, saved } = make({
        passkey: { counter: "refuse" },
        factors: { limits: { guessesPerIp: 100_000 } },
      });
      const { device } = await withCredential(app);
      const people = await Promise.all(Array.from({ length: 10 }, () => login(app)));
      const answers = await Promise.all(
        people.map(async (me) => device.get(await challenge(me), { counter: 7 })),
      );
      const statuses = await Promise.all(
        answers.map(async (answer, i) => (await people[i]!.post("/passkey_verification", answer)).status),
      );
      expect(statuses.filter((status) => status === 200)).to.have.length(1);
      expect(app.named("factor_suspicious").length).to.be.within(1, 9);
      expect((await saved()).counter).to.equal(7);
    });

    it("[W5] of 10 signatures at once with counters in a row, the highest stays, and each is let in where it is only told", async () => {
      const { app, saved } = make({ factors: { limits: { guessesPerIp: 100_000 } } });
      const { device } = await withCredential(app);
      const people = await Promise.all(Array.from({ length: 10 }, () => login(app)));
      const answers = await Promise.all(people.map(async (me) => device.get(await challenge(me))));
      const statuses = await Promise.all(
        answers.map(async (answer, i) => (await people[i]!.post("/passkey_verification", answer)).status),
      );
      expect(statuses).to.deep.equal(Array.from({ length: 10 }, () => 200));
      expect((await saved()).counter).to.equal(11);
    });

    it("[W8] whether it is backed up now is written at each use; that it can be is for life", async () => {
      const { app, saved } = make();
      const device = authenticator({ synced: true, backedUp: false });
      await withCredential(app, "passkey", device);
      expect(await saved()).to.include({ multiDevice: true, backedUp: false });
      device.setBackedUp(true);
      await pass(app, async (me) => device.get(await challenge(me)));
      expect(await saved()).to.include({ multiDevice: true, backedUp: true });
      device.setBackedUp(false);
      await pass(app, async (me) => device.get(await challenge(me)));
      expect(await saved()).to.include({ multiDevice: true, backedUp: false, lastUsedAt: app.clock() });
    });

    it("[W8] flags that no authenticator has are a wrong answer", async () => {
      const { app } = make();
      const { device } = await withCredential(app);
      // Backed up, and not eligible for it.
      const { body } = await pass(app, async (me) => device.get(await challenge(me), { set: 16 }));
      expect(body.code).to.equal("invalid_code");
    });
  });
}
