import { expect } from "chai";
import { memoryStore, redisStore } from "../../lib/index.ts";
import { redisOfSuite } from "../support/redis-of-suite.ts";
import { visitor, type Visitor } from "../support/visitor.ts";
import { invitationOf, name, named, signedIn, waysApp, type WaysApp } from "../support/ways-scene.ts";

const HOUR = 3_600_000;

async function asked(app: WaysApp, account = "alice", state?: unknown): Promise<unknown> {
  return (await app.way("delegate").begin(account, state)).state;
}

const judged = (app: WaysApp, state: unknown, typed: unknown, account = "alice") =>
  app.way("delegate").judge(account, state, typed);
const waiting = async (me: Visitor): Promise<{ id: string; from: string }[]> =>
  (await me.get("/vouch").expect(200)).body.waiting;

async function vouch(me: Visitor): Promise<string> {
  const [only] = await waiting(me);
  const { body } = await me.post("/vouch", { id: only?.id, approves: true }).expect(200);
  expect(body).to.have.keys("approved", "number");
  return body.number as string;
}

for (const backend of ["memory", "Redis"] as const) {
  describe(`a person whom somebody trusts, with the ${backend} store`, () => {
    const suite = backend === "Redis" ? redisOfSuite() : undefined;
    let app: WaysApp;
    beforeEach(async () => {
      await suite?.client.flushall();
      app = waysApp({ store: suite === undefined ? memoryStore() : redisStore(suite.client) });
    });

    it("[H9] is named, accepts, reads a number out; and whoever is let in by it types it", async () => {
      const { bob } = await named(app);
      const state = await asked(app);
      expect(await judged(app, state, "123456")).to.equal("wrong");
      const [only] = await waiting(bob);
      expect(only).to.include({ factor: "delegate", from: "alice of Chat" });
      const number = await vouch(bob);
      expect(number).to.match(/^\d{6}$/);
      expect(await vouch(bob), "once more").to.equal(number);
      expect(await judged(app, state, number === "000000" ? "000001" : "000000")).to.equal("wrong");
      expect(await judged(app, state, ` ${number.slice(0, 3)}-${number.slice(3)} `)).to.equal("right");
      expect(app.messages).to.deep.equal([
        { kind: "invited", to: "bob", from: "alice", name: "alice of Chat", tenant: "default" },
        { kind: "asked", to: "bob", from: "alice", name: "alice of Chat", tenant: "default" },
      ]);
      expect(JSON.stringify([app.events, app.messages, app.notices])).not.to.include(number);
      const told = app.events.map((each) => each.name);
      expect(told).to.include.members(["factor_added", "contact_accepted", "approval_given"]);
    });

    it("[H9] counts for nothing before they accept, and is told nothing then", async () => {
      const [alice, bob] = [await signedIn(app, "alice"), await signedIn(app, "bob")];
      await name(alice, "bob");
      const { factors, invited } = (await alice.get("/security").expect(200)).body;
      expect(factors.map((each: { factor: string }) => each.factor)).to.deep.equal(["sms"]);
      expect(invited).to.have.length(1);
      expect(invited[0]).to.include({ factor: "delegate", display: "bob" });
      expect(await app.way("delegate").definition.onFile("alice", app.way("delegate").kit)).to.deep.equal([]);
      const state = await asked(app);
      expect(app.messages.map(({ kind }) => kind)).to.deep.equal(["invited"]);
      expect(await waiting(bob)).to.deep.equal([]);
      await bob.post("/security/delegate/accept", { id: await invitationOf(bob) }).expect(200);
      expect(await waiting(bob)).to.have.length(1);
      expect(await judged(app, state, await vouch(bob))).to.equal("right");
    });

    it("[H9] a no ends the request; of 20 answers at once, one counts", async () => {
      const { bob } = await named(app);
      const state = await asked(app);
      const [only] = await waiting(bob);
      const answers = await Promise.all(
        Array.from({ length: 20 }, (_, i) => bob.post("/vouch", { id: only?.id, approves: i % 2 === 0 })),
      );
      const yes = answers.filter(({ body }) => body.approved === true);
      const no = answers.filter(({ body }) => body.approved === false);
      expect([yes.length > 0, no.length > 0]).to.include.members([true, false]);
      const number = (yes[0]?.body.number as string | undefined) ?? "123456";
      expect(await judged(app, state, number)).to.equal(yes.length > 0 ? "right" : "wrong");
    });

    it("[H9] taken back by either while it waits, is dead", async () => {
      const { alice, bob, id } = await named(app);
      const state = await asked(app);
      const number = await vouch(bob);
      await alice.post("/security/delegate/remove", { id }).expect(200);
      expect(await judged(app, state, number)).to.equal("wrong");
      expect(await waiting(bob)).to.deep.equal([]);
      expect((await bob.get("/security").expect(200)).body.invitations).to.deep.equal([]);
      await name(alice, "bob");
      await bob.post("/security/delegate/accept", { id: await invitationOf(bob) }).expect(200);
      await bob.post("/security/delegate/decline", { id: await invitationOf(bob) }).expect(200);
      const { factors, invited } = (await alice.get("/security").expect(200)).body;
      expect([factors.length, invited]).to.deep.equal([1, []]);
    });

    it("[T11] keeps no number and nobody's name in clear", async () => {
      const { bob } = await named(app);
      await asked(app);
      const number = await vouch(bob);
      if (suite === undefined) return;
      const dump: unknown[] = [];
      for (const key of await suite.client.keys("*")) {
        const type = await suite.client.type(key);
        if (type === "string") dump.push(key, await suite.client.get(key));
        if (type === "hash") dump.push(key, await suite.client.hgetall(key));
      }
      expect(JSON.stringify(dump)).not.to.match(new RegExp(`${number}|of Chat|bob@`));
    });
  });
}

