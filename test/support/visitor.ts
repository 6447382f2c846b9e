import assert from "node:assert/strict";
import supertest, { type Response, type Test } from "supertest";
import { isFactorError, type FactorErrorCode } from "../../lib/index.ts";
import type { TestApp } from "./app.ts";

export type Kind = "json" | "html";

/** One browser, or one JSON caller, with its cookie jar. What every answer owes (L2, L4, I9, L5) is checked on every answer. */
export function visitor(
  { server }: Pick<TestApp, "server">,
  kind: Kind = "json",
  headers: Record<string, string> = {},
) {
  const agent = behindHttps(supertest.agent(server));
  const accept = kind === "json" ? "application/json" : "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8";
  const ready = (test: Test) => test.set({ Accept: accept, ...headers }).expect(owes);
  const get = (path: string) => ready(agent.get(path));
  const post = (path: string, body: object = {}) =>
    ready(agent.post(path))
      .type(kind === "json" ? "json" : "form")
      .send(body);
  return {
    agent,
    get,
    post,
    /** Signs in; the first factor only. */
    logIn: (user: string, more: object = {}) =>
      ready(agent.post("/login"))
        .send({ user, ...more })
        .expect(200),
    register: (phone_number = "0912 345 678", country_code = "TW") =>
      post("/sms_registration", { country_code, phone_number }),
    send: () => post("/sms_verification/challenge"),
    verify: (pin_number: unknown) => post("/sms_verification", { pin_number }),
  };
}

/** As behind a proxy that speaks https to browsers: they send `Secure` cookies too. */
function behindHttps<Agent>(agent: Agent): Agent {
  const { jar } = agent as { jar: { getCookies(access: { secure: boolean }): unknown } };
  const getCookies = jar.getCookies.bind(jar);
  jar.getCookies = (access) => getCookies(Object.assign(access, { secure: true }));
  return agent;
}

export type Visitor = ReturnType<typeof visitor>;

function owes(res: Response): void {
  const where = `${res.status} ${JSON.stringify(res.body)}`;
  if (res.status === 401)
    assert.ok(res.headers["www-authenticate"], `[L4] 401 without WWW-Authenticate: ${where}`);
  if (res.status === 429) {
    assert.match(String(res.headers["retry-after"]), /^[1-9]\d*$/, `[L2] 429 without Retry-After: ${where}`);
    assert.equal(res.headers["cache-control"], "no-store", `[L2] a 429 that may be cached: ${where}`);
  }
  assert.doesNotMatch(res.text ?? "", /\bat .+\.(ts|js):\d+/, "[L5] a stack trace");
}

/** A signed-in JSON caller with a code on its way. */
export async function withCode(app: TestApp, user = "alice"): Promise<{ me: Visitor; code: string }> {
  const me = visitor(app);
  await me.logIn(user);
  await (user === "nora" ? me.register("(201) 555-0123", "US") : me.send()).expect(201);
  return { me, code: app.outbox.code() };
}

/** A signed-in JSON caller that has passed the factor. */
export async function passed(app: TestApp, user = "alice"): Promise<Visitor> {
  const { me, code } = await withCode(app, user);
  await me.verify(code).expect(200);
  return me;
}

/** A code of the same length that is not this one. */
export const wrong = (code: string, n = 1): string =>
  String((Number(code) + n) % 10 ** code.length).padStart(code.length, "0");

/** Whether a rejection carries this code; for `assert.rejects`. */
export const refusedWith = (code: FactorErrorCode) => (error: unknown) =>
  isFactorError(error) && error.code === code;
