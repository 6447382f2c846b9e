import { types } from "node:util";
import { expect } from "chai";
import {
  defineFactor,
  memoryStore,
  storeCredentials,
  type Credentials,
  type CredentialStore,
} from "../../lib/index.ts";
import { loadLibrary } from "../../lib/webauthn/library.ts";
import { readJudged } from "../../lib/flows/judged.ts";
import { makeApp, versions } from "../support/app.ts";
import { authenticator } from "../support/authenticator.ts";
import { ODD } from "../support/odd-values.ts";
import { visitor } from "../support/visitor.ts";
import {
  challenge,
  enrol,
  login,
  optionsFrom,
  webauthnApp,
  withCredential,
} from "../support/webauthn-scene.ts";

type Verb = keyof Credentials;
const LIMITS = { guessesPerIp: 1_000_000, sendsPerIp: 1_000_000, ceremoniesPerIp: 1_000_000 };

/** Every odd value, answered; and some of them thrown, at once and later. */
const FAULTS: (readonly [string, () => unknown])[] = ODD.filter(([name]) => !/never/.test(name)).flatMap(
  ([name, make], i) => {
    const answers = [`answers ${name}`, make] as const;
    const rejects = [`rejects with ${name}`, () => rejectionOf(make())] as const;
    const throws = [`throws ${name}`, () => throwIt(make())] as const;
    return i % 4 === 0 ? [answers, rejects, throws] : [answers];
  },
);

function throwIt(odd: unknown): never {
  throw quiet(odd);
}

function quiet(odd: unknown): unknown {
  if (types.isPromise(odd)) odd.catch(() => undefined);
  return odd;
}

async function rejectionOf(odd: unknown): Promise<never> {
  throw quiet(odd);
}

/** The credentials of an app whose database does odd things while it is told to. */
function breakable() {
  const real = storeCredentials(memoryStore());
  const state: { verb?: Verb; act?: () => unknown } = {};
  const store: CredentialStore = {
    inTenant(tenant) {
      return new Proxy(real.inTenant(tenant), {
        get: (target, verb: Verb) =>
          state.verb === verb ? state.act : (target[verb] as () => unknown).bind(target),
      });
    },
  };
  return { real, store, state };
}

