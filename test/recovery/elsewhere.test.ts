import { expect } from "chai";
import {
  delegate,
  oldPassword,
  secretQuestions,
  trustedDevice,
  type Accounts,
  type DelegateMessage,
} from "../../lib/index.ts";
import type { User } from "../support/app.ts";
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
import { visitor, type Visitor } from "../support/visitor.ts";

const box = letterBox();
const HOUR = 3_600_000;

interface Scene {
  app: RecoveryApp;
  messages: DelegateMessage[];
  /** Signed in, with an authenticator app, on a remembered device. */
  signIn(who: string): Promise<Visitor>;
}

function scene(options: RecoveryAppOptions = {}): Scene {
  const messages: DelegateMessage[] = [];
  const secrets = new Map<string, string>();
  const old: Accounts<User>["wasPassword"] = (user, typed) => user?.id === "alice" && typed === "the old one";
  const app = recoveryApp({
    users: { alice: undefined, bob: undefined },
    more: [
      letter(box, (account) => account === "alice"),
      trustedDevice(),
      delegate({
        tell: (message) => void messages.push(message),
        find: (typed) => typed,
        label: (who) => `${who} of Chat`,
      }),
      secretQuestions(),
      oldPassword(),
    ],
    ...options,
    factors: { rememberDevice: {}, accounts: { wasPassword: old } as Accounts<User> },
  });
  async function signIn(who: string): Promise<Visitor> {
    const secret = secrets.get(who) ?? (await putTotp(app, who));
    secrets.set(who, secret);
    const me = visitor(app);
    await me.logIn(who);
    app.clock.advance(STEP);
    await me.post("/totp_verification", { code: app.codeOf(secret), remember_device: "1" }).expect(200);
    return me;
  }
  return { app, messages, signIn };
}

/** As far as this way is offered, and on into it. */
async function into(app: RecoveryApp, way: string, who = "alice"): Promise<Walker> {
  const walk = walker(app);
  await walk.start(who);
  while (walk.view.factor !== way && walk.view.state === "offer") await walk.step("no");
  walk.is("offer", way);
  await walk.step("yes");
  return walk;
}

/** One proof by letter, and on to another way. */
async function second(app: RecoveryApp, way: string): Promise<Walker> {
  const walk = await into(app, "letter");
  await walk.respond(box.code("alice"));
  walk.is("more", undefined);
  await walk.step("pick", { factor: way });
  await walk.step("yes");
  return walk;
}

const waiting = async (me: Visitor, door: string): Promise<{ id: string }> =>
  ((await me.get(`/recovery/${door}`).expect(200)).body as { waiting: { id: string }[] }).waiting[0] as {
    id: string;
  };

