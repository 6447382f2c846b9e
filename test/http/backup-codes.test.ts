import { expect } from "chai";
import { sealedCredentials } from "../../lib/credentials/sealed-credentials.ts";
import { backupCodes, createSecretBox, storeCredentials, type Notice } from "../../lib/index.ts";
import { makeApp, SECRET, versions, type AppOptions, type TestApp } from "../support/app.ts";
import { generate, signedIn, spend, withCodes, WRONG } from "../support/backup-codes-scene.ts";
import { passed, visitor, withCode, wrong } from "../support/visitor.ts";

const SHAPE = /^[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{4}){3}$/;
const MINUTE = 60_000;

for (const express of versions) {
  describe(`backup codes, on Express ${express}`, () => {
    let notices: Notice<unknown>[];
    beforeEach(() => void (notices = []));

    const make = (more: AppOptions = {}): TestApp =>
      makeApp({
        express,
        call: {},
        more: [backupCodes()],
        ...more,
        factors: { notify: (notice) => void notices.push(notice), ...more.factors },
      });
    const named = (app: TestApp, name: string) => app.events.filter((each) => each.name === name);

    it("[F1] are ten of 80 bits each, all different, written XXXX-XXXX-XXXX-XXXX", async () => {
      const app = make();
      const me = await passed(app);
      const { body, headers } = await me.post("/backup_codes").expect(201);
      expect(body.codes).to.have.length(10);
      expect(new Set(body.codes)).to.have.length(10);
      for (const code of body.codes) expect(code).to.match(SHAPE);
      expect(body).to.deep.include({
        remaining: 10,
        generated_at: new Date(app.clock()).toISOString(),
        low: false,
      });
      expect(headers["cache-control"]).to.equal("no-store");
    });

    it("[T22] [F5] are shown once: asked again, only how many are left and when they were made", async () => {
      const app = make();
      const me = await passed(app);
      expect((await me.get("/backup_codes").expect(200)).body).to.deep.equal({
        remaining: 0,
        generated_at: null,
        low: false,
      });
      const codes = await generate(me);
      const { body } = await me.get("/backup_codes").expect(200);
      expect(body).to.deep.equal({
        remaining: 10,
        generated_at: new Date(app.clock()).toISOString(),
        low: false,
      });
      const later = await me.agent.get("/backup_codes/new").set("Accept", "text/html").expect(200);
      for (const code of codes) expect(later.text).not.to.include(code);
    });

    it("let their owner in, once each", async () => {
      const app = make();
      const [first, second] = (await withCodes(app)) as [string, string];
      const me = await signedIn(app);
      const { body } = await spend(me, first).expect(200);
      expect(body).to.deep.include({
        success: true,
        method: "backup-code",
        amr: ["otp"],
        remaining: 9,
        low: false,
      });
      await me.get("/chat").expect(200);
      const again = await signedIn(app);
      expect((await spend(again, first).expect(400)).body.code).to.equal("invalid_code");
      await spend(again, second).expect(200);
    });

    it("[T19] [F2] one code in 20 parallel requests lets one in", async () => {
      const app = make();
      const [code] = await withCodes(app);
      const all = await Promise.all(Array.from({ length: 20 }, async () => signedIn(app)));
      const answers = await Promise.all(all.map(async (me) => (await spend(me, code)).status));
      expect(answers.filter((status) => status === 200)).to.have.length(1);
    });

    it("[T21] [F7] are read in any case, with spaces and dashes, o for 0, i and l for 1", async () => {
      const app = make({ factors: { random: () => 0 } });
      const zeros = (await withCodes(app))[0] as string;
      expect(zeros).to.equal("0000-0000-0000-0000");
      for (const typed of [
        "oooo-OOOO 0000 oo-00",
        "\u200b0000\u20110000—0000 0000",
        "００００oooo００００oooo",
      ])
        await spend(await signedIn(app), typed).expect(200);
      const ones = make({ factors: { random: () => 1 } });
      await withCodes(ones);
      await spend(await signedIn(ones), "iIlL-1111-llll-IIII").expect(200);
    });

    it("[T20] [F2] after one is used the others still work", async () => {
      const app = make();
      const codes = await withCodes(app);
      for (const [i, code] of codes.entries()) {
        const { body } = await spend(await signedIn(app), code.toLowerCase()).expect(200);
        expect(body).to.include({ remaining: 9 - i, low: 9 - i <= 3 });
      }
    });

    it("[F9] being low is told in the answer, on the page, as an event and to the owner", async () => {
      const app = make();
      const codes = await withCodes(app);
      for (const code of codes.slice(0, 7)) await spend(await signedIn(app), code).expect(200);
      expect(named(app, "backup_codes_low").map(({ event }) => event.remaining)).to.deep.equal([3]);
      expect(
        notices.filter(({ kind }) => kind === "backup_codes_low").map(({ remaining }) => remaining),
      ).to.deep.equal([3]);
      const me = await passed(app);
      expect((await me.get("/backup_codes").expect(200)).body).to.include({ remaining: 3, low: true });
      const { text } = await me.agent.get("/backup_codes/new").set("Accept", "text/html").expect(200);
      expect(text).to.include("Backup codes left: 3").and.include('class="error"');
    });

    it("[F6] [M1] a use, and a new set, are told to the owner and as events, without the code", async () => {
      const app = make();
      const codes = await withCodes(app);
      await spend(await signedIn(app), codes[0]).expect(200);
      expect(notices.map(({ kind, account, remaining }) => [kind, account, remaining])).to.deep.equal([
        ["backup_codes_generated", "alice", 10],
        ["backup_code_used", "alice", 9],
      ]);
      expect(named(app, "backup_code_used").map(({ event }) => event.remaining)).to.deep.equal([9]);
      const told = JSON.stringify([app.events, notices]);
      for (const code of codes) expect(told).not.to.include(code).and.not.include(code.replaceAll("-", ""));
    });

    it("[T22] [F6] a new set kills the old one", async () => {
      const app = make();
      const me = await passed(app);
      const [old] = await generate(me);
      const [fresh] = await generate(me);
      await spend(await signedIn(app), old).expect(400);
      await spend(await signedIn(app), fresh).expect(200);
    });

    it("[T22] of a set that is replaced at that very moment pass nowhere, and use up nothing of the new one", async () => {
      const app = make();
      for (let i = 0; i < 10; i++) {
        const owner = await passed(app);
        const old = await generate(owner);
        const me = await signedIn(app);
        const [replaced, spent] = await Promise.all([owner.post("/backup_codes"), spend(me, old[3])]);
        expect(replaced.status).to.equal(201);
        const { body } = await owner.get("/backup_codes").expect(200);
        expect(body.remaining, `the old code was answered ${spent.status}`).to.equal(10);
        app.clock.advance(3_600_000);
        await app.factors.unlock("alice");
      }
    });

    it("[T22] [F6] a new set needs a factor passed in the last ten minutes", async () => {
      const app = make();
      const half = await signedIn(app);
      expect((await half.post("/backup_codes").expect(401)).body.code).to.equal("factor_required");
      expect((await half.get("/backup_codes").expect(401)).body.code).to.equal("factor_required");
      const me = await passed(app);
      app.clock.advance(10 * MINUTE - 1);
      await me.post("/backup_codes").expect(201);
      app.clock.advance(1);
      expect((await me.post("/backup_codes").expect(401)).body.code).to.equal("factor_required");
      await me.get("/backup_codes").expect(200);
      await visitor(app).post("/backup_codes").expect(401);
    });

    it("[T23] [C8] [F8] wrong backup codes and wrong text codes are one lockout", async () => {
      const app = make({ factors: { deviceCookie: false } });
      const codes = await withCodes(app);
      const { me, code } = await withCode(app);
      for (let i = 0; i < 3; i++) await me.verify(wrong(code)).expect(400);
      for (let i = 0; i < 7; i++) await spend(me, WRONG).expect(400);
      expect((await spend(me, codes[0]).expect(429)).body.code).to.equal("too_many_requests");
      await me.verify(code).expect(429);
      await app.factors.unlock("alice");
      await spend(me, codes[0]).expect(200);
    });

    it("a burst of wrong ones makes no more hashes than there are guesses", async () => {
      const app = make();
      const [good] = await withCodes(app);
      const me = await signedIn(app);
      const { user, system } = process.cpuUsage();
      const answers = await Promise.all(
        Array.from({ length: 90 }, async () => (await spend(me, WRONG)).body.code as string),
      );
      const spent = process.cpuUsage({ user, system });
      expect(answers.filter((code) => code === "invalid_code")).to.have.length(10);
      expect((spent.user + spent.system) / 1000, "ms, where 90 guesses would hash for 1500").to.be.lessThan(
        900,
      );
      await app.factors.unlock("alice");
      await spend(me, good).expect(200);
    });

    it("from an address that is over its limit they are refused, and none is used up", async () => {
      const app = make({ trustProxy: true, factors: { limits: { guessesPerIp: 1 } } });
      const codes = await withCodes(app);
      for (const code of codes) await spend(await signedIn(app), code).expect(429);
      expect(named(app, "backup_code_used")).to.deep.equal([]);
      const me = visitor(app, "json", { "X-Forwarded-For": "203.0.113.9" });
      await me.logIn("alice");
      const { body } = await spend(me, codes[0]).expect(200);
      expect(body.remaining).to.equal(9);
    });

    it("are proof that a factor is on file: without a phone, a password alone registers none", async () => {
      const app = make();
      const [code] = await withCodes(app);
      (app.users.get("alice") as { phone?: string | undefined }).phone = undefined;
      const thief = await signedIn(app);
      expect((await thief.register("0978 000 111").expect(401)).body.code).to.equal("factor_required");
      const owner = await signedIn(app);
      await spend(owner, code).expect(200);
      await owner.register("0978 000 111").expect(201);
      await owner.verify(app.outbox.code("+886978000111")).expect(200);
    });

    it("what cannot be a code costs no guess, and names the field", async () => {
      const app = make();
      await withCodes(app);
      const me = await signedIn(app);
      for (const bad of [
        "",
        "123456",
        "UUUU-UUUU-UUUU-UUUU",
        "x".repeat(5000),
        7,
        null,
        ["0000"],
        { a: 1 },
      ]) {
        const { body } = await spend(me, bad).expect(400);
        expect(body, JSON.stringify(bad)).to.include({ code: "invalid_code", field: "backup_code" });
      }
      expect((await spend(me, WRONG).expect(400)).body.attempts_remaining).to.equal(9);
    });
  });
}

