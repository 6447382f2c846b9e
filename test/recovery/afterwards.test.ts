import { expect } from "chai";
import type { Accounts } from "../../lib/index.ts";
import { ALICE, type User } from "../support/app.ts";
import { letter, letterBox } from "../support/recovery-factors.ts";
import {
  PASSWORD,
  putTotp,
  recoveryApp,
  STEP,
  walker,
  type RecoveryApp,
  type RecoveryAppOptions,
  type Walker,
} from "../support/recovery-scene.ts";
import { visitor, withCode } from "../support/visitor.ts";

const box = letterBox();
const make = (options: RecoveryAppOptions = {}) =>
  recoveryApp({
    more: [letter(box)],
    ...options,
    recovery: { secondProof: "at-login", ...options.recovery },
  });

async function reset(app: RecoveryApp, who = "alice"): Promise<Walker> {
  const walk = walker(app);
  await walk.start(who);
  await walk.step("no");
  await walk.step("yes");
  await walk.respond(box.code(who));
  walk.is("reset", undefined);
  await walk.password(PASSWORD);
  return walk;
}

describe("after a reset", () => {
  it("[R17][R20][H1][H17] the next login asks the second factor, which is as it was", async () => {
    const app = make();
    const secret = await putTotp(app, "alice");
    await reset(app);
    const me = visitor(app);
    await me.logIn("alice");
    await me.get("/chat").expect(401);
    await me.post("/totp_verification", { code: app.codeOf(secret) }).expect(200);
    await me.get("/chat").expect(200);
  });

  it("[R67][T46][H12] other sessions, remembered devices and other recoveries are over", async () => {
    const ended: string[] = [];
    const endSessions: Accounts<User>["endSessions"] = async (user) => void ended.push(user.id);
    const app = make({
      factors: { rememberDevice: { days: 30 }, accounts: { endSessions } as Accounts<User> },
    });
    const secret = await putTotp(app, "alice");
    const me = visitor(app);
    await me.logIn("alice");
    await me.post("/totp_verification", { code: app.codeOf(secret), remember_device: "1" }).expect(200);
    await me.get("/chat").expect(200);
    const other = walker(app);
    await other.start();
    await other.step("no");
    await other.step("yes");
    await reset(app);
    await me.get("/chat").expect(401);
    const again = visitor(app);
    expect((await again.logIn("alice")).body.trusted).to.equal(false);
    expect((await me.logIn("alice")).body.trusted).to.equal(false);
    await other.respond(box.code("alice"), 409);
    other.is("identify", undefined);
    expect(ended).to.deep.equal(["alice"]);
  });

  it("[R68] a login that is half done is over", async () => {
    const app = make();
    const secret = await putTotp(app, "alice");
    const thief = visitor(app);
    await thief.logIn("alice");
    await reset(app);
    app.clock.advance(STEP);
    expect(
      (await thief.post("/totp_verification", { code: app.codeOf(secret) }).expect(401)).body.code,
    ).to.equal("login_required");
    expect((await thief.get("/me")).body.user).to.equal(null);
    const owner = visitor(app);
    await owner.logIn("alice");
    await owner.post("/totp_verification", { code: app.codeOf(secret) }).expect(200);
  });

  it("[R67] a code that was on its way to a login is worth nothing", async () => {
    const app = make({ users: { alice: ALICE } });
    const { me, code } = await withCode(app);
    const walk = walker(app);
    await walk.start();
    await walk.step("no");
    await walk.step("yes");
    await walk.respond(box.code("alice"));
    await walk.password(PASSWORD);
    expect((await me.verify(code).expect(401)).body.code).to.equal("login_required");
  });

  it("[R69][H5] the owner is told what was put on file lately, and of nothing older", async () => {
    const app = make();
    await putTotp(app, "alice");
    const added = new Date(app.clock()).toISOString();
    await reset(app);
    expect(app.notices).to.have.length(1);
    expect(app.notices[0]).to.deep.include({
      kind: "password_reset",
      account: "alice",
      at: app.clock(),
      added: [{ factor: "totp", added_at: added }],
    });
    app.clock.advance(8 * 86_400_000);
    await reset(app);
    expect(app.notices[1]?.added).to.deep.equal([]);
  });

  it("[R70] the reset stands where the notice or the app's sessions fail, and the app is told", async () => {
    const app = make({
      factors: {
        notify: () => Promise.reject(new Error("no mail")),
        accounts: { endSessions: async () => Promise.reject(new Error("no sessions")) } as Partial<
          Accounts<User>
        > as Accounts<User>,
      },
    });
    await reset(app);
    expect(app.written).to.have.length(1);
    expect(app.told.map(String).join()).to.include("no mail").and.include("no sessions");
  });

  it("[R63] the code that recovered is dead, and so is the recovery", async () => {
    const app = make();
    const walk = await reset(app);
    const code = box.code("alice");
    await walk.respond(code, 409);
    await walk.step("start_over", {}, 409);
    const again = walker(app);
    await again.start();
    await again.step("no");
    await again.step("yes");
    if (box.code("alice") !== code) {
      await again.respond(code);
      again.is("failed", "letter");
    }
  });
});
