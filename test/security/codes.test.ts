import { expect } from "chai";
import { randomInt } from "node:crypto";
import { createFactors, memoryStore, sms, type Factors } from "../../lib/index.ts";
import type { ChallengeRef, Challenges, Purpose } from "../../lib/challenges/challenge.ts";
import { createChallenges } from "../../lib/challenges/challenges.ts";
import { createRows } from "../../lib/challenges/failures.ts";
import { systemRandom } from "../../lib/challenges/code.ts";
import { createSecretBox } from "../../lib/crypto/secret.ts";
import { outbox, type Outbox } from "../../lib/testing/outbox.ts";
import { settableClock } from "../../lib/testing/settable-clock.ts";
import { rejects } from "node:assert/strict";
import { accountsIn, ALICE, makeApp, SECRET, type TestApp, type User } from "../support/app.ts";
import { visitor, withCode, wrong } from "../support/visitor.ts";

describe("a code", () => {
  it("[T1] is worth nothing by having been asked for: no request without it opens a guarded page", async () => {
    const { me } = await withCode(makeApp());
    await me.get("/chat").expect(401);
    await me.post("/code").expect(400);
    await me.post("/sms_verification").expect(400);
    await me.get("/chat").expect(401);
    expect((await me.get("/me")).body.passed).to.deep.equal([]);
  });

  it("[T14] [A4] passes one millisecond before its expiry and is refused at it", async () => {
    for (const [ms, status] of [
      [299_999, 200],
      [300_000, 401],
    ] as const) {
      const app = makeApp();
      const { me, code } = await withCode(app);
      app.clock.advance(ms);
      await me.verify(code).expect(status);
    }
  });

  it("[A9] a resend repeats it without a longer life; resend: new replaces it, and the old one is refused", async () => {
    const same = makeApp();
    const { me, code } = await withCode(same);
    same.clock.advance(299_000);
    await me.send().expect(201);
    expect(same.outbox.code()).to.equal(code);
    same.clock.advance(1000);
    await me.verify(code).expect(401);

    const fresh = makeApp({ sms: { resend: "new" }, factors: { random: sequence() } });
    const { me: other, code: old } = await withCode(fresh);
    fresh.clock.advance(30_000);
    await other.send().expect(201);
    expect(fresh.outbox.code()).not.to.equal(old);
    await other.verify(old).expect(400);
    await other.verify(fresh.outbox.code()).expect(200);
  });

  it("[A6] passes once: the same form once more is answered alike, and counts for nothing", async () => {
    const app = makeApp();
    const { me, code } = await withCode(app);
    const { body: first } = await me.verify(code).expect(200);
    const { body: passed } = await me.get("/me");
    app.clock.advance(1000);
    expect((await me.verify(code).expect(200)).body).to.deep.equal(first);
    expect((await me.get("/me")).body.passed).to.deep.equal(passed.passed);
    expect(completed(app)).to.equal(1);
    await me.verify(wrong(code)).expect(401);
    await visitor(app).verify(code).expect(401);
  });

  it("[T2] [A6] [T60] of 50 parallel right answers exactly one passes, and all end in its session", async () => {
    const app = makeApp();
    const { me, code } = await withCode(app);
    const answers = await Promise.all(Array.from({ length: 50 }, () => me.verify(code)));
    expect(answers.map(({ status }) => status)).to.deep.equal(answers.map(() => 200));
    expect(completed(app)).to.equal(1);
    expect(new Set(answers.map(({ headers }) => sidOf(headers["set-cookie"])))).to.have.length(1);
    await me.get("/chat").expect(200);
  });

  it("[C12][T3] [T4] 50 parallel wrong guesses never exceed the budget; a right one beside a wrong one passes", async () => {
    const { me, code } = await withCode(makeApp());
    const bodies = (await Promise.all(Array.from({ length: 50 }, () => me.verify(wrong(code))))).map(
      (each) => each.body,
    );
    expect(bodies.filter((body) => body.code === "invalid_code")).to.have.length(4);
    await me.verify(code).expect(400);
    const { me: other, code: right } = await withCode(makeApp());
    const answers = await Promise.all([other.verify(wrong(right)), other.verify(right)]);
    expect(answers[1].status).to.equal(200);
  });

  it("[A7] does not pass in another session of the same account", async () => {
    const app = makeApp({ sms: { cooldownSeconds: [0] }, factors: { random: sequence() } });
    const { me, code } = await withCode(app);
    const { me: other, code: others } = await withCode(app);
    await other.verify(code).expect(400);
    await me.verify(others).expect(400);
    await me.verify(code).expect(200);
    await other.verify(others).expect(200);
  });

  it("[T8] does not pass for another account, nor with another account or number named in the body", async () => {
    const app = makeApp();
    const { code } = await withCode(app);
    const { me: nora } = await withCode(app, "nora");
    for (const more of [
      {},
      { account: "alice" },
      { phone_number: ALICE },
      { to: ALICE },
      { tenant: "other" },
      { user: "alice" },
    ]) {
      await nora.post("/sms_verification", { pin_number: code, ...more }).expect(400);
    }
    await nora.get("/chat").expect(401);
  });
});