describe("backup codes", () => {
  it("are options: how many, how long, what is low", async () => {
    const app = makeApp({ more: [backupCodes({ count: 4, length: 20, low: 3 })] });
    const me = await passed(app);
    const { body } = await me.post("/backup_codes").expect(201);
    expect(body.codes).to.have.length(4);
    expect(body.codes[0]).to.match(/^[0-9A-Z]{4}(-[0-9A-Z]{4}){4}$/);
    for (const bad of [{ count: 0 }, { count: 21 }, { length: 12 }, { low: -1 }, { lenght: 16 }])
      expect(() => backupCodes(bad)).to.throw(TypeError, Object.keys(bad)[0]);
  });

  it("[B3][T22] [B2] are stored as salted hashes only, and a guess takes under 50 ms of CPU", async () => {
    const app = makeApp({ more: [backupCodes()] });
    const me = await passed(app);
    const { body } = await me.post("/backup_codes").expect(201);
    const values: string[] = [];
    const { credentials } = app.factors.store;
    const { list } = credentials;
    credentials.list = async (...asked) => {
      const all = await list(...asked);
      values.push(...all.map(({ value }) => value));
      return all;
    };
    const other = visitor(app);
    await other.logIn("alice");
    const { user, system } = process.cpuUsage();
    await other.post("/backup_code_verification", { backup_code: WRONG }).expect(400);
    const spent = process.cpuUsage({ user, system });
    expect((spent.user + spent.system) / 1000).to.be.lessThan(50);
    const [sealed] = values;
    expect(sealed, "sealed by us").to.match(/^1\.[\w-]+/);
    const box = createSecretBox(SECRET);
    const opened = await sealedCredentials(storeCredentials(app.factors.store), box, "default")
      .ofKind<{ parameters: string; records: Record<string, string> }>("backup-code")
      .list("alice");
    const { records, parameters } = (opened[0] as (typeof opened)[number]).value;
    const kept = [...values, JSON.stringify(opened)].join();
    for (const code of body.codes as string[])
      for (const form of [code, code.replaceAll("-", "")]) expect(kept).not.to.include(form);
    expect(parameters).to.match(/^scrypt/);
    expect(new Set(Object.values(records).map((each) => each.slice(0, 16)))).to.have.length(10);
  });
});
