import { expect } from "chai";
import { ALICE, makeApp, NORA } from "../support/app.ts";
import { passed, visitor, withCode, wrong, type Visitor } from "../support/visitor.ts";

const NEW = "0978 000 111";
const NEW_E164 = "+886978000111";
const MINUTE = 60_000;

describe("changing the phone", () => {
  it("[G2] needs a fresh factor: the password alone cannot move it", async () => {
    const app = makeApp();
    const me = visitor(app);
    await me.logIn("alice");
    const { body } = await me.register(NEW).expect(401);
    expect(body).to.deep.include({ code: "factor_required", factors: ["sms"] });
    expect(app.outbox.messages).to.have.length(0);
  });

  it("[I8] needs one passed in the last ten minutes, exactly", async () => {
    const app = makeApp();
    const me = await passed(app);
    app.clock.advance(10 * MINUTE - 1);
    await me.register(NEW).expect(201);
    const late = makeApp();
    const other = await passed(late);
    late.clock.advance(10 * MINUTE);
    await other.register(NEW).expect(401);
  });

  it("sends a browser without fresh proof to give it, and back to the form", async () => {
    const app = makeApp();
    const me = visitor(app, "html");
    await me.logIn("alice");
    await me.register(NEW).expect(303).expect("Location", "/sms_verification/new");
    await me.send().expect(303);
    await me.verify(app.outbox.code()).expect(303).expect("Location", "/sms_registration/new");
    await me.register(NEW).expect(303);
    await me.verify(app.outbox.code(NEW_E164)).expect(303);
    expect(app.users.get("alice")?.phone).to.equal(NEW_E164);
  });

  it("[G2] keeps the old number until the new one is proven; [A10] then the old number's code is worth nothing", async () => {
    const app = makeApp();
    const me = await passed(app);
    const { me: elsewhere, code: oldCode } = await withCode(app);
    await me.register(NEW).expect(201);
    expect(app.users.get("alice")?.phone).to.equal(ALICE);
    await me.verify(app.outbox.code(NEW_E164)).expect(200);
    expect(app.users.get("alice")?.phone).to.equal(NEW_E164);
    await elsewhere.verify(oldCode).expect(401);
  });

  it("[G2] a registration begun by password before there was a number cannot replace the number that came since", async () => {
    const app = makeApp();
    const thief = visitor(app);
    await thief.logIn("nora");
    await thief.register(NEW).expect(201);
    const code = app.outbox.code(NEW_E164);
    await passed(app, "nora");
    await thief.verify(code).expect(401);
    await thief.get("/sms_verification/challenge").expect(404);
    expect(app.users.get("nora")?.phone).to.equal(NORA);
    app.clock.advance(MINUTE);
    const { body } = await thief.send().expect(201);
    expect(body.phone_display, "the code goes to the number on file").to.equal("***-***-0123");
    await thief.get("/chat").expect(401);
  });

  it("[G2] a registration left open does not stay open for ever: its proof gets old", async () => {
    const app = makeApp();
    const me = await passed(app);
    await me.register(NEW).expect(201);
    app.clock.advance(60 * MINUTE);
    const { body } = await me.send().expect(201);
    expect(body.phone_display).to.equal("***-***-5678");
    expect(app.outbox.last().to).to.equal(ALICE);
  });

  it("[C2] a disabled factor is off for every session, whatever time passes, and cannot be bound anew by the password alone", async () => {
    const app = makeApp({ sms: { guessesInARow: 3 } });
    const { me, code } = await withCode(app);
    for (let i = 0; i < 3; i++) await me.verify(wrong(code));
    expect(app.events.map((each) => each.name)).to.include("factor_disabled");
    expect((await me.verify(code).expect(403)).body.code).to.equal("factor_disabled");
    app.clock.advance(365 * 24 * 60 * MINUTE);
    const later = visitor(app);
    await later.logIn("alice");
    await later.send().expect(403);
    expect((await later.register(NEW).expect(401)).body.code).to.equal("factor_required");
  });

  it("[C2] a disabled factor works again once it is bound anew: by a session that had passed, or after support removed the number", async () => {
    for (const way of ["session", "support"]) {
      const app = makeApp({ sms: { guessesInARow: 3 } });
      const before = await passed(app);
      const { me, code } = await withCode(app);
      for (let i = 0; i < 3; i++) await me.verify(wrong(code));
      await me.send().expect(403);
      if (way === "support") Object.assign(app.users.get("alice") as object, { phone: undefined });
      const mender = way === "support" ? me : before;
      await mender.register(NEW).expect(201);
      await mender.verify(app.outbox.code(NEW_E164)).expect(200);
      const again = visitor(app);
      await again.logIn("alice");
      await again.send().expect(201);
      await again.verify(app.outbox.code()).expect(200);
    }
  });

  it("[T5] the registration form sent twice is a resend: the same code, no new guesses, the cooldown holds", async () => {
    const app = makeApp();
    const nora = visitor(app);
    await nora.logIn("nora");
    await nora.register(NEW).expect(201);
    const code = app.outbox.code();
    await nora.verify(wrong(code)).expect(400);
    await nora.register(NEW).expect(429);
    app.clock.advance(30_000);
    const { body } = await nora.register("+886 978 000 111").expect(201);
    expect(body.attempts_remaining).to.equal(4);
    expect(app.outbox.messages.map((each) => each.code)).to.deep.equal([code, code]);
  });
});

describe("two people registering one number at the same moment", () => {
  it("[T41] one gets it, the other is told phone_taken, and nothing is half written", async () => {
    const app = makeApp({ users: { one: undefined, two: undefined }, sms: { cooldownSeconds: [0] } });
    const both: { me: Visitor; code: string }[] = [];
    for (const user of ["one", "two"]) {
      const me = visitor(app);
      await me.logIn(user);
      await me.register(NEW).expect(201);
      both.push({ me, code: app.outbox.code() });
    }
    const answers = await Promise.all(both.map(({ me, code }) => me.verify(code)));
    expect(answers.map((each) => each.status)).to.have.members([200, 400]);
    expect(answers.find((each) => each.status === 400)?.body.code).to.equal("phone_taken");
    expect([...app.users.values()].filter((each) => each.phone === NEW_E164)).to.have.length(1);
    const loser = both[answers.findIndex((each) => each.status === 400)];
    await loser?.me.get("/chat").expect(401);
  });
});

describe("an account whose phone is null, as a database says it", () => {
  it("is not enrolled, and may register its first number", async () => {
    const nobody = { phone: () => null, phoneTaken: () => false, setPhone: () => true };
    const app = makeApp({ factors: { accounts: { id: (user) => user.id, ...nobody } } });
    const me = visitor(app);
    await me.logIn("nora");
    await me.send().expect(400);
    await me.register().expect(201);
  });
});
