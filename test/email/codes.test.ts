import { expect } from "chai";
import { memoryStore, redisStore } from "../../lib/index.ts";
import { versions } from "../support/app.ts";
import { emailApp, NORAS, withEmail, type EmailApp } from "../support/email-scene.ts";
import { redisOfSuite } from "../support/redis-of-suite.ts";
import { visitor, wrong } from "../support/visitor.ts";

const OTHER = "other@example.net";

for (const express of versions) {
  describe(`a code by mail, on Express ${express}`, () => {
    const suite = express === 4 ? redisOfSuite() : undefined;
    beforeEach(() => suite?.client.flushall());
    const make = (more: Parameters<typeof emailApp>[0] = {}): EmailApp =>
      emailApp({ express, store: suite === undefined ? memoryStore() : redisStore(suite.client), ...more });
    const login = async (app: EmailApp, user = "nora") => {
      const me = visitor(app);
      await me.logIn(user);
      return me;
    };
    /** The code that was just sent from this session. */
    const ask = async (app: EmailApp, me: Awaited<ReturnType<typeof login>>, address = NORAS) => {
      await me.post("/security/email", { address }).expect(201);
      return app.mails.code(address);
    };
    const refused = async (
      me: Awaited<ReturnType<typeof login>>,
      code: string,
      path = "/security/email/confirm",
    ) => (await me.post(path, { code })).body.code as string;

    it("[T8] [T7] passes for no other address, account, session or door", async () => {
      const app = make({
        users: { nora: undefined, nils: undefined, alice: "+886912345678" },
        email: { dangerouslyAllowEmailAsFactor: true },
      });
      const nora = await login(app);
      const first = await ask(app, nora);
      // Another address takes the place of the first in this session: the first one's code is over.
      const second = await ask(app, nora, OTHER);
      expect(first).not.to.equal(second);
      expect(await refused(nora, first)).to.equal("invalid_code");
      const again = await login(app);
      expect(await refused(again, second)).to.equal("code_expired");
      expect(await refused(await login(app, "nils"), second)).to.equal("code_expired");
      for (const door of ["/sms_verification", "/second_factor"])
        expect((await nora.post(door, { code: second, pin_number: second })).status, door).to.be.within(
          400,
          499,
        );
      await nora.get("/chat").expect(401);
      await nora.post("/security/email/confirm", { code: second }).expect(200);
      const { body } = await nora.get("/security").expect(200);
      expect(body.factors.map(({ display }: { display: string }) => display)).to.deep.equal([
        "o***@example.net",
      ]);
    });

    it("[T7] made for a login confirms no address, and one made for an address is no login", async () => {
      const app = make({ email: { dangerouslyAllowEmailAsFactor: true } });
      await withEmail(app);
      const me = await login(app);
      await me.post("/email_verification/challenge").expect(201);
      const code = app.mails.code(NORAS);
      expect(await refused(me, code)).to.equal("code_expired");
      await me.get("/chat").expect(401);
      await me.post("/email_verification", { code }).expect(200);
      await me.get("/chat").expect(200);
    });

    it("[T2] [T3] one of 20 right guesses at once passes, and wrong ones get five", async () => {
      const app = make();
      const me = await login(app);
      const code = await ask(app, me);
      const answers = await Promise.all(
        Array.from({ length: 20 }, () => me.post("/security/email/confirm", { code })),
      );
      expect(answers.filter(({ status }) => status !== 200)).to.deep.equal([]);
      expect(app.named("factor_added")).to.have.length(1);
      const other = await ask(app, me, OTHER);
      const left: number[] = [];
      for (let n = 1; n <= 5; n++)
        left.push(
          (await me.post("/security/email/confirm", { code: wrong(other, n) }).expect(400)).body
            .attempts_remaining,
        );
      expect(left).to.deep.equal([4, 3, 2, 1, 0]);
      expect(await refused(me, other)).to.equal("attempts_exceeded");
      const reasons = app.named("factor_failed").map(({ event }) => event.reason);
      expect(reasons.filter((reason) => reason === "invalid_code")).to.have.length(4);
    });

    it("[D2] is sent again after 30 and 60 s, and is the same one", async () => {
      const app = make();
      const me = await login(app);
      const code = await ask(app, me);
      for (const seconds of [30, 60]) {
        const { body, headers } = await me.post("/security/email", { address: "nora@Example.NET" });
        expect([body.code, headers["retry-after"]]).to.deep.equal(["too_many_requests", String(seconds)]);
        app.clock.advance(seconds * 1000);
        await me.post("/security/email/challenge").expect(201);
        expect(app.mails.code(NORAS)).to.equal(code);
      }
      // Another spelling of the local part may be another mailbox.
      await me.post("/security/email", { address: "Nora@example.net" }).expect(201);
    });

    it("[T31] [T33] goes to one address five times an hour and ten a day, whoever asks and however it is spelled", async () => {
      const ids = Array.from({ length: 12 }, (_, n) => `user${n}`);
      const app = make({
        users: Object.fromEntries(ids.map((id) => [id, undefined])),
        factors: { limits: { sendsPerIp: 1000 } },
      });
      const send = async (n: number): Promise<number> => {
        app.clock.advance(61_000);
        const me = await login(app, `user${n}`);
        return (await me.post("/security/email", { address: n % 2 === 0 ? NORAS : "nora@EXAMPLE.net" }))
          .status;
      };
      for (const n of [0, 1, 2, 3, 4]) expect(await send(n), String(n)).to.equal(201);
      expect(await send(5)).to.equal(429);
      app.clock.advance(3_600_000);
      for (const n of [6, 7, 8, 9, 10]) expect(await send(n), String(n)).to.equal(201);
      app.clock.advance(3_600_000);
      expect(await send(11)).to.equal(429);
      expect(new Set(app.mails.messages.map(({ to }) => to))).to.deep.equal(new Set([NORAS]));
    });

    it("[A5] lives ten minutes, to the millisecond", async () => {
      const app = make();
      const me = await login(app);
      const code = await ask(app, me);
      app.clock.advance(599_000);
      await me.logIn("nora");
      const late = await ask(app, me, OTHER);
      app.clock.advance(600_000);
      expect(await refused(me, late)).to.be.oneOf(["code_expired", "login_required"]);
      expect(code).to.match(/^\d{6}$/);
    });

    it("[T11] [N2] no code and no address in what is told, in the store or in an answer", async () => {
      const app = make();
      const me = await login(app);
      const code = await ask(app, me);
      const before = suite === undefined ? "" : JSON.stringify(await dump(suite.client));
      await me.post("/security/email/confirm", { code: wrong(code) }).expect(400);
      await me.post("/security/email/confirm", { code }).expect(200);
      const after = suite === undefined ? "" : JSON.stringify(await dump(suite.client));
      const answers = JSON.stringify([(await me.get("/security")).body]);
      const told = JSON.stringify([app.events, app.told.map(String)]);
      for (const hidden of [NORAS, code]) expect(`${before}${after}${told}${answers}`).not.to.include(hidden);
      expect(app.events.filter(({ event }) => "phone" in event || "calling_code" in event)).to.deep.equal([]);
    });
  });
}

async function dump(redis: {
  keys(pattern: string): Promise<string[]>;
  type(key: string): Promise<string>;
  get(key: string): Promise<string | null>;
  hgetall(key: string): Promise<object>;
}): Promise<unknown[]> {
  const keys = await redis.keys("*");
  return Promise.all(
    keys.map(async (key) => [
      key,
      (await redis.type(key)) === "hash" ? await redis.hgetall(key) : await redis.get(key).catch(() => ""),
    ]),
  );
}
