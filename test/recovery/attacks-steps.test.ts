import { expect } from "chai";
import { memoryStore } from "../../lib/index.ts";
import { visitor } from "../support/visitor.ts";
import { FOB, fob, letter, letterBox } from "../support/recovery-factors.ts";
import {
  PASSWORD,
  putTotp,
  recoveryApp,
  walker,
  type RecoveryApp,
  type Walker,
} from "../support/recovery-scene.ts";

const box = letterBox();

/** A recovery in each of its states, by the way there. */
const STATES: Record<string, (walk: Walker) => Promise<unknown>> = {
  offer: async () => {},
  entry: (walk) => walk.step("yes"),
  failed: async (walk) => {
    await walk.step("yes");
    await walk.respond("000000");
  },
  more: async (walk) => {
    await walk.step("no");
    await walk.step("yes");
    await walk.respond(box.code("alice"));
  },
  none: async (walk) => {
    await walk.step("no");
    await walk.step("no");
  },
};
const make = () => recoveryApp({ more: [letter(box)] });

async function at(app: RecoveryApp, state: string): Promise<Walker> {
  if (!(await app.factors.importTotp("alice", "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"))) throw new Error("no app");
  const walk = walker(app);
  await walk.start();
  await (STATES[state] as (walk: Walker) => Promise<unknown>)(walk);
  expect(walk.view.state).to.equal(state);
  return walk;
}

