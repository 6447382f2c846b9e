import { backupCodes, recovery, signup, smsApi, type Store } from "../../lib/index.ts";
import { graphql } from "../../lib/graphql/graphql.ts";
import { makeApp, type AppOptions, type TestApp } from "./app.ts";
import { CLIENTS, WEB } from "./rest.ts";
import { visitor, type Visitor } from "./visitor.ts";

/** Every door there is, in front of one and the same tenant, with addresses as a proxy tells them. */
export function allDoors(store: Store, { factors, users, ...more }: AppOptions = {}): TestApp {
  return makeApp({
    store,
    trustProxy: true,
    users: { alice: "+886912345678", ...users },
    call: {},
    recovers: true,
    more: [backupCodes()],
    factors: { tenant: WEB.tenant_id, ...factors },
    routes(app, its) {
      app.use("/phone_signup", signup(its.factors));
      app.use("/webauthn/sms", smsApi(its.factors, { clients: CLIENTS, signup: {} }));
      app.use("/graphql", graphql(its.factors));
      app.use("/recovery", recovery(its.factors));
    },
    ...more,
  });
}

let count = 0;

/** An address that nobody has used before. */
export function freshAddress(): string {
  count += 1;
  return `198.${18 + (count >> 16)}.${(count >> 8) & 255}.${count & 255}`;
}

/** A browser without cookies, at an address of its own. */
export const stranger = (app: TestApp): Visitor =>
  visitor(app, "json", { "X-Forwarded-For": freshAddress() });

export async function strangerAs(app: TestApp, user: string): Promise<Visitor> {
  const me = stranger(app);
  await me.logIn(user);
  return me;
}

export const signUp = (me: Visitor, phone_number: string) =>
  me.post("/phone_signup", { country_code: "TW", phone_number });

const SEND = "mutation ($phone: String!) { sendPhoneOtp(phoneNumber: $phone) }";
const SIGN_UP = "mutation ($phone: String!) { signupSendOtp(input: { phoneNumber: $phone }) }";
const VERIFY = "mutation ($code: String!) { verifyPhoneOtp(code: $code) }";

/** The GraphQL door; answers the refusal's code, or undefined. */
export async function graph(
  me: Visitor,
  what: "send" | "sign up" | "verify",
  value: string,
): Promise<string | undefined> {
  const query = { send: SEND, "sign up": SIGN_UP, verify: VERIFY }[what];
  const variables = what === "verify" ? { code: value } : { phone: value };
  const { body } = await me.post("/graphql", { query, variables });
  return (body as { errors?: { extensions: { code: string } }[] }).errors?.[0]?.extensions.code;
}

/** The REST door; with the session of who asks, unless a secret is given. */
export const rest = (me: Visitor, name: string, body: object = {}, secret?: string) => {
  const asking = me.post(`/webauthn/sms/${name}`, { ...WEB, ...body });
  return secret === undefined ? asking : asking.set("Authorization", `Bearer ${secret}`);
};

/** Goes as far as it gets in a recovery, and answers what each step was answered with. */
export async function recoverBy(
  me: Visitor,
  identifier: string,
  steps: readonly object[],
): Promise<{ status: number; state: string; code?: string }[]> {
  let { status, body } = await me.post("/recovery", { identifier });
  let { gen } = body as { gen: number };
  const seen = [{ status, state: body.state, code: body.code }];
  for (const step of steps) {
    ({ status, body } = await me.post("/recovery/step", { gen, ...step }));
    gen = body.gen ?? gen;
    seen.push({ status, state: body.state, code: body.code });
  }
  return seen;
}

/** A number of the same country, far from all others: no block is in the way. */
export const far = (n: number): string => `09${String(10_000_000 + ((n * 7_001) % 89_999_999))}`;
