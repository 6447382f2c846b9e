import { expect } from "chai";
import {
  backupCodes,
  defineFactor,
  factorSettings,
  FactorStrategy,
  type DefinedFactor,
  type IssuedCodes,
  type Judged,
  type Notice,
} from "../../lib/index.ts";
import { makeApp, versions, type AppOptions, type TestApp } from "../support/app.ts";
import { until } from "../support/redis-server.ts";
import { passed, visitor, type Visitor } from "../support/visitor.ts";

/** What a stranger's factor keeps: how many of its numbers are on paper, and which is next. */
interface Paper {
  numbers: string[];
  made: number;
}

/** Transaction numbers on paper, as a stranger writes it: each good once. */
function papers(
  slow: { judge?: Promise<void>; issue?: Promise<void> } = {},
  more: object = {},
): DefinedFactor {
  return defineFactor<string, Paper>({
    name: "paper",
    amr: "otp",
    class: "saved",
    texts: { en: { label: "Use your paper", name: "Paper", field: "Number" } },
    parse: (typed) => (typeof typed === "string" && /^\d{4}$/.test(typed) ? typed : undefined),
    async onFile(account, { credentials }) {
      const [paper] = await credentials.list(account);
      return paper && { id: paper.id, remaining: paper.value.numbers.length };
    },
    async judge({ account }, number, { credentials }): Promise<"wrong" | Judged> {
      const [paper] = await credentials.list(account);
      if (paper === undefined || !paper.value.numbers.includes(number)) return "wrong";
      const numbers = paper.value.numbers.filter((each) => each !== number);
      await credentials.replace(account, paper, { ...paper.value, numbers });
      await slow.judge;
      return {
        outcome: "right",
        remaining: numbers.length,
        low: numbers.length < 2,
        async giveBack() {
          const [now] = await credentials.list(account);
          if (now !== undefined) await credentials.replace(account, now, paper.value);
        },
      };
    },
    issue: {
      async issue(account, { credentials, random, clock }): Promise<IssuedCodes> {
        const [before] = await credentials.list(account);
        const numbers = Array.from({ length: 3 }, (_, i) => String(1000 * (i + 1) + random(1000)));
        const paper = { numbers, made: clock() };
        if (before === undefined) await credentials.add(account, account, paper, 1);
        else await credentials.replace(account, before, paper);
        await slow.issue;
        return {
          codes: numbers,
          async giveBack() {
            const [now] = await credentials.list(account);
            if (before === undefined) await credentials.remove(account, account);
            else if (now !== undefined) await credentials.replace(account, now, before.value);
          },
        };
      },
      async inventory(account, { credentials }) {
        const [paper] = await credentials.list(account);
        if (paper === undefined) return undefined;
        const { numbers, made } = paper.value;
        return {
          remaining: numbers.length,
          generated_at: new Date(made).toISOString(),
          low: numbers.length < 2,
        };
      },
      remove: (account, _id, { credentials }) => credentials.remove(account, account),
    },
    ...more,
  });
}

