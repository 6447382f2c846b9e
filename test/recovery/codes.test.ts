import { expect } from "chai";
import { backupCodeFactor } from "../../lib/factors/backup-codes.ts";
import { email } from "../../lib/index.ts";
import { outbox } from "../../lib/testing/outbox.ts";
import { ALICE, type User } from "../support/app.ts";
import type { Accounts } from "../../lib/index.ts";
import {
  putTotp,
  recoveryApp,
  STEP,
  walker,
  type RecoveryApp,
  type RecoveryAppOptions,
} from "../support/recovery-scene.ts";
import { visitor, wrong } from "../support/visitor.ts";

const MINUTE = 60_000;
const all = { recovery: { factors: ["sms", "call", "email", "backup-code"] } };

interface Mails {
  app: RecoveryApp;
  mails: ReturnType<typeof outbox>;
}

function make(options: RecoveryAppOptions = {}): Mails {
  const mails = outbox();
  const emails: Accounts<User>["emails"] = (user) => (user.id === "alice" ? ["ann@example.net"] : []);
  const app = recoveryApp({
    users: { alice: ALICE, nora: undefined },
    call: {},
    ...options,
    more: [email({ transport: mails }), backupCodeFactor()],
    recovery: { ...all.recovery, ...options.recovery },
    factors: { accounts: { emails } as Accounts<User> },
  });
  return { app, mails };
}