for (const express of versions) {
  describe(`[T51] passkeys over what is broken, on Express ${express}`, function () {
    this.timeout(60_000);
    // What is loaded when it is first used would take longer than the functions of these apps may.
    before(loadLibrary);

    it("credentials that answer or throw anything let nobody in at a second factor", async () => {
      const { store, state } = breakable();
      const app = webauthnApp({ express, factors: { credentials: store, limits: LIMITS } });
      const { device } = await withCredential(app);
      // Where the counter cannot be compared and written, nothing is proven; "true" is that it was.
      for (const verb of ["find", "replace"] as const)
        for (const [name, act] of FAULTS) {
          const me = await login(app);
          const answer = device.get(await challenge(me));
          Object.assign(state, { verb, act });
          const second = await me.post("/passkey_verification", answer);
          delete state.verb;
          const where = `${verb} ${name}`;
          if (verb === "replace" && name === "answers true") continue;
          expect(second.status, where).to.be.within(400, 503);
          await me.get("/chat").expect(401);
          app.clock.advance(3_600_000);
        }
      expect(app.thrown.every((each) => each instanceof Error)).to.equal(true);
      const me = await login(app);
      await me.post("/passkey_verification", device.get(await challenge(me))).expect(200);
    });

    it("credentials that answer or throw anything sign nobody in", async () => {
      const { store, state } = breakable();
      const app = webauthnApp({ express, factors: { credentials: store, limits: LIMITS } });
      const { device } = await withCredential(app);
      for (const [name, act] of FAULTS) {
        const me = visitor(app);
        const answer = device.get(await optionsFrom(me, "/passkey_sign_in/challenge"));
        Object.assign(state, { verb: "find", act });
        const { status } = await me.post("/passkey_sign_in", answer);
        delete state.verb;
        expect(status, name).to.be.within(400, 503);
        await me.get("/chat").expect(401);
      }
    });

    it("nor do credentials that never answer, and no request waits for them", async () => {
      const { store, state } = breakable();
      const app = webauthnApp({ express, factors: { credentials: store, timeoutMs: 1000 } });
      const { device } = await withCredential(app);
      const me = await login(app);
      const answer = device.get(await challenge(me));
      const stranger = visitor(app);
      const alone = device.get(await optionsFrom(stranger, "/passkey_sign_in/challenge"));
      Object.assign(state, { verb: "find", act: () => new Promise(() => undefined) });
      const answers = await Promise.all([
        me.post("/passkey_verification", answer),
        stranger.post("/passkey_sign_in", alone),
      ]);
      delete state.verb;
      for (const { status } of answers) expect(status).to.be.within(500, 503);
      for (const each of [me, stranger]) await each.get("/chat").expect(401);
    });

    it("nothing is on file that they did not put there", async () => {
      const { real, store, state } = breakable();
      const app = webauthnApp({ express, factors: { credentials: store, limits: LIMITS } });
      const count = async () => (await real.inTenant("default").list("nora", "passkey")).length;
      for (const [name, act] of FAULTS) {
        const me = await login(app);
        const credential = authenticator().create(await optionsFrom(me, "/security/passkey"));
        const before = await count();
        Object.assign(state, { verb: "add", act });
        const { status } = await me.post("/security/passkey/confirm", credential);
        delete state.verb;
        expect(await count(), `${name} ${status}`).to.equal(before);
        if (name !== "answers true") expect(status, name).to.be.within(400, 503);
        app.clock.advance(3_600_000);
      }
    });

    it("accounts.byId that answers or throws anything signs nobody in but the passkey's owner", async () => {
      const says: { act?: () => unknown } = {};
      const app = webauthnApp({ express, factors: { limits: LIMITS } });
      const broken = webauthnApp({
        express,
        factors: {
          limits: LIMITS,
          accounts: {
            id: (user) => (user as { id: string }).id,
            phone: () => undefined,
            phoneTaken: () => false,
            setPhone: () => true,
            byId: (id) => (says.act === undefined ? app.users.get(id) : says.act()) as never,
          },
        },
      });
      const { device } = await withCredential(broken);
      for (const [name, act] of [...FAULTS, ["another user", () => ({ id: "alice" })] as const]) {
        const me = visitor(broken);
        const answer = device.get(await optionsFrom(me, "/passkey_sign_in/challenge"));
        says.act = act;
        const { status } = await me.post("/passkey_sign_in", answer);
        delete says.act;
        expect(status, name).to.be.within(400, 503);
        await me.get("/chat").expect(401);
      }
      const me = visitor(broken);
      await me
        .post("/passkey_sign_in", device.get(await optionsFrom(me, "/passkey_sign_in/challenge")))
        .expect(200);
    });

    it("a label that is no text is a mistake of the app, and nothing is begun", async () => {
      for (const [name, act] of FAULTS) {
        if (/^answers ("|a long text|half|a blank|a number)/.test(name) && name !== "answers a blank")
          continue;
        const app = webauthnApp({
          express,
          passkey: { label: act as () => string },
        });
        const me = await login(app);
        const { status } = await me.post("/security/passkey");
        if (!/answers (a proxy that says|bytes)/.test(name)) expect(status, name).to.be.within(500, 503);
        await me.get("/security/passkey").expect(401);
        app.server.close();
      }
    });

    it("a factor of the app's own that answers anything in place of { outcome } proves nothing", async () => {
      let says: () => unknown = () => "wrong";
      const own = defineFactor({
        name: "own",
        amr: "hwk",
        class: "key",
        prompt: "elsewhere",
        texts: { en: { label: "Elsewhere", field: "x" } },
        onFile: () => ({}),
        parse: () => "asked",
        judge: () => says() as "right",
      });
      const app = makeApp({ express, more: [own], factors: { limits: LIMITS } });
      for (const [name, make] of FAULTS)
        for (const wrap of [make, () => ({ outcome: quiet(make()) })]) {
          const me = visitor(app);
          await me.logIn("alice");
          says = wrap;
          const { status } = await me.post("/own_verification");
          expect(status, name).to.be.within(400, 503);
          await me.get("/chat").expect(401);
          app.clock.advance(3_600_000);
        }
      says = () => ({ outcome: "right", amr: ["pop"] });
      const me = visitor(app);
      await me.logIn("alice");
      expect((await me.post("/own_verification").expect(200)).body.amr).to.deep.equal(["pop"]);
    });
  });
}

describe("[T51] what a factor says of an answer", () => {
  it("is one of the words, alone or as the outcome, and nothing else", () => {
    const words = ["right", "wrong"];
    expect(readJudged("x", "right", words)).to.deep.equal({ outcome: "right" });
    expect(readJudged("x", { outcome: "wrong", suspicious: "counter" }, words)).to.deep.equal({
      outcome: "wrong",
      suspicious: "counter",
    });
    expect(readJudged("x", { outcome: "right", amr: ["hwk"], id: "7" }, words)).to.deep.equal({
      outcome: "right",
      amr: ["hwk"],
      id: "7",
    });
    for (const odd of [
      "pending",
      { outcome: "pending" },
      { outcome: "right", amr: [] },
      { outcome: "right", amr: "hwk" },
    ])
      expect(() => readJudged("x", odd, words)).to.throw(TypeError, /^x/);
    for (const [name, make] of ODD) {
      if (types.isPromise(quiet(make()))) continue;
      expect(() => readJudged("x", make(), words), name).to.throw();
      expect(() => readJudged("x", { outcome: "right", suspicious: [make()] }, words), name).to.throw(
        TypeError,
      );
      if (name !== "undefined")
        expect(() => readJudged("x", { outcome: "right", id: { a: make() } }, words), name).to.throw(
          TypeError,
        );
    }
  });

  it("enrolled twice at once, one user handle stands", async () => {
    const app = webauthnApp();
    const people = await Promise.all(Array.from({ length: 5 }, () => login(app)));
    const handles = await Promise.all(
      people.map(async (me) => (await optionsFrom(me, "/security/passkey")).user?.id),
    );
    expect(new Set(handles).size).to.equal(1);
    await enrol(people[0]!, "passkey", authenticator());
  });
});