describe("an attacker of the steps of a recovery", () => {
  for (const state of Object.keys(STATES))
    it(`[R1][R2][T49][H16] gets no reset in the state ${state}, nor by another way, no, or starting over from there`, async () => {
      for (const input of [undefined, "another_way", "no", "start_over", "yes", "again"]) {
        const app = make();
        const walk = await at(app, state);
        const { gen } = walk.view;
        if (input !== undefined) walk.view = (await walk.me.post("/recovery/step", { gen, input })).body;
        await walk.password(PASSWORD, 409);
        expect(walk.view.state).not.to.be.oneOf(["reset", "done"]);
        expect(app.written).to.deep.equal([]);
      }
    });

  it("[R3] gets nothing by fields that nobody asked for, in the body or behind the question mark", async () => {
    const app = make();
    const walk = await at(app, "failed");
    const extra = {
      tryAnotherWay: "on",
      state: "reset",
      proofs: ["letter"],
      position: { state: "reset" },
      account: "nora",
    };
    const query = "?tryAnotherWay=on&state=reset&proofs[]=letter&input=respond";
    const { gen } = walk.view;
    const { body } = await walk.me
      .post(`/recovery/step${query}`, { gen, input: "another_way", ...extra })
      .expect(200);
    expect(body).to.deep.include({ state: "offer", factor: "letter", proofs: [] });
    await walk.me
      .post(`/recovery/password${query}`, { gen: body.gen, password: PASSWORD, ...extra })
      .expect(409);
    const { body: again } = await walk.me.post("/recovery", { identifier: "alice", ...extra }).expect(201);
    expect(again).to.deep.include({ state: "offer", factor: "totp", proofs: [] });
    expect(app.written).to.deep.equal([]);
  });

  it("[R6] changes nothing from an old tab", async () => {
    const app = make();
    const walk = await at(app, "offer");
    const old = walk.view.gen;
    await walk.step("yes");
    for (const gen of [old, walk.view.gen + 1, 0, -1, "1e9", null, [walk.view.gen], undefined]) {
      const { body } = await walk.me.post("/recovery/step", { gen, input: "start_over" }).expect(409);
      expect(body).to.deep.include({
        state: "entry",
        factor: "totp",
        gen: walk.view.gen,
        code: "recovery_moved",
      });
    }
    await walk.look();
    walk.is("entry", "totp");
  });

  it("[R7] moves once from one generation, and sends once, however many come at once", async () => {
    const app = make();
    const walk = await at(app, "offer");
    await walk.step("no");
    const before = box.sent.length;
    const { gen } = walk.view;
    const all = await Promise.all(
      Array.from({ length: 200 }, () => walk.me.post("/recovery/step", { gen, input: "yes" })),
    );
    expect(all.filter(({ status }) => status === 200)).to.have.length(1);
    expect(all.filter(({ status }) => status === 409)).to.have.length(199);
    expect(box.sent).to.have.length(before + 1);
  });

  it("[R7] judges a right answer once, and no wrong one beside it undoes it", async () => {
    const app = make();
    const walk = await at(app, "offer");
    await walk.step("no");
    await walk.step("yes");
    const { gen } = walk.view;
    const code = box.code("alice");
    const all = await Promise.all(
      Array.from({ length: 60 }, () =>
        walk.me.post("/recovery/step", { gen, input: "respond", response: code }),
      ),
    );
    expect(all.filter(({ status }) => status === 200).map(({ body }) => body.state)).to.deep.equal(["more"]);
    await walk.look();
    walk.is("more", undefined);
  });

  it("[R47][R48] goes by what is on file at each move", async () => {
    const has = new Set<string>();
    const app = recoveryApp({
      more: [fob((account) => has.has(account)), letter(box)],
      recovery: { reveal: "always", keyMode: "mandatory", factors: ["fob", "letter"] },
    });
    const walk = walker(app);
    await walk.start();
    walk.is("offer", "letter");
    await walk.step("yes");
    has.add("alice");
    await walk.respond(box.code("alice"));
    walk.is("failed", "letter");
    await walk.step("another_way");
    walk.is("entry", "fob");
    has.delete("alice");
    await walk.respond(FOB);
    walk.is("failed", "fob");
    expect(app.written).to.deep.equal([]);
  });

  it("[R32] is told which field is wrong, and nothing is begun, whatever the identifier is", async () => {
    const app = make();
    const me = visitor(app);
    const bad = [
      ["alice"],
      { alice: 1 },
      "",
      " ",
      "a".repeat(10_000),
      "ali\0ce",
      "alice\r\nBcc: x",
      7,
      null,
      undefined,
      true,
    ];
    for (const identifier of bad) {
      const { body } = await me.post("/recovery", { identifier }).expect(400);
      expect(body).to.deep.include({ code: "invalid_request", field: "identifier", state: "identify" });
    }
    const form = visitor(app, "html");
    const twice = await form.agent.post("/recovery").type("form").send("identifier=alice&identifier=nora");
    expect(twice.status).to.equal(400);
    expect(app.events).to.deep.equal([]);
  });

  it("[R3] is told which field is wrong at a step", async () => {
    const app = make();
    const walk = await at(app, "offer");
    const { gen } = walk.view;
    for (const [more, field] of [
      [{}, "input"],
      [{ input: "reset" }, "input"],
      [{ input: ["yes"] }, "input"],
      [{ input: "__proto__" }, "input"],
      [{ input: "choose" }, "choice"],
      [{ input: "pick", factor: {} }, "factor"],
    ] as const) {
      const { body } = await walk.me.post("/recovery/step", { gen, ...more }).expect(400);
      expect(body).to.deep.include({ code: "invalid_request", field, state: "offer", gen });
    }
    await walk.step("choose", { choice: "sms" }, 409);
    await walk.step("pick", { factor: "letter" }, 409);
    await walk.step("respond", { response: "123456" }, 409);
  });

  it("costs nothing where an answer cannot be right", async () => {
    const app = make();
    const walk = await at(app, "entry");
    for (const response of ["", "12", ["123456"], { a: 1 }, undefined, null, 123456]) {
      const { body } = await walk.me
        .post("/recovery/step", { gen: walk.view.gen, input: "respond", response })
        .expect(400);
      expect(body).to.deep.include({ code: "invalid_code", state: "entry", gen: walk.view.gen });
    }
    expect(app.events.map(({ name }) => name)).not.to.include("factor_failed");
  });

  it("[R65][T50] is refused from another site, start over included", async () => {
    const app = make();
    const walk = await at(app, "more");
    for (const path of ["", "/step", "/password"])
      await walk.me
        .post(`/recovery${path}`, {
          gen: walk.view.gen,
          input: "start_over",
          identifier: "x",
          password: PASSWORD,
        })
        .set("Sec-Fetch-Site", "cross-site")
        .expect(403);
    await walk.look();
    walk.is("more", undefined);
  });

  it("[R21] has no use for what was begun in another recovery, or for another account", async () => {
    const app = recoveryApp({ more: [letter(box)], recovery: { factors: ["letter"] } });
    const [mine, other] = [walker(app), walker(app)];
    await mine.start("alice");
    await mine.step("yes");
    const code = box.code("alice");
    await other.start("alice");
    await other.step("yes");
    const second = box.code("alice");
    if (code !== second) {
      await other.respond(code);
      other.is("failed", "letter");
    }
    const nora = walker(app);
    await nora.start("nora");
    await nora.step("yes");
    await nora.respond(box.code("alice"));
    nora.is("failed", "letter");
    await mine.respond(code);
    mine.is("reset", undefined);
  });

  it("[R50][T17] uses a code of an authenticator app once, over all recoveries and logins", async () => {
    const store = memoryStore();
    // Only the number of starts, sends and tries is in the way of so many; a recovery's own guesses are counted as ever.
    const limiter: typeof store.limiter = (policy) => store.limiter({ ...policy, points: 1_000_000 });
    const app = recoveryApp({ store: { ...store, limiter }, more: [letter(box)] });
    const secret = await putTotp(app, "alice");
    const walks = await Promise.all(
      Array.from({ length: 200 }, async () => {
        const walk = walker(app);
        await walk.start();
        await walk.step("yes");
        return walk;
      }),
    );
    const code = app.codeOf(secret);
    const answers = await Promise.all(
      walks.map(({ me, view: { gen } }) =>
        me.post("/recovery/step", { gen, input: "respond", response: code }),
      ),
    );
    const judged = answers.filter(({ status }) => status === 200);
    expect(judged.length).to.be.greaterThan(1);
    expect(answers.filter(({ status }) => status !== 200 && status !== 429)).to.deep.equal([]);
    expect(judged.filter(({ body }) => body.proofs.length === 1)).to.have.length(1);
    const me = visitor(app);
    await me.logIn("alice");
    await me.post("/totp_verification", { code }).expect(400);
  });

  it("is over after half an hour, and is told so", async () => {
    const app = make();
    const walk = await at(app, "entry");
    app.clock.advance(30 * 60_000 - 1);
    await walk.look();
    walk.is("entry", "totp");
    app.clock.advance(1);
    const { body } = await walk.me
      .post("/recovery/step", { gen: walk.view.gen, input: "failed" })
      .expect(409);
    expect(body).to.deep.include({ state: "identify", message: "This recovery is over. Start again." });
    expect(body).not.to.have.property("flow");
  });
});
