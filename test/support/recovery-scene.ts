import { expect } from "chai";
import {
  factorSettings,
  recovery,
  totp,
  type Factor,
  type Handover,
  type Notice,
  type PasswordReset,
  type RecoveryOptions,
} from "../../lib/index.ts";
import { hotp, stepAt } from "../../lib/totp/code.ts";
import { bytesOf, newSecret } from "../../lib/totp/secrets.ts";
import { accountsIn, makeApp, type AppOptions, type TestApp, type User } from "./app.ts";
import { visitor, type Kind, type Visitor } from "./visitor.ts";

export const STEP = 30_000;
export const PASSWORD = "seven quiet lanterns";

export interface Written {
  user: string;
  password: string;
  about: PasswordReset;
}

/** An app with recovery over an authenticator app and whatever else is given; passwords are written into a list. */
export interface RecoveryApp extends TestApp {
  written: Written[];
  notices: Notice<unknown>[];
  handed: Handover[];
  codeOf(secret: string, steps?: number): string;
}

export interface RecoveryAppOptions extends AppOptions {
  recovery?: RecoveryOptions<User>;
  /** Stands in for the app's own; `true` once it is written. */
  reset?: (user: User, password: string) => Promise<true | "refused">;
  more?: readonly Factor[];
  /** In place of all others but text messages. */
  only?: readonly Factor[];
}

export function recoveryApp(options: RecoveryAppOptions = {}): RecoveryApp {
  const written: Written[] = [];
  const notices: Notice<unknown>[] = [];
  const handed: Handover[] = [];
  const users = new Map<string, User>();
  const { recovery: settings, reset = async () => true as const, only, ...rest } = options;
  const app = makeApp({
    users: { alice: undefined, nora: undefined },
    ...rest,
    more: only ?? [totp(), ...(rest.more ?? [])],
    factors: {
      notify: (notice) => void notices.push(notice),
      ...rest.factors,
      accounts: {
        ...accountsIn(users),
        find: async (identifier) => users.get(identifier.toLowerCase()),
        async resetPassword(user, password, about) {
          const answer = await reset(user, password);
          if (answer === true) written.push({ user: user.id, password, about });
          return answer;
        },
        ...rest.factors?.accounts,
      },
    },
    routes(express, parts) {
      express.use("/security", factorSettings(parts.factors));
      express.use(
        "/recovery",
        recovery<User>(parts.factors, {
          handover: (about) => void handed.push(about),
          // The app's phones recover where a test is about them.
          factors: parts.factors.list
            .filter(({ name, uses }) => name !== "sms" && uses.includes("recovery"))
            .map(({ name }) => name),
          ...settings,
        }),
      );
      rest.routes?.(express, parts);
    },
  });
  for (const [id, user] of app.users) users.set(id, user);
  app.clock.set(Math.floor(app.clock() / STEP) * STEP);
  return {
    ...app,
    written,
    notices,
    handed,
    codeOf: (secret, steps = 0) => hotp(bytesOf(secret), stepAt(app.clock()) + steps),
  };
}

/** Puts an authenticator app on file. */
export async function putTotp(app: RecoveryApp, account: string): Promise<string> {
  const { secret } = newSecret(app.clock());
  expect(await app.factors.importTotp(account, secret)).to.equal(true);
  return secret;
}

interface View {
  state: string;
  factor?: string;
  gen: number;
  inputs: string[];
  proofs: { factor: string; class: string }[];
  prompt?: Record<string, unknown>;
  expires_in_seconds: number;
  flow?: string;
  message?: string;
}

/** Somebody who recovers an account, by JSON, and always says the generation that was seen last. */
export function walker(app: RecoveryApp, kind: Kind = "json") {
  const me: Visitor = visitor(app, kind);
  const walk = {
    me,
    view: { state: "identify", gen: 0, inputs: [], proofs: [], expires_in_seconds: 0 } as View,
    async start(identifier = "alice"): Promise<View> {
      const { body } = await me.post("/recovery", { identifier }).expect(201);
      return (walk.view = body as View);
    },
    async step(input: string, more: object = {}, status = 200): Promise<View> {
      const { body } = await me.post("/recovery/step", { gen: walk.view.gen, input, ...more }).expect(status);
      return (walk.view = body as View);
    },
    respond: (response: unknown, status = 200) => walk.step("respond", { response }, status),
    async look(): Promise<View> {
      return (walk.view = (await me.get("/recovery").expect(200)).body as View);
    },
    async password(password: unknown, status = 200): Promise<View & { code?: string; reason?: string }> {
      const { body } = await me.post("/recovery/password", { gen: walk.view.gen, password }).expect(status);
      return (walk.view = body as View);
    },
    is(state: string, factor?: string): void {
      expect([walk.view.state, walk.view.factor]).to.deep.equal([state, factor]);
    },
  };
  return walk;
}

export type Walker = ReturnType<typeof walker>;