describe("a recovery that is decided elsewhere", () => {
  it("[G9] goes on once a remembered device has typed the number that it shows", async () => {
    const { app, signIn } = scene({ recovery: { factors: ["letter", "trusted-device"] } });
    const me = await signIn("alice");
    const walk = await second(app, "trusted-device");
    walk.is("wait", "trusted-device");
    const { number } = walk.view.prompt as { number: string };
    expect(number).to.match(/^\d{6}$/);
    const { id } = await waiting(me, "approve");
    const wrong = await me.post("/recovery/approve", { id, decision: "approve" }).expect(400);
    expect(wrong.body).to.deep.include({ code: "invalid_code", field: "number" });
    await walk.look();
    walk.is("wait", "trusted-device");
    await me.post("/recovery/approve", { id, decision: "approve", number }).expect(200);
    await walk.look();
    walk.is("reset", undefined);
    await walk.password(PASSWORD);
    await me.get("/chat").expect(401);
  });

  it("[R59][G9] ends by a no or a wrong number, asks anew in the same recovery, and not for ever", async () => {
    const { app, signIn } = scene({ recovery: { factors: ["trusted-device"] } });
    const me = await signIn("alice");
    const walk = await into(app, "trusted-device");
    const first = await waiting(me, "approve");
    await me.post("/recovery/approve", { id: first.id, decision: "deny" }).expect(200);
    await walk.look();
    walk.is("failed", "trusted-device");
    await walk.step("again");
    walk.is("wait", "trusted-device");
    await walk.step("failed");
    await walk.step("again");
    walk.is("wait", "trusted-device");
    expect((await waiting(me, "approve")).id).not.to.equal(first.id);
    await walk.step("failed");
    const { body } = await walk.me.post("/recovery/step", { gen: walk.view.gen, input: "again" }).expect(429);
    expect(body).to.deep.include({ code: "too_many_requests", state: "failed" });
  });

  it("[R59][R60] is decided by nobody who is half signed in, on another device, or signed out", async () => {
    const { app, signIn } = scene({ recovery: { factors: ["letter", "trusted-device"] } });
    const me = await signIn("alice");
    const walk = await second(app, "trusted-device");
    const { number } = walk.view.prompt as { number: string };
    const { id } = await waiting(me, "approve");
    const thief = visitor(app);
    await thief.get("/recovery/approve").expect(401);
    await thief.logIn("alice");
    expect((await thief.get("/recovery/approve").expect(401)).body.code).to.equal("factor_required");
    await thief.post("/recovery/approve", { id, decision: "approve", number }).expect(401);
    await me.post("/logout").expect(200);
    await me.post("/recovery/approve", { id, decision: "approve", number }).expect(401);
    await walk.look();
    walk.is("wait", "trusted-device");
  });

  /** Alice names bob, who accepts. */
  async function named({ app, signIn }: Scene): Promise<{ alice: Visitor; bob: Visitor }> {
    void app;
    const [alice, bob] = [await signIn("alice"), await signIn("bob")];
    await alice.post("/security/delegate").expect(201);
    await alice.post("/security/delegate/confirm", { delegate: "bob" }).expect(200);
    const { invitations } = (await bob.get("/security").expect(200)).body as {
      invitations: { id: string }[];
    };
    await bob.post("/security/delegate/accept", { id: invitations[0]?.id }).expect(200);
    return { alice, bob };
  }

  it("[R57][H9] goes on by the number that a person reads out, within a day; they see no form for a password", async () => {
    const it = scene({ recovery: { factors: ["letter", "delegate"] } });
    const { app, messages } = it;
    const { bob } = await named(it);
    const walk = await second(app, "delegate");
    walk.is("entry", "delegate");
    expect(messages.at(-1)).to.deep.include({ kind: "asked", to: "bob", from: "alice" });
    app.clock.advance(23 * HOUR);
    // Their session is a day old, and their device is remembered.
    const again = await it.signIn("bob");
    const page = await again.get("/recovery/vouch").set("Accept", "text/html").expect(200);
    expect(page.text).to.include("alice of Chat").and.not.include("password");
    const { id } = await waiting(again, "vouch");
    const { number } = (await again.post("/recovery/vouch", { id, decision: "approve" }).expect(200)).body;
    await walk.look();
    walk.is("entry", "delegate");
    await walk.respond(number);
    walk.is("reset", undefined);
    void bob;
  });

  it("[R57] is nothing by a wrong number, and dead once the person is taken off", async () => {
    const it = scene({ recovery: { factors: ["letter", "delegate"] } });
    const { app } = it;
    const { alice, bob } = await named(it);
    const walk = await second(app, "delegate");
    const { id } = await waiting(bob, "vouch");
    const { number } = (await bob.post("/recovery/vouch", { id, decision: "approve" }).expect(200)).body as {
      number: string;
    };
    await walk.respond(String((Number(number) + 1) % 1_000_000).padStart(6, "0"));
    walk.is("failed", "delegate");
    const { factors } = (await alice.get("/security").expect(200)).body as {
      factors: { factor: string; id: string }[];
    };
    const contact = factors.find(({ factor }) => factor === "delegate");
    await alice.post("/security/delegate/remove", { id: contact?.id }).expect(200);
    await walk.step("again");
    if (walk.view.state === "offer") await walk.step("yes");
    await walk.respond(number);
    expect(walk.view.proofs).to.deep.equal([{ factor: "letter", class: "address" }]);
  });

  it("[R61][H7] asks the same questions after wrong answers, a start over and in a new recovery; and holds what rests on them", async () => {
    const { app, signIn } = scene({ recovery: { factors: ["letter", "secret-questions"], holdHours: 24 } });
    const me = await signIn("alice");
    await me.post("/security/secret-questions").expect(201);
    const answers = { "first-job": "Taipei", toy: "Mr. Bunny", meal: "Spätzle" };
    const chosen = Object.fromEntries(
      Object.entries(answers).flatMap(([question, answer], i) => [
        [`question_${i + 1}`, question],
        [`answer_${i + 1}`, answer],
      ]),
    );
    await me.post("/security/secret-questions/confirm", { secret_questions: chosen }).expect(200);
    const walk = await second(app, "secret-questions");
    walk.is("entry", "secret-questions");
    const asked = walk.view.prompt?.["fields"] as { name: string }[];
    expect(asked.map(({ name }) => name)).to.have.members(Object.keys(answers));
    await walk.respond({}, 400);
    await walk.respond({ ...answers, toy: "a bear" });
    walk.is("failed", "secret-questions");
    await walk.step("again");
    expect(walk.view.prompt?.["fields"]).to.deep.equal(asked);
    await walk.step("start_over");
    const other = await second(app, "secret-questions");
    expect(other.view.prompt?.["fields"]).to.deep.equal(asked);
    await other.respond({ "first-job": "taipei", toy: "mr bunny", meal: "SPÄTZLE" });
    other.is("hold", undefined);
  });

  it("[R62][H8] takes an old password only beside a proof, and never for enough", async () => {
    const { app, signIn } = scene({ recovery: { factors: ["letter", "old-password"], holdHours: 24 } });
    await signIn("alice");
    const walk = await second(app, "old-password");
    await walk.respond("not that one");
    walk.is("failed", "old-password");
    await walk.step("again");
    await walk.respond("the old one");
    walk.is("hold", undefined);
    await walk.password(PASSWORD, 409);
    const plain = scene({ recovery: { factors: ["letter", "old-password"] } });
    await plain.signIn("alice");
    const none = await into(plain.app, "letter");
    await none.respond(box.code("alice"));
    none.is("none", undefined);
  });
});
