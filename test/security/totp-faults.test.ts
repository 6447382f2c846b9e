import { expect } from "chai";
import { memoryStore, storeCredentials, type Credentials, type CredentialStore } from "../../lib/index.ts";
import { versions } from "../support/app.ts";
import { totpApp, withTotp } from "../support/totp-scene.ts";
import { visitor } from "../support/visitor.ts";

type Verb = keyof Credentials;

const THROWN: readonly unknown[] = [undefined, null, "route", 0, new Error("away"), { status: 200 }];
const ANSWERED: readonly unknown[] = [
  undefined,
  null,
  {},
  "",
  "yes",
  1,
  true,
  false,
  [null],
  [{}],
  [{ id: "x", value: "y" }],
];

/** The credentials of an app whose database does odd things from some moment on. */
function breakable() {
  const real = storeCredentials(memoryStore());
  const state: { verb?: Verb; act?: () => unknown } = {};
  const store: CredentialStore = {
    inTenant(tenant) {
      const whole = real.inTenant(tenant);
      return new Proxy(whole, {
        get: (target, verb: Verb) =>
          state.verb === verb ? state.act : (target[verb] as () => unknown).bind(target),
      });
    },
  };
  const faults = [
    ...THROWN.flatMap((thrown) => [
      () => Promise.reject(thrown as Error),
      () => {
        throw thrown as Error;
      },
    ]),
    ...ANSWERED.map((answer) => async () => answer),
  ];
  return { real, store, state, faults };
}

for (const express of versions) {
  describe(`[T51] authenticator apps over credentials that are broken, on Express ${express}`, () => {
    it("let nobody in, whatever is thrown or answered, and never without an answer", async () => {
      const { store, state, faults } = breakable();
      const app = totpApp({
        express,
        factors: { credentials: store, limits: { guessesPerIp: 100_000, sendsPerIp: 100_000 } },
      });
      const { secret } = await withTotp(app);
      for (const act of faults) {
        const me = visitor(app);
        await me.logIn("nora");
        Object.assign(state, { verb: "list", act });
        const { status, body } = await me.post("/totp_verification", { code: app.codeOf(secret) });
        expect(status, JSON.stringify(body)).to.be.within(400, 503);
        await me.get("/chat").expect((res) => expect(res.status).to.be.within(400, 503));
        const settings = await me.post("/security/totp");
        const security = await me.get("/security");
        delete state.verb;
        expect(settings.status).to.be.within(400, 503);
        expect(JSON.stringify([settings.body, security.body])).not.to.include(secret);
        await me.get("/chat").expect(401);
        app.clock.advance(3_600_000);
      }
      expect(app.named("factor_passed")).to.have.length(0);
      expect(app.thrown.every((each) => each instanceof Error)).to.equal(true);
      const me = visitor(app);
      await me.logIn("nora");
      await me.post("/totp_verification", { code: app.codeOf(secret) }).expect(200);
    });

    it("put nothing on file that they did not, and say so", async () => {
      const { real, store, state, faults } = breakable();
      const app = totpApp({
        express,
        factors: { credentials: store, limits: { guessesPerIp: 100_000, sendsPerIp: 100_000 } },
      });
      for (const act of faults) {
        const me = visitor(app);
        await me.logIn("nora");
        const { secret } = (await me.post("/security/totp").expect(201)).body as { secret: string };
        Object.assign(state, { verb: "add", act });
        const confirmed = await me.post("/security/totp/confirm", { code: app.codeOf(secret) });
        delete state.verb;
        const said = await Promise.resolve()
          .then(act)
          .catch(() => "threw");
        if (said !== true) expect(confirmed.status, String(said)).to.be.within(400, 503);
        const onFile = await real.inTenant("default").list("nora", "totp");
        expect(onFile).to.deep.equal([]);
        app.clock.advance(3_600_000);
      }
    });

    it("a label that is no text is a mistake of the app, and nothing is begun", async () => {
      for (const label of [() => "", () => undefined, () => Promise.reject(new Error("no")), () => 7]) {
        const app = totpApp({ express, totp: { label: label as () => string } });
        const me = visitor(app);
        await me.logIn("nora");
        await me.post("/security/totp").expect(500);
        await me.get("/security/totp").expect(401);
      }
    });
  });
}