describe("a person whom somebody trusts", () => {
  it("[H9] has a day; only who began may type the number, and five times", async () => {
    const app = waysApp();
    const { bob } = await named(app);
    const state = await asked(app);
    const number = await vouch(bob);
    expect(await judged(app, undefined, number)).to.equal("wrong");
    expect(await judged(app, { request: "another" }, number)).to.equal("wrong");
    expect(await judged(app, state, number, "bob")).to.equal("wrong");
    app.clock.advance(24 * HOUR - 60_000);
    expect(await judged(app, state, number)).to.equal("right");
    app.clock.advance(60_000);
    expect(await judged(app, state, number)).to.equal("wrong");
    const next = await asked(app);
    const again = await vouch(await signedIn(app, "bob"));
    const wrong = again === "000000" ? "000001" : "000000";
    for (let i = 0; i < 5; i++) expect(await judged(app, next, wrong)).to.equal("wrong");
    expect(await judged(app, next, again)).to.equal("wrong");
  });

  it("[H9] sees nobody's requests but of those for whom they stand, and only wholly signed in", async () => {
    const app = waysApp();
    await named(app);
    await asked(app);
    const [nora, alice] = [await signedIn(app, "nora"), await signedIn(app, "alice")];
    expect(await waiting(nora)).to.deep.equal([]);
    expect(await waiting(alice)).to.deep.equal([]);
    const half = visitor(app);
    await half.logIn("bob");
    expect((await half.get("/vouch").expect(401)).body.code).to.equal("factor_required");
    expect((await half.post("/vouch", { id: "x", approves: true }).expect(401)).body.code).to.equal(
      "factor_required",
    );
    for (const id of [undefined, null, "", {}, ["x"]])
      expect((await nora.post("/vouch", { id, approves: true }).expect(400)).body.code).to.equal(
        "invalid_request",
      );
    expect((await nora.post("/vouch", { id: "x", approves: true }).expect(401)).body.code).to.equal(
      "code_expired",
    );
  });

  it("may be somebody with nothing but a password", async () => {
    const app = waysApp();
    const [alice, nora] = [await signedIn(app, "alice"), await signedIn(app, "nora")];
    await name(alice, "nora");
    await nora.post("/security/delegate/accept", { id: await invitationOf(nora) }).expect(200);
    const state = await asked(app);
    expect(await judged(app, state, await vouch(nora))).to.equal("right");
  });

  it("[R58][H9] are not each other's only way back", async () => {
    const app = waysApp();
    const [nora, otto] = [await signedIn(app, "nora"), await signedIn(app, "otto")];
    await name(nora, "otto");
    await otto.post("/security/delegate/accept", { id: await invitationOf(otto) }).expect(200);
    await name(otto, "nora");
    const id = await invitationOf(nora);
    const { body } = await nora.post("/security/delegate/accept", { id }).expect(400);
    expect(body.code).to.equal("no_other_way");
    app.users.get("nora")!.phone = "+886912345670";
    const again = visitor(app);
    await again.logIn("nora");
    await again.send().expect(201);
    await again.verify(app.outbox.code()).expect(200);
    await again.post("/security/delegate/accept", { id }).expect(200);
  });

  it("[H19][T43] are asked for in the same way where there are none: the same answer, and as long", async () => {
    const app = waysApp({ more: { tell: () => new Promise(() => {}) } });
    await named(app);
    const scene = app.way("delegate");
    const [known, unknown] = [await scene.begin("alice"), await scene.begin("decoy x")];
    expect(Object.keys(known)).to.deep.equal(Object.keys(unknown));
    expect(known.shown).to.deep.equal(unknown.shown);
    expect(await judged(app, unknown.state, "123456", "decoy x")).to.equal("wrong");
  });
});