describe("a recovery by codes", () => {
  it("[R14][H3] asks how the phone is reached, texts a code, and needs another proof beside it", async () => {
    const { app, mails } = make();
    const walk = walker(app);
    await walk.start();
    walk.is("choose", "phone");
    expect(walk.view.prompt?.["choices"]).to.deep.equal([
      { choice: "sms", label: "Text me a code" },
      { choice: "call", label: "Call me" },
    ]);
    await walk.step("choose", { choice: "link" }, 409);
    await walk.step("choose", { choice: "sms" });
    walk.is("entry", "phone");
    expect(walk.view.prompt).to.deep.include({ kind: "typed", field: "pin_number", label: "Text me a code" });
    expect(JSON.stringify(walk.view)).not.to.include("5678");
    await walk.respond(wrong(app.outbox.code()));
    walk.is("failed", "phone");
    app.clock.advance(MINUTE);
    await walk.step("again");
    walk.is("choose", "phone");
    await walk.step("choose", { choice: "sms" });
    await walk.respond(app.outbox.code());
    walk.is("more", undefined);
    expect(walk.view.proofs).to.deep.equal([{ factor: "phone", class: "phone" }]);
    await walk.step("pick", { factor: "phone" }, 409);
    await walk.step("pick", { factor: "email" });
    await walk.step("yes");
    expect(walk.view.prompt?.["display"]).to.equal("a***@example.net");
    await walk.respond(mails.code());
    walk.is("reset", undefined);
  });

  it("[H4][R15][R16] counts a text and a call to one number as one proof", async () => {
    const { app } = make({ recovery: { factors: ["sms", "call"] } });
    const walk = walker(app);
    await walk.start();
    await walk.step("choose", { choice: "call" });
    walk.is("wait", "phone");
    expect(walk.view.inputs).to.deep.equal(["respond", "failed", "start_over"]);
    await walk.respond(app.outbox.code());
    walk.is("none", undefined);
    expect(walk.view.proofs).to.have.length(1);
  });

  it("says that nobody called, and asks again how", async () => {
    const { app } = make();
    const walk = walker(app);
    await walk.start();
    await walk.step("choose", { choice: "call" });
    await walk.step("failed");
    walk.is("failed", "phone");
    app.clock.advance(MINUTE);
    await walk.step("again");
    walk.is("choose", "phone");
    await walk.step("no");
    walk.is("offer", "email");
  });

  it("[H4][R18][T44] does not take the phone that recovered for the second factor of the next login, for a day", async () => {
    const { app } = make({ recovery: { factors: ["sms"], secondProof: "at-login" } });
    const secret = await putTotp(app, "alice");
    const walk = walker(app);
    await walk.start();
    await walk.step("yes");
    await walk.respond(app.outbox.code());
    await walk.password("seven quiet lanterns");
    const me = visitor(app);
    await me.logIn("alice");
    app.clock.advance(MINUTE);
    await me.send().expect(201);
    const { body } = await me.verify(app.outbox.code()).expect(401);
    expect(body.code).to.equal("factor_required");
    expect(body.factors).to.include("totp").and.not.include("sms");
    app.clock.advance(STEP);
    await me.post("/totp_verification", { code: app.codeOf(secret) }).expect(200);
    app.clock.advance(24 * 60 * MINUTE);
    const later = visitor(app);
    await later.logIn("alice");
    await later.send().expect(201);
    await later.verify(app.outbox.code()).expect(200);
  });

  it("[R22][T7] takes no code of a login, and a login none of a recovery", async () => {
    const { app } = make({ recovery: { factors: ["sms", "email"] } });
    const me = visitor(app);
    await me.logIn("alice");
    await me.send().expect(201);
    const ofLogin = app.outbox.code();
    const walk = walker(app);
    await walk.start();
    await walk.step("yes");
    const ofRecovery = app.outbox.code();
    if (ofLogin === ofRecovery) return;
    await walk.respond(ofLogin);
    walk.is("failed", "phone");
    await me.verify(ofRecovery).expect(400);
    await me.verify(ofLogin).expect(200);
  });

  it("[R54][T55] uses up neither the owner's guesses at a login nor the texts that a login may send", async () => {
    const { app } = make({ recovery: { factors: ["sms"] } });
    for (let i = 0; i < 5; i++) {
      const walk = walker(app);
      await walk.start();
      await walk.step("yes");
      if (walk.view.state === "entry") await walk.respond("000000");
      app.clock.advance(2 * MINUTE);
    }
    const me = visitor(app);
    await me.logIn("alice");
    await me.send().expect(201);
    await me.verify(app.outbox.code()).expect(200);
  });

  it("[R36][R35][H19] counts, waits and answers alike where no phone and no mailbox is on file, and sends nothing", async () => {
    const { app, mails } = make();
    const answers = async (who: string) => {
      const walk = walker(app);
      const seen: unknown[] = [];
      const note = () =>
        seen.push([walk.view.state, walk.view.factor, walk.view.inputs, walk.view.prompt, walk.view.message]);
      await walk.start(who);
      note();
      await walk.step("choose", { choice: "sms" });
      note();
      await walk.respond("000000");
      note();
      const soon = await walk.step("again");
      seen.push(soon.state);
      const { status, body } = await walk.me.post("/recovery/step", {
        gen: soon.gen,
        input: "choose",
        choice: "sms",
      });
      seen.push([status, body.code, body.retry_after, body.state]);
      await walk.look();
      await walk.step("no");
      note();
      await walk.step("yes");
      note();
      await walk.respond("000000");
      note();
      await walk.step("another_way");
      await walk.step("yes");
      await walk.respond("0000-0000-0000-0000");
      note();
      return seen;
    };
    const known = await answers("alice");
    expect(await answers("nora")).to.deep.equal(known);
    expect(await answers("stranger")).to.deep.equal(known);
    expect(app.outbox.messages).to.have.length(1);
    expect(mails.messages.map(({ to }) => to)).to.deep.equal(["ann@example.net"]);
  });

  it("[R52] uses a backup code up, once over all recoveries, and it is not the second factor too", async () => {
    const { app } = make({ recovery: { factors: ["email", "backup-code"] } });
    const issue = app.factors.list.find(({ name }) => name === "backup-code");
    expect(issue).not.to.equal(undefined);
    const me = visitor(app);
    await me.logIn("alice");
    await me.send().expect(201);
    await me.verify(app.outbox.code()).expect(200);
    const { body } = await me.post("/backup_codes").expect(201);
    const [code, next] = body.codes as string[];
    const walks = await Promise.all(
      [walker(app), walker(app)].map(async (walk) => {
        await walk.start();
        await walk.step("no");
        await walk.step("yes");
        walk.is("entry", "backup-code");
        return walk;
      }),
    );
    await Promise.all(walks.map((walk) => walk.respond(code)));
    expect(walks.map(({ view }) => view.state).sort((one, other) => one.localeCompare(other))).to.deep.equal([
      "failed",
      "more",
    ]);
    const third = walker(app);
    await third.start();
    await third.step("no");
    await third.step("yes");
    await third.respond(code);
    third.is("failed", "backup-code");
    expect(typeof next).to.equal("string");
  });

  it("[R72][R37] goes on alike where the message cannot be sent", async () => {
    const { app } = make({ recovery: { factors: ["sms"] } });
    app.outbox.failWith(new Error("no route"));
    const walk = walker(app);
    await walk.start();
    await walk.step("yes");
    walk.is("entry", "phone");
    expect(app.told).not.to.deep.equal([]);
  });

  for (const who of ["alice", "nora", "stranger"])
    it(`[R72] tells ${who} to wait before the next message that cannot be sent, to the second`, async () => {
      const { app } = make({ recovery: { factors: ["sms"] } });
      app.outbox.failWith(new Error("no route"));
      const walk = walker(app);
      await walk.start(who);
      await walk.step("yes");
      const again = async () => {
        await walk.step("failed");
        await walk.step("again");
      };
      const wait = async () => {
        const { gen } = await walk.look();
        const { status, headers } = await walk.me.post("/recovery/step", { gen, input: "yes" });
        return [status, headers["retry-after"]];
      };
      await again();
      expect(await wait()).to.deep.equal([429, "30"]);
      app.clock.advance(29_999);
      expect(await wait()).to.deep.equal([429, "1"]);
      app.clock.advance(1);
      await walk.look();
      await walk.step("yes");
      walk.is("entry", "phone");
      await again();
      expect(await wait()).to.deep.equal([429, "60"]);
    });
});
