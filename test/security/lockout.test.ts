import { expect } from "chai";
import { type Notice } from "../../lib/index.ts";
import { makeApp, type AppOptions, type TestApp } from "../support/app.ts";
import { passed, visitor, wrong, type Visitor } from "../support/visitor.ts";

const SETTINGS: AppOptions = { sms: { cooldownSeconds: [0], sendsPerHour: 100, sendsPerDay: 100 } };

/** Ten wrong codes, over as many messages as that takes. */
async function lock(app: TestApp, me: Visitor): Promise<void> {
  for (let i = 0; i < 10; i++) {
    if (i % 5 === 0) await me.send().expect(201);
    await me.verify(wrong(app.outbox.code())).expect(400);
  }
}

describe("the lockout of an account", () => {
  it("[C1] [C6] holds over sessions: strangers who know the password share one budget", async () => {
    const app = makeApp(SETTINGS);
    await lock(app, await strangerTo(app));
    const next = await strangerTo(app);
    expect((await next.send().expect(429)).body.code).to.equal("too_many_requests");
  });

  it("[C11] never locks out a device on which the owner has passed before", async () => {
    const app = makeApp(SETTINGS);
    const owner = await passed(app);
    await owner.post("/logout").expect(200);
    await lock(app, await strangerTo(app));
    await owner.logIn("alice");
    await owner.send().expect(201);
    await owner.verify(app.outbox.code()).expect(200);
    await (await strangerTo(app)).send().expect(429);
  });

  it("a known device that guesses wrong locks itself, and nobody else", async () => {
    const app = makeApp(SETTINGS);
    const owner = await passed(app);
    await owner.post("/logout").expect(200);
    await owner.logIn("alice");
    await lock(app, owner);
    await owner.send().expect(429);
    const elsewhere = await strangerTo(app);
    await elsewhere.send().expect(201);
    await elsewhere.verify(app.outbox.code()).expect(200);
  });

  it("a device cookie of one account, forged or moved, is worth nothing for another", async () => {
    const app = makeApp({ ...SETTINGS, users: { alice: "+886912345678", bob: "+886912345679" } });
    await lock(app, await strangerTo(app));
    const bob = await passed(app, "bob");
    await bob.post("/logout").expect(200);
    await bob.logIn("alice");
    await bob.send().expect(429);
    const forger = visitor(app, "json", {
      Cookie: "factors_device=AAAAAAAAAAAA.AAAAAAAAAAAAAAAAAAAAAA; factors_device=%%%",
    });
    await forger.agent.post("/login").send({ user: "alice" }).expect(200);
  });

  it("the cookie is made by a passed factor only, and tells nothing: HttpOnly, SameSite, Secure, no account, no number", async () => {
    const app = makeApp(SETTINGS);
    const me = visitor(app);
    await me.logIn("alice");
    const sent = await me.send().expect(201);
    expect(String(sent.headers["set-cookie"] ?? "")).not.to.include("factors_device");
    const { headers } = await me.verify(app.outbox.code()).expect(200);
    const cookie = [headers["set-cookie"] ?? []].flat().find((each) => each.startsWith("factors_device="));
    expect(cookie).to.match(
      /^factors_device=[\w-]{12}\.[\w-]{22}; Path=\/; Max-Age=15552000; HttpOnly; SameSite=Lax; Secure$/,
    );
  });

  it("can be switched off", async () => {
    const app = makeApp({ ...SETTINGS, factors: { deviceCookie: false } });
    const owner = await passed(app);
    await owner.post("/logout").expect(200);
    await lock(app, await strangerTo(app));
    await owner.logIn("alice");
    await owner.send().expect(429);
  });

  it("ends with `unlock`, at once and on every device; tells it; a disabled factor stays disabled", async () => {
    const app = makeApp(SETTINGS);
    const owner = await passed(app);
    await lock(app, await strangerTo(app));
    await owner.post("/logout").expect(200);
    await owner.logIn("alice");
    await lock(app, owner);
    await app.factors.unlock("alice");
    await owner.send().expect(201);
    await owner.verify(app.outbox.code()).expect(200);
    expect(app.events.map(({ name }) => name)).to.include.members(["account_locked", "account_unlocked"]);

    const disabled = makeApp({ sms: { guessesInARow: 1 } });
    const me = await strangerTo(disabled);
    await me.send().expect(201);
    await me.verify(wrong(disabled.outbox.code())).expect(400);
    await disabled.factors.unlock("alice");
    expect((await me.verify(disabled.outbox.code()).expect(403)).body.code).to.equal("factor_disabled");
  });

  it("[C2] a phone that is off comes back when the app's support says that it was bound anew, and by nothing else", async () => {
    const app = makeApp({ sms: { guessesInARow: 1 } });
    const me = await strangerTo(app);
    await me.send().expect(201);
    const code = app.outbox.code();
    await me.verify(wrong(code)).expect(400);
    app.clock.advance(60_000);
    await me.send().expect(403);
    await app.factors.rebound("alice");
    await me.send().expect(201);
    await me.verify(app.outbox.code()).expect(200);
  });

  it("[M1] [M3] [M5] its owner is told by the notify hook, and a hook that fails hurts nobody", async () => {
    const notices: Notice[] = [];
    const app = makeApp({
      ...SETTINGS,
      factors: {
        notify(notice) {
          notices.push(notice as Notice);
          throw new Error("the mail server is away");
        },
      },
    });
    await lock(app, await strangerTo(app));
    expect(notices.map(({ kind }) => kind)).to.deep.equal(["account_locked"]);
    expect(notices[0]).to.include({ account: "alice", at: app.clock(), locale: "en" });
    expect(JSON.stringify(notices)).not.to.include(app.outbox.code());
    expect(app.told.map((each) => (each as Error).message)).to.deep.equal(["the mail server is away"]);
  });
});

async function strangerTo(app: TestApp, user = "alice"): Promise<Visitor> {
  const me = visitor(app);
  await me.logIn(user);
  return me;
}
