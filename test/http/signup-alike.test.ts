import { expect } from "chai";
import {
  call,
  deliveryError,
  deliveryStatus,
  signup,
  sms,
  whatsapp,
  type CodeFactor,
  type Transport,
} from "../../lib/index.ts";
import { outbox } from "../../lib/testing/outbox.ts";
import { makeApp, versions, type TestApp } from "../support/app.ts";
import { fakeTwilio } from "../support/fake-twilio.ts";
import { visitor, type Visitor } from "../support/visitor.ts";

const FREE = { country_code: "TW", phone_number: "0978 000 111" };
const ALSO_FREE = { country_code: "TW", phone_number: "0978 000 112" };
const TAKEN = { country_code: "TW", phone_number: "0912 345 678" };

/** A provider that does as it is told; `asked` is whom it was asked to reach. */
function changeable() {
  const asked: string[] = [];
  const state: { send: unknown; check: unknown } = { send: undefined, check: undefined };
  const transport: Transport = {
    name: "changeable",
    async send({ to }) {
      asked.push(to);
      if (state.send !== undefined) throw state.send as Error;
      return { id: `M${asked.length}`, status: "queued" };
    },
  };
  const managed: Transport = {
    ...transport,
    send: async (message, signal) => ({ ...(await transport.send(message, signal)), managed: true }),
    async check() {
      if (state.check !== undefined) throw state.check as Error;
      return "wrong";
    },
  };
  return { asked, state, transport, managed };
}

/** What an asker sees; digits, marks and times of the clock are its own. */
const seen = ({ status, body }: { status: number; body: object }) => ({
  status,
  ...body,
  phone_display: "",
  reference: "",
});

const DOWN = new Error("the provider is away");
const FACTORS: Record<string, (strict: boolean, parts: ReturnType<typeof changeable>) => CodeFactor> = {
  sms: (strict, { transport }) => sms({ transport, strict, cooldownSeconds: [0] }),
  call: (strict, { transport }) => call({ transport, strict, cooldownSeconds: [0] }),
  whatsapp: (strict, { transport }) => whatsapp({ transport, strict, cooldownSeconds: [0] }),
  "a managed verifier": (strict, { managed }) => sms({ transport: managed, strict, cooldownSeconds: [0] }),
};

for (const express of versions)
  describe(`[T57] a sign-up with a number that has an account, on Express ${express}`, () => {
    const make = (factor: CodeFactor): TestApp =>
      makeApp({
        express,
        factors: { factors: factor.name === "sms" ? [factor] : [factor, sms({ transport: outbox() })] },
        routes(app, { factors }) {
          app.use("/phone_signup", signup(factors));
          app.use("/delivery", deliveryStatus(factors));
        },
      });
    const begin = async (me: Visitor, number: object) => seen(await me.post("/phone_signup", number));
    const pending = async (me: Visitor) => seen(await me.get("/phone_signup/challenge"));
    const guess = async (me: Visitor) =>
      seen(await me.post("/phone_signup/verification", { pin_number: "123456" }));

    for (const [name, factorOf] of Object.entries(FACTORS))
      for (const strict of [true, false])
        it(`[J5][T57] is answered as any other by ${name}, ${strict ? "strict" : "lenient"}, before, in and after an outage`, async () => {
          const parts = changeable();
          const app = make(factorOf(strict, parts));
          for (const failure of [undefined, DOWN, deliveryError("permanent", "no credit"), undefined]) {
            parts.state.send = failure;
            // Somebody else's sign-up is what the others are compared with in the first round.
            await begin(visitor(app), ALSO_FREE);
            const [free, taken] = [visitor(app), visitor(app)];
            const sent = await begin(free, FREE);
            expect(sent.status).to.equal(failure !== undefined && strict ? 500 : 201);
            expect(await begin(taken, TAKEN)).to.deep.equal(sent);
            expect(await pending(taken)).to.deep.equal(await pending(free));
            expect(await guess(taken)).to.deep.equal(await guess(free));
            expect(await pending(taken)).to.deep.equal(await pending(free));
            // What has been sent or has failed may be asked for again alike.
            expect(await begin(taken, TAKEN)).to.deep.equal(await begin(free, FREE));
            app.clock.advance(3_600_000);
          }
        });

    it("[T57] is judged as any other while a managed verifier does not answer", async () => {
      const parts = changeable();
      const app = make(sms({ transport: parts.managed, cooldownSeconds: [0] }));
      const [free, taken] = [visitor(app), visitor(app)];
      await begin(free, FREE);
      await begin(taken, TAKEN);
      for (const failure of [undefined, DOWN, undefined]) {
        parts.state.check = failure;
        const answer = await guess(free);
        expect(answer.status).to.equal(failure === undefined ? 400 : 503);
        expect(await guess(taken)).to.deep.equal(answer);
      }
    });

    it("[T57] what a provider says of one number is not said of the numbers after it", async () => {
      const parts = changeable();
      const app = make(call({ transport: parts.transport }));
      await begin(visitor(app), ALSO_FREE);
      parts.state.send = deliveryError("permanent", "no such number", { refusal: "invalid_phone_number" });
      expect((await begin(visitor(app), FREE)).status).to.equal(400);
      parts.state.send = undefined;
      expect((await begin(visitor(app), TAKEN)).status).to.equal(201);
    });

    it("[T57] tells nothing of a call that rings, of which there is none to the owner", async () => {
      const fake = await fakeTwilio();
      const app = make(call({ transport: fake.transport() }));
      const [free, taken] = [visitor(app), visitor(app)];
      await begin(free, FREE);
      const { sid } = fake;
      await begin(taken, TAKEN);
      for (const status of ["ringing", "in-progress", "no-answer"]) {
        await fake.report(app, { CallSid: sid, CallStatus: status }).expect(204);
        expect(await pending(taken)).to.deep.equal(await pending(free));
      }
      await fake.close();
    });
  });
