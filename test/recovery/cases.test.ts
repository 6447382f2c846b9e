import { expect } from "chai";
import { graphql } from "../../lib/graphql/graphql.ts";
import { backupCodeFactor } from "../../lib/factors/backup-codes.ts";
import { email, oldPassword, type Accounts } from "../../lib/index.ts";
import { outbox } from "../../lib/testing/outbox.ts";
import { ALICE, type User } from "../support/app.ts";
import { fob, letter, letterBox, neighbour } from "../support/recovery-factors.ts";
import { PASSWORD, putTotp, recoveryApp, walker, type RecoveryApp } from "../support/recovery-scene.ts";
import { visitor } from "../support/visitor.ts";

const HOUR = 3_600_000;
const box = letterBox();
const alice = (account: string) => account === "alice";

async function toReset(app: RecoveryApp, who = "alice") {
  const walk = walker(app);
  await walk.start(who);
  await walk.step("yes");
  await walk.respond(box.code(who));
  walk.is("reset", undefined);
  return walk;
}

describe("a recovery, case by case", () => {
  it("[R1][T49][H16] gives no reset where nothing is begun, where it waits, where it has ended, and where it is done", async () => {
    const app = recoveryApp({
      more: [neighbour(() => "pending"), letter(box)],
      recovery: { factors: ["neighbour", "letter"] },
    });
    const walk = walker(app);
    await walk.password(PASSWORD, 409);
    await walk.start();
    await walk.step("yes");
    walk.is("wait", "neighbour");
    await walk.password(PASSWORD, 409);
    await walk.look();
    walk.is("wait", "neighbour");
    const exclusive = recoveryApp({
      more: [fob(alice), letter(box)],
      recovery: { reveal: "always", keyMode: "exclusive", factors: ["fob", "letter"] },
    });
    const ended = walker(exclusive);
    await ended.start();
    await ended.respond("111111");
    ended.is("ended", undefined);
    await ended.password(PASSWORD, 409);
    expect(exclusive.handed.map(({ account }) => account)).to.deep.equal(["alice"]);
    const plain = recoveryApp({ more: [letter(box)], recovery: { factors: ["letter"] } });
    const done = await toReset(plain);
    await done.password(PASSWORD);
    await done.password(`${PASSWORD} again`, 409);
    expect([app, exclusive, plain].map(({ written }) => written.length)).to.deep.equal([0, 0, 1]);
  });

  it("[R9][T45] limits how often a new password is tried, and keeps the permit", async () => {
    const app = recoveryApp({ more: [letter(box)], recovery: { factors: ["letter"] } });
    const walk = await toReset(app);
    for (let i = 0; i < 50; i++) await walk.password(`no${i}`, 422);
    const { code } = await walk.password(PASSWORD, 429);
    expect(code).to.equal("too_many_requests");
    await walk.look();
    walk.is("reset", undefined);
    expect(app.written).to.deep.equal([]);
  });

  it("[R12] opens no mutation of GraphQL and no door of REST", async () => {
    const app = recoveryApp({
      more: [letter(box)],
      users: { alice: undefined },
      recovery: { factors: ["letter"] },
      routes: (express, { factors }) => void express.use("/graphql", graphql(factors)),
    });
    const { me } = await toReset(app);
    const { body } = await me.post("/graphql", {
      query: 'mutation { sendPhoneOtp(phoneNumber: "+886912345678") }',
    });
    expect(body.errors?.[0]?.extensions?.code).to.match(/login_required|UNAUTHENTICATED/i);
    for (const path of ["/sms_verification/challenge", "/totp_verification", "/security/totp"])
      await me.post(path, { code: "000000" }).expect(401);
  });

  it("[R16][H4] counts a code and a link to one mailbox as one proof", async () => {
    const mails = outbox();
    const emails: Accounts<User>["emails"] = ({ id }) => (id === "alice" ? ["ann@example.net"] : []);
    const app = recoveryApp({
      more: [email({ transport: mails })],
      recovery: { factors: ["totp", "email"], email: "both" },
      factors: { accounts: { emails } as Accounts<User> },
    });
    await putTotp(app, "alice");
    const walk = walker(app);
    await walk.start();
    await walk.step("no");
    await walk.step("choose", { choice: "link" });
    const link = /https:\S+/.exec((mails.last() as { text?: string }).text ?? "")?.[0];
    await walk.step("failed");
    app.clock.advance(2 * 60_000);
    await walk.step("again");
    await walk.step("choose", { choice: "code" });
    await walk.respond(mails.code());
    walk.is("more", undefined);
    await visitor(app).post("/recovery/link", { token: link }).expect(409);
    await walk.step("pick", { factor: "email" }, 409);
    expect(walk.view.proofs).to.have.length(1);
  });

  it("[R27][H13] is over, with its permit, once the app says that the password was changed; sessions go on", async () => {
    const app = recoveryApp({ more: [letter(box)], recovery: { factors: ["letter"] } });
    const me = visitor(app);
    await me.logIn("nora");
    const [walk, other] = [await toReset(app), await toReset(app, "nora")];
    await app.factors.passwordChanged("alice");
    await walk.password(PASSWORD, 409);
    walk.is("identify", undefined);
    await other.look();
    other.is("reset", undefined);
    await app.factors.passwordChanged("nora");
    await other.look();
    other.is("identify", undefined);
    expect((await me.get("/me")).body.user).to.equal("nora");
    expect(app.written).to.deep.equal([]);
  });

  it("[R28] ends a change of addresses that was begun before", async () => {
    const mails = outbox();
    const app = recoveryApp({
      more: [letter(box), email({ transport: mails })],
      recovery: { factors: ["letter"] },
    });
    const thief = visitor(app);
    await thief.logIn("alice");
    await thief.post("/security/email", { address: "evil@x.test" }).expect(201);
    const code = mails.code();
    await (await toReset(app)).password(PASSWORD);
    const { status } = await thief.post("/security/email/confirm", { code });
    expect(status).to.equal(401);
    const owner = visitor(app);
    await owner.logIn("alice");
    const { body } = await owner.get("/security").expect(200);
    expect(JSON.stringify(body)).not.to.include("e***@x.test").and.not.include("evil");
  });

  it("[R49] counts each start, also of who starts over", async () => {
    const app = recoveryApp();
    const walk = walker(app);
    for (let i = 0; i < 5; i++) {
      await walk.start();
      await walk.step("start_over");
    }
    await walk.me.post("/recovery", { identifier: "alice" }).expect(429);
  });

  it("[R55][T5] counts twenty guesses a day, over all hours", async () => {
    const app = recoveryApp({ trustProxy: true });
    await putTotp(app, "alice");
    const statuses: number[] = [];
    for (let start = 0; start < 5; start++) {
      // Ten guesses an hour are another limit.
      if (start % 2 === 0) app.clock.advance(HOUR);
      const walk = walker(app);
      await walk.start();
      await walk.step("yes");
      for (let n = 0; n < 5; n++) {
        const { status } = await walk.me
          .post("/recovery/step", { gen: walk.view.gen, input: "respond", response: "000000" })
          .set("X-Forwarded-For", `192.0.2.${start * 5 + n}`);
        statuses.push(status);
        await walk.look();
        if (walk.view.inputs.includes("again")) await walk.step("again");
      }
    }
    const expected = [...Array.from({ length: 20 }, () => 200), ...Array.from({ length: 5 }, () => 429)];
    expect(statuses).to.deep.equal(expected);
  });

  it("[R63][R62] refuses a password that the account had before, the one that was a proof among them, and says no more than that", async () => {
    const wasPassword: Accounts<User>["wasPassword"] = (user, typed) =>
      user?.id === "alice" && typed === "nine old lighthouses";
    const app = recoveryApp({
      more: [letter(box), oldPassword()],
      recovery: { factors: ["letter", "old-password"], holdHours: 24 },
      factors: { accounts: { wasPassword } as Accounts<User> },
    });
    await putTotp(app, "alice");
    const walk = walker(app);
    await walk.start();
    await walk.step("yes");
    await walk.respond(box.code("alice"));
    await walk.step("pick", { factor: "old-password" });
    await walk.step("yes");
    // The one that it has now is as wrong as any.
    const current = await walk.respond(PASSWORD);
    walk.is("failed", "old-password");
    await walk.step("again");
    const other = await walk.respond("never one of hers");
    expect({ ...other, gen: 0 }).to.deep.equal({ ...current, gen: 0 });
    await walk.step("again");
    await walk.respond("nine old lighthouses");
    walk.is("hold", undefined);
    app.clock.advance(24 * HOUR);
    await walk.look();
    const refused = await walk.password("nine old lighthouses", 422);
    expect(refused).to.deep.include({ reason: "refused", state: "reset" });
    await walk.password(PASSWORD);
    expect(app.written).to.have.length(1);
  });

  it("[R73][H15] tells once, where the app has written the password and failed behind it", async () => {
    const stored: string[] = [];
    const app = recoveryApp({
      more: [letter(box)],
      recovery: { factors: ["letter"] },
      reset: async (_user, password) => {
        stored.push(password);
        if (stored.length === 1) throw new Error("after the write");
        return true;
      },
    });
    const walk = await toReset(app);
    await walk.password(PASSWORD, 503);
    await walk.look();
    walk.is("reset", undefined);
    await walk.password(PASSWORD);
    expect(stored).to.deep.equal([PASSWORD, PASSWORD]);
    expect(app.notices.map(({ kind }) => kind)).to.deep.equal(["password_reset"]);
  });

  it("[F3][R20] puts a new code in the place of the backup code that recovered, shown behind the reset and nowhere else", async () => {
    const app = recoveryApp({
      users: { alice: ALICE },
      more: [backupCodeFactor()],
      recovery: { factors: ["backup-code", "totp"] },
    });
    const secret = await putTotp(app, "alice");
    const me = visitor(app);
    await me.logIn("alice");
    await me.send().expect(201);
    await me.verify(app.outbox.code()).expect(200);
    const [first, second] = ((await me.post("/backup_codes").expect(201)).body as { codes: string[] }).codes;
    const walk = walker(app);
    await walk.start();
    await walk.step("yes");
    await walk.respond(first);
    await walk.step("pick", { factor: "totp" });
    await walk.step("yes");
    await walk.respond(app.codeOf(secret));
    const body = await walk.password(PASSWORD);
    const [code] = (body.prompt?.["codes"] ?? []) as string[];
    expect(body.prompt?.["codes"]).to.have.length(1);
    expect(code).to.match(/^[0-9A-Z]{4}(-[0-9A-Z]{4}){3}$/);
    const { text } = await walk.me.get("/recovery").set("Accept", "text/html").expect(200);
    expect(text).to.include(code).and.include("takes the place of the one that you have used");
    expect(JSON.stringify([app.events, app.notices, app.told])).not.to.include(code);
    const enter = async (backup_code: string, status: number) => {
      const login = visitor(app);
      await login.logIn("alice");
      await login.post("/backup_code_verification", { backup_code }).expect(status);
      return login;
    };
    await enter(first as string, 400);
    const login = await enter(code as string, 200);
    expect((await login.get("/backup_codes").expect(200)).body.remaining).to.equal(9);
    await enter(code as string, 400);
    await enter(second as string, 200);
  });
});