for (const express of versions) {
  describe(`codes that a stranger's factor hands out, on Express ${express}`, () => {
    let notices: Notice<unknown>[];
    beforeEach(() => void (notices = []));
    const make = (factor = papers(), options: AppOptions = {}): TestApp =>
      makeApp({
        express,
        more: [factor],
        ...options,
        factors: { notify: (notice) => void notices.push(notice), timeoutMs: 100, ...options.factors },
        routes(on, { factors, passport }) {
          passport.use(new FactorStrategy("paper", factors));
          on.use("/security", factorSettings(factors));
          on.post("/by_strategy", passport.authenticate("paper") as never, (req, res) =>
            res.json(req.authInfo),
          );
        },
      });
    const generate = async (me: Visitor) =>
      (await me.post("/security/paper").expect(201)).body as { codes: string[]; remaining: number };
    const signedIn = async (app: TestApp) => {
      const me = visitor(app);
      await me.logIn("alice");
      return me;
    };
    const type = (me: Visitor, code: unknown) => me.post("/paper_verification", { paper: code });
    const shown = async (me: Visitor) => {
      const { factors } = (await me.get("/security").expect(200)).body as { factors: { display: string }[] };
      return factors.at(-1)?.display;
    };
    const names = (app: TestApp) =>
      app.events.map(({ name }) => name).filter((name) => !name.startsWith("phone_"));

    it("are made at the settings door, good once each, and told by generic names", async () => {
      const app = make();
      const me = await passed(app);
      const { codes, remaining } = await generate(me);
      expect(codes).to.have.length(3);
      expect(remaining).to.equal(3);
      const other = await signedIn(app);
      expect((await type(other, codes[0]).expect(200)).body).to.deep.include({ remaining: 2, low: false });
      await other.get("/chat").expect(200);
      await type(await signedIn(app), codes[0]).expect(400);
      const third = await signedIn(app);
      const { body } = await third.post(`/by_strategy?paper=${codes[1]}`).expect(200);
      expect(body).to.deep.equal({ method: "paper", amr: ["otp"], remaining: 1, low: true });
      expect(names(app)).to.deep.equal(["factor_added", "factor_passed", "factor_failed", "factor_passed"]);
      expect(app.events.at(-1)?.event).to.include({ factor: "paper", remaining: 1 });
      expect(notices.map(({ kind, factor }) => [kind, factor])).to.deep.equal([["factor_added", "paper"]]);
      const { factors } = (await me.get("/security").expect(200)).body as { factors: object[] };
      expect(factors.at(-1)).to.deep.include({ factor: "paper", label: "Paper", display: "1 left" });
    });

    it("are told by the names that it gives, few that are left too", async () => {
      const events = { passed: "backup_code_used", failed: "backup_code_mismatch", low: "backup_codes_low" };
      const app = make(
        papers({}, { events, notices: { passed: "backup_code_used", low: "backup_codes_low" } }),
      );
      const { codes } = await generate(await passed(app));
      await type(await signedIn(app), codes[0]).expect(200);
      await type(await signedIn(app), codes[1]).expect(200);
      await type(await signedIn(app), codes[1]).expect(400);
      expect(names(app)).to.deep.equal([
        "factor_added",
        "backup_code_used",
        "backup_code_used",
        "backup_codes_low",
        "backup_code_mismatch",
      ]);
      expect(notices.map(({ kind, remaining }) => [kind, remaining])).to.deep.equal([
        ["factor_added", 3],
        ["backup_code_used", 2],
        ["backup_code_used", 1],
        ["backup_codes_low", 1],
      ]);
    });

    it("[T63] in the place of others end what other sessions have passed; so does their removal", async () => {
      const app = make();
      const me = await passed(app);
      const { codes } = await generate(me);
      let other = await signedIn(app);
      await type(other, codes[0]).expect(200);
      const next = await generate(me);
      await other.get("/chat").expect(401);
      other = await signedIn(app);
      await type(other, next.codes[0]).expect(200);
      await me.post("/security/paper/remove", { id: "alice" }).expect(200);
      await other.get("/chat").expect(401);
      await me.get("/chat").expect(200);
      expect((await me.post("/security/paper/remove", { id: "alice" }).expect(400)).body.code).to.equal(
        "not_enrolled",
      );
    });

    it("are for who has passed a factor in the last ten minutes, and begin the failures in a row anew", async () => {
      const app = make(papers({}, { limits: { guessesInARow: 3 } }), { factors: { deviceCookie: false } });
      const half = await signedIn(app);
      expect((await half.post("/security/paper").expect(401)).body.code).to.equal("factor_required");
      const me = await passed(app);
      const { codes } = await generate(me);
      const thief = await signedIn(app);
      for (let i = 0; i < 3; i++) await type(thief, "0000").expect(400);
      expect((await type(thief, codes[0]).expect(403)).body.code).to.equal("factor_disabled");
      const next = await generate(me);
      await type(thief, next.codes[0]).expect(200);
      app.clock.advance(10 * 60_000);
      await me.post("/security/paper").expect(401);
    });

    it("stand beside backup codes, with a button of their own in the settings", async () => {
      const app = make(undefined, { more: [backupCodes(), papers()] });
      const me = visitor(app, "html");
      await me.logIn("alice");
      await me.send().expect(303);
      await me.verify(app.outbox.code()).expect(303);
      const { text } = await me.get("/security").expect(200);
      expect(text).to.include('action="/security/paper"').and.include('href="/backup_codes/new"');
      const page = await me.post("/security/paper").expect(200);
      expect(page.text.match(/<code>\d{4}<\/code>/g)).to.have.length(3);
      await me.post("/security/paper/done").expect(303).expect("Location", "/security");
    });

    it("[T67] are given back where the answer came too late: nobody has passed by it, or has seen the set", async () => {
      const slow: { judge?: Promise<void>; issue?: Promise<void> } = {};
      const app = make(papers(slow));
      const me = await passed(app);
      const { codes } = await generate(me);
      let go = () => {};
      slow.judge = new Promise((resolve) => void (go = resolve));
      const other = await signedIn(app);
      expect((await type(other, codes[0]).expect(503)).body.code).to.equal("verifier_unavailable");
      await other.get("/chat").expect(401);
      delete slow.judge;
      go();
      await until(async () => (await shown(me)) === "3 left");
      await type(other, codes[0]).expect(200);
      slow.issue = new Promise((resolve) => void (go = resolve));
      await me.post("/security/paper").expect(500);
      delete slow.issue;
      go();
      await until(async () => (await shown(me)) === "2 left");
      await type(await signedIn(app), codes[1]).expect(200);
    });
  });
}
