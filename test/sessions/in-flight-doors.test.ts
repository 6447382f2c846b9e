import { expect } from "chai";
import session from "express-session";
import { memoryStore, type Transport } from "../../lib/index.ts";
import { ALICE, versions, type TestApp } from "../support/app.ts";
import { cookieOf, isIn, nextLook, slowBody } from "../support/in-flight.ts";
import { WEB } from "../support/rest.ts";
import { allDoors } from "../support/strangers.ts";
import { passed, visitor, type Visitor } from "../support/visitor.ts";

/** A request that comes while its session ends. */
interface Door {
  path: string;
  body: (code: string) => object;
  /** Whose session it is; nobody's is one that signs up. */
  who?: "alice" | "nora" | "nobody";
  /** What comes before it: nothing, a code, a proof. */
  after?: "code" | "call" | "proof";
  /** Only a proof says so; the others may have been carried out already. */
  refused?: boolean;
}

const pin = (code: string) => ({ pin_number: code });
const NUMBER = { country_code: "TW", phone_number: "0978 000 111" };
const EMAIL = { ...WEB, email: "alice@example.com" };
const graphql = (query: string) => ({
  path: "/graphql",
  body: (code: string) => ({ query, variables: { code } }),
});
const VERIFY = graphql("mutation ($code: String!) { verifyPhoneOtp(code: $code) }");
const SIGN_UP = `phoneNumber: "+886978000111", code: $code, email: "m@example.com", password: "p", name: "n"`;

const PROOFS: Record<string, Door> = {
  "a code": { path: "/sms_verification", body: pin, after: "code", refused: true },
  "a code, by Passport's strategy": { path: "/code", body: pin, after: "code", refused: true },
  "a called code": { path: "/call_verification", body: pin, after: "call", refused: true },
  "a backup code": {
    path: "/backup_code_verification",
    body: () => ({ backup_code: "ABCD-ABCD-ABCD-ABCD" }),
  },
  "a code, by GraphQL": { ...VERIFY, after: "code" },
  "a code, by REST": { path: "/webauthn/sms/verify", body: (code) => ({ ...EMAIL, code }), after: "code" },
  "a sign-up's code": {
    path: "/phone_signup/verification",
    body: (code) => ({ pin_number: code, email: "m@example.com" }),
    who: "nobody",
    after: "code",
  },
  "a sign-up's code, by GraphQL": {
    ...graphql(`mutation ($code: String!) { signupVerify(input: { ${SIGN_UP} }) { user { id } } }`),
    who: "nobody",
    after: "code",
  },
};
const SENDS: Record<string, Door> = {
  "a send": { path: "/sms_verification/challenge", body: () => ({}) },
  "a call": { path: "/call_verification/challenge", body: () => ({}) },
  "a choice": { path: "/second_factor", body: () => ({ factor: "sms" }) },
  "a registration": { path: "/sms_registration", body: () => NUMBER, who: "nora" },
  "a send, by GraphQL": graphql(`mutation { sendPhoneOtp(phoneNumber: "${ALICE}") }`),
  "a send, by REST": { path: "/webauthn/sms/requestCode", body: () => EMAIL },
  "a sign-up": {
    path: "/phone_signup",
    body: () => ({ ...NUMBER, phone_number: "0978 000 112" }),
    who: "nobody",
  },
};
const OTHERS: Record<string, Door> = {
  "starting over": { path: "/sms_verification/start_over", body: () => ({}), after: "code" },
  "a new set of backup codes": { path: "/backup_codes", body: () => ({}), after: "proof" },
  "forgetting devices": { path: "/trusted_devices", body: () => ({ device: "all" }), after: "proof" },
};

const LOGOUT = "was logged out";
const PASSING = ["a code", "a code, by Passport's strategy", "a code, by GraphQL", "a sign-up's code"];
const ENDS: Record<string, (me: Visitor) => Promise<unknown>> = {
  [LOGOUT]: async (me) => me.post("/logout").expect(200),
  "signed in anew": async (me) => me.logIn("alice"),
  "signed in as somebody else": async (me) => me.logIn("nora"),
};

for (const express of versions) {
  describe(`[T61] a request in flight, at each door, on Express ${express}`, () => {
    const make = (transport?: Transport) => {
      const sessionStore = new session.MemoryStore();
      const more = transport === undefined ? {} : { sms: { transport }, call: { transport } };
      const users = { nora: undefined };
      const app = allDoors(memoryStore(), {
        express,
        sessionStore,
        users,
        factors: { rememberDevice: {} },
        ...more,
      });
      return { app, sessionStore };
    };

    /** A browser that is where the door works. */
    async function at(app: TestApp, { who = "alice", after }: Door): Promise<Visitor> {
      if (after === "proof") return passed(app);
      const me = visitor(app);
      if (who === "nobody") await me.post("/phone_signup", NUMBER).expect(201);
      else await me.logIn(who);
      if (who === "alice" && after === "code") await me.send().expect(201);
      if (after === "call") await me.post("/call_verification/challenge").expect(201);
      return me;
    }

    async function staysDead({ app, sessionStore }: ReturnType<typeof make>, cookie: string, what: string) {
      expect(await isIn(app, cookie), what).to.equal(false);
      const { sessions } = sessionStore as unknown as { sessions: Record<string, unknown> };
      const id = /=s:([^.]+)\./.exec(decodeURIComponent(cookie))?.[1] as string;
      expect(id).to.have.lengthOf.above(20);
      expect(Object.keys(sessions), what).not.to.include(id);
    }

    /** A logout at every door; elsewhere where something is passed, which is what another login comes beside. */
    const doorsFor = (what: string): [string, Door][] =>
      express === 5 && what === LOGOUT
        ? Object.entries({ ...PROOFS, ...SENDS, ...OTHERS })
        : Object.entries(PROOFS).filter(([name]) => PASSING.includes(name));

    for (const [what, end] of Object.entries(ENDS)) {
      it(`with a slow body does not bring back a session that ${what} meanwhile`, async () => {
        for (const [name, door] of doorsFor(what)) {
          const made = make();
          const { app, sessionStore } = made;
          const me = await at(app, door);
          const cookie = await cookieOf(me);
          const looked = nextLook(sessionStore);
          const slow = slowBody(app, cookie, door.path);
          await looked;
          await end(me);
          slow.send(door.body(door.after === undefined ? "" : app.outbox.code()));
          const status = await slow.answer;
          if (door.refused === true) expect(status, name).to.equal(401);
          await staysDead(made, cookie, `${name}: ${status}`);
          app.server.close();
        }
      });
    }

    it("with a slow provider does not bring back a session that was logged out meanwhile", async () => {
      for (const [name, door] of Object.entries(SENDS)) {
        const waiting: (() => void)[] = [];
        let isSlow = false;
        let asked: () => void = () => {};
        const transport: Transport = {
          name: "slow",
          async send() {
            asked();
            if (isSlow) await new Promise<void>((resolve) => void waiting.push(resolve));
            return { status: "sent", id: "m1" };
          },
        };
        const made = make(transport);
        const me = await at(made.app, door);
        const cookie = await cookieOf(me);
        isSlow = true;
        const held = new Promise<void>((resolve) => (asked = resolve));
        const slow = slowBody(made.app, cookie, door.path);
        slow.send(door.body(""));
        await held;
        await (door.who === "nobody" ? me.logIn("alice") : me.post("/logout").expect(200));
        for (const take of waiting) take();
        expect(await slow.answer, name).to.be.within(200, 201);
        await staysDead(made, cookie, name);
        made.app.server.close();
      }
    });
  });
}
