import { expect } from "chai";
import { USUAL_MS } from "../../lib/flows/codes/send-timing.ts";
import { type Transport } from "../../lib/index.ts";
import { versions, type AppOptions } from "../support/app.ts";
import { ALICE, call, CLIENTS, NOBODY, NORA, NUMBER, restApp, WEB } from "../support/rest.ts";
import { wrong } from "../support/visitor.ts";

for (const version of versions) {
  describe(`[T38] [J1] the REST API: an email that nobody has, on Express ${version}`, () => {
    const make = restApp(version);

    it("[J3] is answered as one that somebody has, and nothing is sent", async () => {
      const app = make();
      const known = await call(app, "requestCode", ALICE).expect(200);
      const sent = app.outbox.messages.length;
      const unknown = await call(app, "requestCode", NOBODY).expect(200);
      expect(Object.keys(unknown.body)).to.deep.equal(Object.keys(known.body));
      expect({ ...unknown.body, phone_display: "" }).to.deep.equal({ ...known.body, phone_display: "" });
      expect(unknown.body.phone_display).to.match(/^\*{3}-\*{3}-\d{4}$/);
      expect(app.outbox.messages).to.have.length(sent);
      const again = await call(make(), "requestCode", NOBODY).expect(200);
      expect(again.body.phone_display).to.equal(unknown.body.phone_display);
    });

    it("[J4] has the same limits, the same wrong codes and the same end", async () => {
      const app = make();
      const both = async (name: string, more: object) => {
        const [known, unknown] = [
          await call(app, name, { ...ALICE, ...more }),
          await call(app, name, { ...NOBODY, ...more }),
        ];
        expect([unknown.status, unknown.body.code, unknown.body.attempts_remaining]).to.deep.equal([
          known.status,
          known.body.code,
          known.body.attempts_remaining,
        ]);
        return known.status;
      };
      expect(await both("verify", { code: "123456" })).to.equal(401);
      await both("requestCode", {});
      expect(await both("requestCode", {})).to.equal(429);
      const bad = wrong(app.outbox.code());
      for (let i = 0; i < 5; i++) expect(await both("verify", { code: bad })).to.equal(400);
      await both("verify", { code: bad });
      app.clock.advance(60_000);
      await both("requestCode", {});
      app.clock.advance(300_000);
      expect(await both("verify", { code: bad })).to.equal(401);
    });

    const PHONE = { phone_number: NUMBER };
    const OTHER = { phone_number: "+12015550124" };
    const guess = { code: "000000" };
    type Step = [name: string, body?: object, laterMs?: number];

    /** What an email is answered, step by step; invented digits are left out. */
    const answersTo = async (email: string, steps: readonly Step[], more: AppOptions) => {
      const app = make(more);
      const answers = [];
      for (const [name, body, laterMs = 0] of steps) {
        app.clock.advance(laterMs);
        const { status, body: got } = await call(app, name, { ...WEB, email, ...body });
        const { message, code, field, attempts_remaining, expires_in_minutes } = got;
        answers.push([name, status, message, code, field, attempts_remaining, expires_in_minutes]);
      }
      return answers;
    };
    const alike = async (emails: readonly string[], steps: readonly Step[], more: AppOptions = {}) => {
      const [first, ...rest] = await Promise.all(emails.map(async (email) => answersTo(email, steps, more)));
      for (const answers of rest) expect(answers).to.deep.equal(first);
      return first?.map(([, status]) => status);
    };
    const ALL = [ALICE, NORA, NOBODY].map(({ email }) => email);
    const WITHOUT = [NORA, NOBODY].map(({ email }) => email);

    it("is told about a code that nobody asked for what anybody is told, whatever is typed", async () => {
      expect(await alike(ALL, [["verify", { code: "abc" }]])).to.deep.equal([401]);
      expect(await alike(ALL, [["confirmSetup", { ...PHONE, code: "abc" }]])).to.deep.equal([401]);
      expect(await alike(ALL, [["requestCode"], ["confirmSetup", { ...PHONE, ...guess }]])).to.deep.equal([
        200, 401,
      ]);
      await alike(ALL, [["requestCode"], ["verify", { code: "abc" }], ["verify", { code: "abc" }, 600_000]]);
    });

    it("is held to the number that its setup was begun with", async () => {
      const steps: Step[] = [
        ["beginSetup", PHONE],
        ["confirmSetup", { ...OTHER, ...guess }],
        ["confirmSetup", { ...PHONE, code: "abc" }],
        ["confirmSetup", { ...PHONE, ...guess }],
        ["verify", guess],
      ];
      expect(await alike(WITHOUT, steps)).to.deep.equal([200, 400, 400, 400, 401]);
    });

    it("may begin another setup, or one after asking for a code, as anybody may", async () => {
      const twice: Step[] = [
        ["beginSetup", PHONE],
        ["beginSetup", OTHER],
        ["beginSetup", OTHER],
      ];
      expect(await alike(WITHOUT, twice)).to.deep.equal([200, 200, 429]);
      const after: Step[] = [
        ["requestCode"],
        ["beginSetup", PHONE],
        ["requestCode"],
        ["requestCode", {}, 61_000],
      ];
      expect(await alike(WITHOUT, after)).to.deep.equal([200, 200, 429, 200]);
    });

    it("shows the digits of the number that its setup was begun with", async () => {
      for (const who of [NORA, NOBODY]) {
        const app = make();
        await call(app, "beginSetup", { ...who, ...PHONE }).expect(200);
        app.clock.advance(61_000);
        const { body } = await call(app, "requestCode", who).expect(200);
        expect(body.phone_display).to.equal("***-***-0123");
      }
    });

    it("is not told more of a number than others are: how often it was asked for, and whose it is", async () => {
      const users = { alice: "+886912345678", nora: undefined, mallory: undefined };
      for (const who of [NORA, NOBODY]) {
        const app = make({ users });
        await call(app, "beginSetup", { ...WEB, email: "mallory@example.com", ...PHONE }).expect(200);
        await call(app, "beginSetup", { ...who, ...PHONE }).expect(429);
        const taken = await call(app, "beginSetup", { ...who, phone_number: "+886912345678" }).expect(400);
        expect(taken.body.code).to.equal("phone_taken");
      }
    });

    it("sets nothing up: no code passes, and no account hears of it", async () => {
      const notices: unknown[] = [];
      const app = make({
        sms: { guessesPerHour: 2 },
        factors: { random: () => 424_242, notify: (notice) => void notices.push(notice) },
      });
      await call(app, "beginSetup", { ...NOBODY, ...PHONE }).expect(200);
      await call(app, "confirmSetup", { ...NOBODY, ...PHONE, code: "424242" }).expect(400);
      await call(app, "confirmSetup", { ...NOBODY, ...PHONE, code: "424242" }).expect(400);
      expect(notices).to.deep.equal([]);
      expect(app.events.map(({ name, event }) => [name, event.reason])).to.deep.equal([
        ["phone_otp_send_suppressed", "unknown_account"],
      ]);
    });

    it("[J2] takes as long as a send, from the first request on, and as a managed verifier at a wrong code", async () => {
      const transport: Transport = {
        name: "managed",
        send: async () => ({ id: "VE1", status: "queued", managed: true }),
        check: async () => "wrong",
      };
      const app = make({ sms: { transport } });
      const took = async (name: string, body: object, status: number) => {
        const start = performance.now();
        await call(app, name, { ...NOBODY, ...body }).expect(status);
        expect(performance.now() - start, name).to.be.at.least(USUAL_MS - 5);
      };
      await took("requestCode", {}, 200);
      await took("verify", guess, 400);
    });

    it("takes no longer than the sends of this app, whichever tenant they were for", async () => {
      const app = make();
      await call(app, "requestCode", { ...ALICE, tenant_id: "globex" }, CLIENTS[2]?.secrets[0]).expect(200);
      const took = [];
      for (const email of ["a@example.com", "b@example.com", "c@example.com"]) {
        const start = performance.now();
        await call(app, "requestCode", { ...WEB, email }).expect(200);
        took.push(performance.now() - start);
      }
      // The quickest, because anything may stop a machine for a moment.
      expect(Math.min(...took)).to.be.below(USUAL_MS);
    });

    it("is answered at setup too", async () => {
      const app = make();
      const { body } = await call(app, "beginSetup", { ...NOBODY, phone_number: NUMBER }).expect(200);
      expect(body.phone_display).to.equal("***-***-0123");
      expect(app.outbox.messages).to.deep.equal([]);
      await call(app, "confirmSetup", { ...NOBODY, phone_number: NUMBER, code: "123456" }).expect(400);
    });

    it("is one without a phone as well", async () => {
      const app = make();
      const { body } = await call(app, "requestCode", NORA).expect(200);
      expect(body.phone_display).to.match(/^\*{3}-\*{3}-\d{4}$/);
      await call(app, "verify", { ...NORA, code: "123456" }).expect(400);
      expect(app.outbox.messages).to.deep.equal([]);
    });
  });
}
