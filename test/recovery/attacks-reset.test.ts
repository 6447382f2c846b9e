import { expect } from "chai";
import { requireFactors } from "../../lib/index.ts";
import { visitor } from "../support/visitor.ts";
import { letter, letterBox } from "../support/recovery-factors.ts";
import {
  PASSWORD,
  putTotp,
  recoveryApp,
  walker,
  type RecoveryApp,
  type RecoveryAppOptions,
  type Walker,
} from "../support/recovery-scene.ts";

const box = letterBox();
const make = (options: RecoveryAppOptions = {}) =>
  recoveryApp({ more: [letter(box)], ...options, recovery: { factors: ["letter"], ...options.recovery } });

async function atReset(app: RecoveryApp, identifier = "alice"): Promise<Walker> {
  const walk = walker(app);
  await walk.start(identifier);
  await walk.step("yes");
  await walk.respond(box.code(identifier));
  walk.is("reset", undefined);
  return walk;
}

describe("the reset of a recovery", () => {
  it("[R8][T45][H15] writes one password of all that come at once, and tells once", async () => {
    const app = make({ reset: async () => new Promise((resolve) => setImmediate(resolve, true)) });
    const walk = await atReset(app);
    const { gen } = walk.view;
    const all = await Promise.all(
      Array.from({ length: 50 }, (_, i) =>
        walk.me.post("/recovery/password", { gen, password: `${PASSWORD} ${i}` }),
      ),
    );
    expect(all.filter(({ status }) => status === 200)).to.have.length(1);
    expect(all.filter(({ status }) => status === 409)).to.have.length(49);
    expect(app.written).to.have.length(1);
    expect(app.notices.map(({ kind }) => kind)).to.deep.equal(["password_reset"]);
    await walk.password(PASSWORD, 409);
    expect(walk.view.state).to.equal("done");
  });

  it("[R9][T45][H14][H15] keeps the permit through bad passwords, and says what is wrong with each", async () => {
    const app = make({
      recovery: {
        password: { words: () => ["Alice Liddell"], breached: (typed) => typed.includes("breached") },
      },
    });
    const walk = await atReset(app);
    for (const [password, reason, message] of [
      ["short", "short", "Use at least 15 characters"],
      ["x".repeat(257), "long", "Use at most 256 characters"],
      ["1qaz2wsx3edc4rfv", "common", "This is one of the passwords that are tried first. Choose another"],
      [
        "alice-liddell-1865",
        "context",
        "This is too close to your name, your address or the name of this site. Choose another",
      ],
      ["a breached password", "breached", "This password is known from a data breach. Choose another"],
    ] as const) {
      const body = await walk.password(password, 422);
      expect(body).to.deep.include({
        code: "password_refused",
        field: "password",
        reason,
        message,
        state: "reset",
      });
    }
    for (let i = 0; i < 20; i++) await walk.password(`no${i}`, 422);
    for (const odd of ["", ["a"], { a: 1 }, null, undefined, 7]) await walk.password(odd, 400);
    expect(app.written).to.deep.equal([]);
    await walk.password("ﬁve weird wörds 🎩 x");
    expect(app.written).to.have.length(1);
  });

  it("[H14] takes what the app refuses for no password either, and the permit stays", async () => {
    const used = new Set([PASSWORD]);
    const app = make({ reset: async (_user, password) => (used.has(password) ? "refused" : true) });
    const walk = await atReset(app);
    expect(await walk.password(PASSWORD, 422)).to.deep.include({ reason: "refused", state: "reset" });
    await walk.password(`${PASSWORD} and one more`);
  });

  it("[H14] takes how often a password was seen in breaches for a yes, as services answer it, and never for a no", async () => {
    const seen = new Map([[PASSWORD, 12]]);
    const app = make({ recovery: { password: { breached: (typed) => seen.get(typed) ?? 0 } } });
    const walk = await atReset(app);
    expect(await walk.password(PASSWORD, 422)).to.deep.include({ reason: "breached", state: "reset" });
    await walk.password(`${PASSWORD} and one more`);
  });

  it("takes a password where the service of breaches is away, and tells of it", async () => {
    const app = make({ recovery: { password: { breached: () => Promise.reject(new Error("away")) } } });
    await (await atReset(app)).password(PASSWORD);
    expect(String(app.told[0])).to.include("away");
  });

  it("[R10][H10] belongs to the browser that made the proof", async () => {
    const app = make();
    const walk = await atReset(app);
    const thief = visitor(app);
    const { body } = await thief
      .post("/recovery/password", { gen: walk.view.gen, password: PASSWORD })
      .expect(409);
    expect(body.state).to.equal("identify");
    await thief
      .post("/recovery/password", { gen: walk.view.gen, password: PASSWORD, flow: "A".repeat(22) })
      .expect(409);
    expect(app.written).to.deep.equal([]);
  });

  it("[R11][H10] is over after a quarter of an hour", async () => {
    const app = make();
    const walk = await atReset(app);
    app.clock.advance(15 * 60_000 - 1);
    expect((await walk.look()).state).to.equal("reset");
    app.clock.advance(1);
    await walk.password(PASSWORD, 409);
    expect(app.written).to.deep.equal([]);
  });

  it("[R12][R13][H11] signs nobody in, before or after", async () => {
    const app = make({
      routes(routes, { factors }) {
        routes.get(
          "/if",
          requireFactors(factors, { ifEnrolled: true }),
          (_req, res) => void res.json({ in: true }),
        );
      },
    });
    const walk = await atReset(app);
    for (const path of ["/chat", "/fresh", "/if", "/security", "/second_factor"])
      await walk.me.get(path).expect(401);
    await walk.password(PASSWORD);
    expect((await walk.me.get("/me")).body.user).to.equal(null);
    await walk.me.get("/chat").expect(401);
  });

  it("[R64] runs beside a session of somebody else, which neither helps nor changes", async () => {
    const app = make();
    await putTotp(app, "nora");
    const walk = walker(app);
    await walk.me.logIn("alice");
    const { sid } = (await walk.me.get("/me")).body as { sid: string };
    await walk.start("nora");
    await walk.step("yes");
    await walk.respond(box.code("alice"));
    walk.is("failed", "letter");
    await walk.step("again");
    await walk.step("yes");
    await walk.respond(box.code("nora"));
    walk.is("none", undefined);
    expect((await walk.me.get("/me")).body).to.deep.include({ user: "alice", sid });
    expect(app.events.filter(({ event }) => event.account === "alice")).to.deep.equal([]);
  });

  it("[R66] goes on under a handle that a planted cookie does not hold", async () => {
    const app = make();
    const attacker = walker(app);
    const { flow } = await attacker.start();
    const victim = walker(app);
    await victim.me.agent.get("/").set("Cookie", `factors_recovery=${flow}`);
    const step = (input: string, more: object, gen: number) =>
      victim.me.post("/recovery/step", { gen, input, flow, ...more });
    await step("yes", {}, 1).expect(200);
    const { body } = await step("respond", { response: box.code("alice") }, 3).expect(200);
    expect(body.state).to.equal("reset");
    expect(body.flow).not.to.equal(flow);
    await attacker.look();
    attacker.is("identify", undefined);
    await attacker.me.post("/recovery/password", { gen: body.gen, password: PASSWORD }).expect(409);
    expect(app.written).to.deep.equal([]);
  });

  it("keeps its handle in a cookie of its own, for its own paths only", async () => {
    const app = make();
    const me = visitor(app);
    const started = await me.post("/recovery", { identifier: "alice" }).expect(201);
    const cookie = String(started.headers["set-cookie"]);
    expect(cookie).to.match(
      /^factors_recovery=[\w-]{22}; Path=\/recovery; Max-Age=\d+; HttpOnly; SameSite=Lax; Secure$/,
    );
    const over = await me.post("/recovery/step", { gen: 1, input: "start_over" }).expect(200);
    expect(String(over.headers["set-cookie"])).to.match(/^factors_recovery=; Path=\/recovery; Max-Age=0;/);
  });

  it("[R73] gives the permit back where the app cannot write the password, and tells nobody", async () => {
    let fails = true;
    const app = make({
      reset: async () => {
        if (fails) throw new Error("the database is away");
        return true;
      },
    });
    const walk = await atReset(app);
    expect((await walk.password(PASSWORD, 503)).code).to.equal("reset_failed");
    expect(app.notices).to.deep.equal([]);
    expect(app.told.map(String).join()).to.include("the database is away");
    fails = false;
    await walk.look();
    walk.is("reset", undefined);
    await walk.password(PASSWORD);
    expect(app.written).to.have.length(1);
  });
});
