import { createClient } from "@libsql/client";
import { expect } from "chai";
import session from "express-session";
import {
  backupCodes,
  credentialsMigration,
  factorSettings,
  memoryStore,
  redisStore,
  rotateCredentials,
  sqlCredentials,
  storeCredentials,
  totp,
  type Notice,
} from "../../lib/index.ts";
import { makeApp, SECRET, versions, type AppOptions, type TestApp } from "../support/app.ts";
import { generate, signedIn, spend, withCodes } from "../support/backup-codes-scene.ts";
import { redisOfSuite } from "../support/redis-of-suite.ts";
import { libsqlQuery } from "../support/sql-queries.ts";
import { passed, visitor, type Visitor } from "../support/visitor.ts";

const NEXT = "the next secret of at least thirty-two characters";

for (const express of versions) {
  describe(`a set of backup codes, on Express ${express}`, () => {
    // Express 4 in memory, Express 5 on Redis.
    const suite = express === 5 ? redisOfSuite() : undefined;
    beforeEach(() => suite?.client.flushall());
    const fresh = () => (suite === undefined ? memoryStore() : redisStore(suite.client));
    let notices: Notice<unknown>[];
    beforeEach(() => void (notices = []));
    const make = (more: AppOptions = {}): TestApp =>
      makeApp({
        express,
        store: fresh(),
        more: [totp(), backupCodes()],
        ...more,
        factors: { notify: (notice) => void notices.push(notice), ...more.factors },
        routes: (on, { factors }) => void on.use("/security", factorSettings(factors)),
      });
    const security = async (me: Visitor) =>
      (await me.get("/security").expect(200)).body as {
        factors: Record<"factor" | "id" | "label" | "display" | "added_at" | "last_used_at", string>[];
        can_add: { factor: string }[];
        warnings: string[];
      };
    const named = (app: TestApp, name: string) => app.events.filter((each) => each.name === name);

    it("[T4] lets in the right one of a right and a wrong code that come at once", async () => {
      const app = make();
      const codes = await withCodes(app);
      const [one, other] = [await signedIn(app), await signedIn(app)];
      const answers = await Promise.all([spend(other, "0000-0000-0000-0000"), spend(one, codes[0])]);
      expect(answers.map(({ status }) => status)).to.deep.equal([400, 200]);
    });

    it("[T63] in the place of another ends what other sessions have passed, by whatever factor; the first one ends nothing", async () => {
      const app = make();
      const [me, other] = [await passed(app), await passed(app)];
      const [code] = await generate(me);
      await other.get("/chat").expect(200);
      const third = await signedIn(app);
      await spend(third, code).expect(200);
      await generate(me);
      await me.get("/chat").expect(200);
      for (const each of [other, third]) {
        expect((await each.get("/chat").expect(401)).body.code).to.equal("factor_required");
        await each.post("/backup_codes").expect(401);
      }
      await generate(me);
      await me.get("/chat").expect(200);
    });

    it("[T63] that is used up is replaced like any other", async () => {
      const app = make({ more: [backupCodes({ count: 1 })] });
      const me = await passed(app);
      const [code] = await generate(me);
      const other = await signedIn(app);
      await spend(other, code).expect(200);
      await generate(me);
      await other.get("/chat").expect(401);
    });

    it("[T67] gives a code back where its session could not be written, and tells of nothing", async () => {
      const sessionStore = new session.MemoryStore();
      const app = make({ sessionStore });
      const [code] = await withCodes(app);
      const me = await signedIn(app);
      const set = sessionStore.set.bind(sessionStore);
      sessionStore.set = (_sid, _data, done) => done?.(new Error("session store away"));
      await spend(me, code).expect(500);
      sessionStore.set = set;
      expect(named(app, "backup_code_used")).to.deep.equal([]);
      expect(notices.map(({ kind }) => kind)).not.to.include("backup_code_used");
      const again = await signedIn(app);
      const { body } = await spend(again, code).expect(200);
      expect(body.remaining).to.equal(9);
      await again.get("/chat").expect(200);
    });

    it("[T67] gives a code back to who has logged out while it was judged", async () => {
      const sessionStore = new session.MemoryStore();
      const app = make({ sessionStore });
      const [code] = await withCodes(app);
      const me = await signedIn(app);
      const get = sessionStore.get.bind(sessionStore);
      let reads = 0;
      sessionStore.get = (sid, done) => (++reads > 2 ? done(null, null) : get(sid, done));
      await spend(me, code).expect(401);
      sessionStore.get = get;
      const { body } = await spend(await signedIn(app), code).expect(200);
      expect(body.remaining).to.equal(9);
    });

    it("is listed in the settings, with how many are left, and taken off file there", async () => {
      const app = make();
      const [code] = await withCodes(app);
      const me = await signedIn(app);
      const made = new Date(app.clock()).toISOString();
      app.clock.advance(60_000);
      await spend(me, code).expect(200);
      const {
        factors: [phone, codes],
        warnings,
      } = await security(me);
      expect(phone).to.deep.equal({
        factor: "sms",
        id: null,
        label: "Phone",
        display: "***-***-5678",
        added_at: null,
        last_used_at: null,
      });
      const last_used_at = new Date(app.clock()).toISOString();
      expect(codes).to.deep.include({ factor: "backup-code", label: "Backup codes", display: "9 left" });
      expect(codes).to.deep.include({ added_at: made, last_used_at });
      expect(warnings).to.deep.equal(["only_phone"]);
      const other = await passed(app);
      await me.post("/security/backup-code/remove", { id: "another" }).expect(400);
      await me.post("/security/backup-code/remove", { id: codes?.id }).expect(200);
      await other.get("/chat").expect(401);
      await me.get("/chat").expect(200);
      expect((await security(me)).warnings).to.deep.equal(["only_phone", "no_backup_codes"]);
      expect(named(app, "factor_removed").map(({ event }) => event.factor)).to.deep.equal(["backup-code"]);
      expect((await me.get("/backup_codes").expect(200)).body.generated_at).to.equal(null);
    });

    it("is made at the settings door too, and few that are left are a warning", async () => {
      const app = make({ more: [backupCodes({ count: 2, low: 1 })] });
      const me = await passed(app);
      expect((await security(me)).can_add).to.deep.equal([{ factor: "backup-code", label: "Backup codes" }]);
      const { body } = await me.post("/security/backup-code").expect(201);
      expect(body.codes).to.have.length(2);
      expect((await security(me)).warnings).to.deep.equal(["only_phone"]);
      await spend(await signedIn(app), body.codes[0]).expect(200);
      expect((await security(me)).warnings).to.deep.equal(["only_phone", "backup_codes_low"]);
      const page = visitor(app, "html");
      await page.logIn("alice");
      await spend(page, body.codes[1]).expect(303);
      const { text } = await page.post("/security/backup-code").expect(200);
      expect(text.match(/[0-9A-Z]{4}(-[0-9A-Z]{4}){3}/g)).to.have.length.at.least(2);
      await page.post("/security/backup-code/done").expect(303).expect("Location", "/security");
      const settings = (await page.get("/security").expect(200)).text;
      expect(settings).to.include("2 left").and.include('action="/security/backup-code/remove"');
      expect(settings).to.include('href="/backup_codes/new"').and.include("***-5678");
    });

    it("is erased with the account", async () => {
      const app = make();
      const [code] = await withCodes(app);
      await app.factors.erase("alice");
      expect((await spend(await signedIn(app), code).expect(400)).body.code).to.equal("not_enrolled");
    });

    it("[B8] is sealed anew when the secret changes: the codes on paper stay good", async () => {
      const store = fresh();
      const codes = await withCodes(make({ store }));
      const secret = [NEXT, SECRET];
      for await (const { unopened, failed } of rotateCredentials(storeCredentials(store), { secret }))
        expect(unopened + failed).to.equal(0);
      const app = make({ store, factors: { secret: NEXT } });
      const { body } = await spend(await signedIn(app), codes[3]).expect(200);
      expect(body.remaining).to.equal(9);
    });

    it("is kept in the app's own database where that keeps the credentials, and no code can be read there", async () => {
      const client = createClient({ url: ":memory:" });
      await client.execute(credentialsMigration("sqlite"));
      const credentials = sqlCredentials({ query: libsqlQuery(client), dialect: "sqlite" });
      const app = make({ factors: { credentials } });
      const codes = await withCodes(app);
      await spend(await signedIn(app), codes[0]).expect(200);
      const { rows } = await client.execute("SELECT * FROM factor_credentials");
      expect(rows.map(({ account, kind }) => [account, kind])).to.deep.equal([["alice", "backup-code"]]);
      const dump = JSON.stringify(rows);
      for (const code of codes)
        expect(dump).not.to.include(code).and.not.include(code.replaceAll("-", "")).and.not.include("scrypt");
      if (suite !== undefined) expect((await suite.client.keys("{factors}e*")).join()).to.equal("");
    });
  });
}