const completed = ({ events }: TestApp) =>
  events.filter(({ name }) => name === "phone_otp_verify_completed").length;
const sidOf = (cookies: unknown) => /connect\.sid=([^;]+)/.exec(String(cookies))?.[1];

describe("what a code is bound to", () => {
  const rules = {
    codeLength: 6,
    ttlMs: 300_000,
    resend: "same" as const,
    sends: { cooldownsMs: [0], perHour: 1000, perDay: 1000 },
    guesses: { perCode: 10, perHour: 100, inARow: 100 },
  };
  const store = () => memoryStore();
  const make = (shared: ReturnType<typeof memoryStore>, tenant = "default") =>
    createChallenges({
      store: shared,
      box: createSecretBox(SECRET),
      clock: settableClock(),
      random: systemRandom,
      tenant,
      spending: { spendingOf: () => undefined, breakerKeyOf: () => undefined },
      rows: createRows(true),
    });
  const base: ChallengeRef = {
    purpose: "login",
    account: "alice",
    kind: "phone",
    to: ALICE,
    area: undefined,
    binding: "b",
    onFile: true,
    factor: "sms",
    channel: "sms",
    bucket: "strangers",
  };
  const keeping = { note: "", other: "replace", keepMs: 0 } as const;
  const codeOf = async (challenges: Challenges, ref: ChallengeRef): Promise<string> => {
    const issued = await challenges.issue(ref, rules, undefined, keeping);
    return "code" in issued ? issued.code : expect.fail("something else is pending");
  };
  /** Each of the refs is asked for, and the code tried at every one of them. */
  const onlyTheDiagonalPasses = async (refs: readonly ChallengeRef[]) => {
    for (const [i, asked] of refs.entries()) {
      for (const [k, tried] of refs.entries()) {
        const shared = store();
        const code = await codeOf(make(shared), asked);
        const { outcome } = await make(shared).verify(tried, code, rules, undefined);
        expect(outcome === "passed", `${i} at ${k}: ${outcome}`).to.equal(i === k);
      }
    }
  };

  it("[A7] [T7] only the diagonal passes: purpose x purpose, account, number, binding and tenant each change everything", async () => {
    const purposes: Purpose[] = ["login", "step-up", "phone"];
    const refs: ChallengeRef[] = [
      ...purposes.map((purpose) => ({ ...base, purpose })),
      { ...base, account: "bob" },
      { ...base, to: "+12015550123" },
      { ...base, binding: "c" },
    ];
    await onlyTheDiagonalPasses(refs);
    const shared = store();
    const code = await codeOf(make(shared, "one"), base);
    expect((await make(shared, "two").verify(base, code, rules, undefined)).outcome).to.equal("failed");
  });

  it("[T7] [B7] crafted identifiers do not meet: what is glued on one side is not what is glued on the other", async () => {
    const crafted = [
      "",
      ":",
      "*",
      "{}",
      "{factors}",
      "\n",
      "\0",
      "5:alice",
      "alice-phone",
      "alice:phone",
      "x".repeat(200),
      "__proto__",
    ];
    const refs = crafted.flatMap((text): ChallengeRef[] => [
      { ...base, account: `alice${text}`, binding: "b" },
      { ...base, account: "alice", binding: `${text}b` },
      { ...base, account: "alice", to: `${ALICE}${text}` },
    ]);
    const distinct = new Map(refs.map((ref) => [JSON.stringify(ref), ref]));
    await onlyTheDiagonalPasses([...distinct.values()]);
  });

  it("[T7] an account id that is no text of 1 to 200 characters is the app's mistake, told before anything is sent", async () => {
    for (const id of ["", "x".repeat(201), 7, undefined]) {
      const { factors, box } = bare({ id: id as string, phone: ALICE });
      await rejects(factors.begin(request(id as string)), TypeError);
      expect(box.messages).to.have.length(0);
    }
    for (const id of ["+1…-reset", ":", "*", "{}", "\n", "\0", "x".repeat(200)]) {
      const { factors, box } = bare({ id, phone: ALICE });
      const one = request(id);
      await factors.begin(one);
      await factors.verify(one, "sms", box.code());
    }
  });

  function bare(user: User): { factors: Factors; box: Outbox } {
    const box = outbox();
    const factors = createFactors<User>({
      secret: SECRET,
      accounts: accountsIn(new Map([[user.id, user]])),
      factors: [sms({ transport: box })],
    });
    return { factors, box };
  }

  function request(id: string) {
    return {
      user: { id },
      headers: {},
      session: { regenerate: (done: () => void) => done() },
      sessionID: "one",
    };
  }
});

/** Different codes in a row, so that two codes of a test are never equal by chance. */
function sequence(): (below: number) => number {
  let next = randomInt(100_000);
  return () => (next += 1111);
}
