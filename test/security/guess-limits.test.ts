import { expect } from "chai";
import { makeApp } from "../support/app.ts";
import { visitor, withCode, wrong, type Visitor } from "../support/visitor.ts";

const NO_COOLDOWN = { cooldownSeconds: [0] };

describe("limits on guessing", () => {
  const guessTenTimes = async (app: ReturnType<typeof makeApp>, me: Visitor) => {
    for (let i = 0; i < 10; i++) {
      if (i === 5) {
        app.clock.advance(30_000);
        await me.send().expect(201);
      }
      await me.verify(wrong(app.outbox.code())).expect(400);
    }
  };

  it("[T5] [A8] ten an hour over resends, then 429 for the right code too, until exactly an hour after the first", async () => {
    const app = makeApp();
    const { me } = await withCode(app);
    await guessTenTimes(app, me);
    const { body } = await me.verify(app.outbox.code()).expect(429);
    expect(body.retry_after).to.equal(3570);
    expect((await me.send().expect(429)).body.retry_after).to.equal(3570);
    const next = visitor(app);
    app.clock.advance(3570_000 - 1);
    await next.logIn("alice");
    expect((await next.send().expect(429)).headers["retry-after"]).to.equal("1");
    app.clock.advance(1);
    await next.send().expect(201);
    await next.verify(app.outbox.code()).expect(200);
  });

  it("[C4] nine wrong over two codes, and the tenth, right, passes", async () => {
    const app = makeApp();
    const { me } = await withCode(app);
    for (let i = 0; i < 9; i++) {
      if (i === 5) {
        app.clock.advance(30_000);
        await me.send().expect(201);
      }
      await me.verify(wrong(app.outbox.code())).expect(400);
    }
    await me.verify(app.outbox.code()).expect(200);
  });

  it("[C1] [C6] the account's guesses are counted over sessions and addresses", async () => {
    const app = makeApp({ trustProxy: true, sms: NO_COOLDOWN });
    for (let i = 0; i < 5; i++) {
      const me = visitor(app, "json", { "X-Forwarded-For": `192.0.2.${i}` });
      await me.logIn("alice");
      await me.send().expect(201);
      for (let k = 0; k < 2; k++) await me.verify(wrong(app.outbox.code())).expect(400);
    }
    const last = visitor(app, "json", { "X-Forwarded-For": "192.0.2.99" });
    await last.logIn("alice");
    await last.send().expect(429);
  });

  it("[C8] [T34] the page, Passport's strategy and a direct call spend one budget", async () => {
    const app = makeApp();
    const { me, code } = await withCode(app);
    const left = async (answer: PromiseLike<{ body: { attempts_remaining?: number } }>) =>
      (await answer).body.attempts_remaining;
    expect(await left(me.verify(wrong(code)))).to.equal(4);
    await me.post("/code", { pin_number: wrong(code) }).expect(400);
    expect(await left(me.verify(wrong(code)))).to.equal(2);
    await me.post("/code", { pin_number: wrong(code) }).expect(400);
    expect((await me.verify(wrong(code)).expect(400)).body.code).to.equal("attempts_exceeded");
    await me.post("/code", { pin_number: code }).expect(400);
  });

  it("[T6] a stranger's wrong guesses do not burn the code that another session asked for", async () => {
    const app = makeApp({ sms: NO_COOLDOWN });
    const { me, code } = await withCode(app);
    const { me: stranger, code: theirs } = await withCode(app);
    for (let i = 1; i <= 5; i++) await stranger.verify(wrong(theirs, i)).expect(400);
    await me.verify(code).expect(200);
  });

  it("a right code typed from an address that is over its limit is not used up", async () => {
    const app = makeApp({ trustProxy: true, factors: { limits: { guessesPerIp: 1 } } });
    const { me, code } = await withCode(app);
    await me.verify(wrong(code)).expect(400);
    await me.verify(code).expect(429);
    await me.get("/sms_verification/challenge").expect(200);
    await me.verify(code).set("X-Forwarded-For", "203.0.113.9").expect(200);
  });

  it("[T31] a hundred guesses an hour from one address; over it, the right code is not judged wrong, nor let in", async () => {
    const app = makeApp({ factors: { limits: { guessesPerIp: 3 } } });
    const { me, code } = await withCode(app);
    for (let i = 0; i < 3; i++) await me.verify(wrong(code)).expect(400);
    const { body } = await me.verify(code).expect(429);
    expect(body).to.include({ code: "too_many_requests" }).and.not.have.property("attempts_remaining");
    await me.get("/chat").expect(401);
  });
});
