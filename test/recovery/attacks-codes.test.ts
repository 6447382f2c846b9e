import { expect } from "chai";
import { graphql } from "../../lib/graphql/graphql.ts";
import { backupCodeFactor } from "../../lib/factors/backup-codes.ts";
import { trustedDevice } from "../../lib/index.ts";
import { ALICE } from "../support/app.ts";
import { PASSWORD, putTotp, recoveryApp, STEP, walker, type RecoveryApp } from "../support/recovery-scene.ts";
import { visitor, wrong, type Kind } from "../support/visitor.ts";

/** Into the authenticator app's entry. */
async function atTotp(app: RecoveryApp) {
  const walk = walker(app);
  await walk.start();
  walk.is("offer", "totp");
  await walk.step("yes");
  return walk;
}

describe("an attacker of the codes of a recovery", () => {
  it("[R51][T17] has no use for a code of an older step, nor for a clock that went back", async () => {
    const app = recoveryApp();
    const secret = await putTotp(app, "alice");
    const first = await atTotp(app);
    await first.respond(app.codeOf(secret));
    expect(first.view.proofs).to.have.length(1);
    const older = await atTotp(app);
    await older.respond(app.codeOf(secret, -1));
    older.is("failed", "totp");
    await older.step("again");
    await older.respond(app.codeOf(secret));
    older.is("failed", "totp");
    app.clock.set(app.clock() - 2 * STEP);
    const back = await atTotp(app);
    await back.respond(app.codeOf(secret, 1));
    back.is("failed", "totp");
    app.clock.set(0);
    const { status } = await walker(app).me.post("/recovery", { identifier: "alice" });
    expect(status).to.be.oneOf([201, 429]);
    expect(app.thrown).to.deep.equal([]);
  });

  it("[R53][H4] has one proof by two codes of a set, in the recovery and at the login behind it", async () => {
    const make = (secondProof: "now" | "at-login") =>
      recoveryApp({
        users: { alice: ALICE },
        more: [backupCodeFactor()],
        recovery: { factors: ["backup-code", "totp"], secondProof },
      });
    const set = async (app: RecoveryApp) => {
      const me = visitor(app);
      await me.logIn("alice");
      await me.send().expect(201);
      await me.verify(app.outbox.code()).expect(200);
      return ((await me.post("/backup_codes").expect(201)).body as { codes: string[] }).codes;
    };
    const app = make("now");
    const secret = await putTotp(app, "alice");
    const [one, two] = await set(app);
    const walk = walker(app);
    await walk.start();
    await walk.step("yes");
    await walk.respond(one);
    walk.is("more", undefined);
    expect(walk.view.prompt?.["factors"]).to.deep.equal([
      { factor: "totp", label: "Use your authenticator app" },
    ]);
    await walk.step("pick", { factor: "backup-code" }, 409);
    await walk.respond(two, 409);
    await walk.password(PASSWORD, 409);
    await walk.step("pick", { factor: "totp" });
    await walk.step("yes");
    await walk.respond(app.codeOf(secret));
    walk.is("reset", undefined);

    const later = make("at-login");
    await putTotp(later, "alice");
    const [first, second] = await set(later);
    const alone = walker(later);
    await alone.start();
    await alone.step("yes");
    await alone.respond(first);
    await alone.password(PASSWORD);
    const me = visitor(later);
    await me.logIn("alice");
    const { body } = await me.post("/backup_code_verification", { backup_code: second }).expect(401);
    expect(body.code).to.equal("factor_required");
    expect(body.factors).to.include("totp").and.not.include("backup-code");
  });

  it("[R79] sees numbers for transfer whose digits are as likely as each other, leading zeros among them", async () => {
    const numbers: string[] = [];
    const app = recoveryApp({
      trustProxy: true,
      more: [trustedDevice()],
      factors: { rememberDevice: {} },
      recovery: { factors: ["trusted-device"] },
    });
    for (let i = 0; i < 100; i++) {
      const { me } = walker(app);
      const from = { "X-Forwarded-For": `192.0.2.${i}` };
      const { body } = await me
        .post("/recovery", { identifier: `stranger ${i}` })
        .set(from)
        .expect(201);
      const step = await me.post("/recovery/step", { gen: body.gen, input: "yes" }).set(from).expect(200);
      numbers.push(step.body.prompt.number as string);
    }
    for (const each of numbers) expect(each).to.match(/^\d{6}$/);
    const chiSquare = (digits: string[]) => {
      const expected = digits.length / 10;
      const counts = Array.from({ length: 10 }, (_, n) => digits.filter((each) => each === String(n)).length);
      return counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
    };
    // 9 degrees of freedom: above 52 once in 20 million.
    expect(chiSquare(numbers.flatMap((each) => each.split("")))).to.be.below(52);
    expect(numbers.filter((each) => each.startsWith("0"))).not.to.deep.equal([]);
    expect(new Set(numbers).size).to.be.above(95);
  });

  it("[R80][T34] has one budget of guesses over pages and JSON, and no batch of steps", async () => {
    const app = recoveryApp();
    await putTotp(app, "alice");
    const statuses: number[] = [];
    let walk = await atTotp(app);
    const typed = async (kind: Kind): Promise<void> => {
      const { gen, flow } = walk.view;
      const body = { gen, flow, input: "respond", response: "000000" };
      const { status } = await visitor(app, kind).post("/recovery/step", body);
      statuses.push(status === 303 ? 200 : status);
      await walk.look();
      if (walk.view.inputs.includes("again")) await walk.step("again");
    };
    for (let i = 0; i < 12; i++) {
      if (i > 0 && i % 4 === 0) walk = await atTotp(app);
      await typed(i % 2 === 0 ? "html" : "json");
    }
    expect(statuses).to.deep.equal([...Array.from({ length: 10 }, () => 200), 429, 429]);
    const { gen, flow } = walk.view;
    const one = { gen, flow, input: "respond", response: "000000" };
    const judged = () => app.events.filter(({ name }) => name === "factor_failed").length;
    const before = judged();
    for (const batch of [[one], Array.from({ length: 50 }, () => one), { 0: one, 1: one }]) {
      const { status } = await walk.me.post("/recovery/step", batch).set("recovery-flow", String(flow));
      expect(status).to.be.within(400, 499);
    }
    expect(judged()).to.equal(before);
    expect((await walk.look()).gen).to.equal(gen);
  });

  it("[R80][T34] has one budget of an address over recovery, pages, JSON and GraphQL", async () => {
    const app = recoveryApp({
      users: { alice: ALICE },
      factors: { limits: { guessesPerIp: 4 } },
      routes: (express, { factors }) => void express.use("/graphql", graphql(factors)),
    });
    await putTotp(app, "alice");
    const me = visitor(app);
    await me.logIn("alice");
    await me.send().expect(201);
    const mistyped = wrong(app.outbox.code());
    const byGraphql = () =>
      me.post("/graphql", {
        query: "mutation ($code: String!) { verifyPhoneOtp(code: $code) }",
        variables: { code: mistyped },
      });
    const walk = await atTotp(app);
    await walk.respond("000000");
    await walk.step("again");
    await me.verify(mistyped).expect(400);
    expect(JSON.stringify((await byGraphql()).body)).not.to.match(/too_many_requests/i);
    await walk.respond("000000");
    await walk.step("again");
    await walk.respond("000000", 429);
    await me.verify(mistyped).expect(429);
    expect(JSON.stringify((await byGraphql()).body)).to.match(/too_many_requests/i);
  });
});
