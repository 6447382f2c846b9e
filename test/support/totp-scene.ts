import { expect } from "chai";
import {
  factorSettings,
  memoryStore,
  redisStore,
  totp,
  TotpStrategy,
  type Notice,
  type TotpOptions,
} from "../../lib/index.ts";
import { hotp, stepAt } from "../../lib/totp/code.ts";
import { bytesOf } from "../../lib/totp/secrets.ts";
import { makeApp, type AppOptions, type TestApp, type versions } from "./app.ts";
import { redisOfSuite } from "./redis-of-suite.ts";
import { visitor, type Visitor } from "./visitor.ts";

export const STEP = 30_000;

/** An app with authenticator apps beside text messages, `/security`, and a strategy at `/login/totp`. */
export interface TotpApp extends TestApp {
  notices: Notice<unknown>[];
  /** The code that an app with this secret shows now, or so many steps later. */
  codeOf(secret: string, steps?: number): string;
  named(event: string): TestApp["events"];
}

export function totpApp(options: AppOptions & { totp?: TotpOptions } = {}): TotpApp {
  const notices: Notice<unknown>[] = [];
  const { totp: settings, ...rest } = options;
  const app = makeApp({
    ...rest,
    more: [totp(settings), ...(rest.more ?? [])],
    factors: { notify: (notice) => void notices.push(notice), ...rest.factors },
    routes(express, parts) {
      express.use("/security", factorSettings(parts.factors));
      parts.passport.use(new TotpStrategy(parts.factors));
      express.get("/login/totp", parts.passport.authenticate("totp") as never, (req, res) => {
        res.json({ authInfo: req.authInfo });
      });
      rest.routes?.(express, parts);
    },
  });
  app.clock.set(Math.floor(app.clock() / STEP) * STEP);
  return {
    ...app,
    notices,
    codeOf: (secret, steps = 0) => hotp(bytesOf(secret), stepAt(app.clock()) + steps),
    named: (event) => app.events.filter(({ name }) => name === event),
  };
}

/** Somebody who has put an authenticator app on file, a step ago. */
export async function withTotp(
  app: TotpApp,
  user = "nora",
): Promise<{ me: Visitor; secret: string; id: string }> {
  const me = visitor(app);
  await me.logIn(user);
  const { body } = await me.post("/security/totp").expect(201);
  const { secret, id } = body as { secret: string; id: string };
  expect(
    (await me.post("/security/totp/confirm", { code: app.codeOf(secret) }).expect(200)).body,
  ).to.deep.equal({ success: true, factor: "totp", id });
  app.clock.advance(STEP);
  return { me, secret, id };
}

/** Makes such apps, on a Redis of the suite's own or in memory. */
export function totpApps(express: (typeof versions)[number], onRedis: boolean) {
  const suite = onRedis ? redisOfSuite() : undefined;
  beforeEach(() => suite?.client.flushall());
  return (more: Parameters<typeof totpApp>[0] = {}): TotpApp =>
    totpApp({ express, store: suite === undefined ? memoryStore() : redisStore(suite.client), ...more });
}

/** Somebody who has typed the password. */
export async function login(app: TotpApp, user = "nora", kind: "json" | "html" = "json"): Promise<Visitor> {
  const me = visitor(app, kind);
  await me.logIn(user);
  return me;
}
