import express4Or5, { type Request, type Response } from "express";
import { expect } from "chai";
import {
  factorSettings,
  memoryStore,
  passkey,
  passkeySignIn,
  PasskeyStrategy,
  redisStore,
  securityKey,
  SecurityKeyStrategy,
  type Notice,
  type WebauthnOptions,
} from "../../lib/index.ts";
import { makeApp, type AppOptions, type TestApp, type versions } from "./app.ts";
import { authenticator, type Authenticator, type PublicKeyOptions } from "./authenticator.ts";
import { redisOfSuite } from "./redis-of-suite.ts";
import { visitor, type Visitor } from "./visitor.ts";

/** An app with passkeys and security keys beside text messages, `/security`, sign-in by a passkey, and strategies. */
export interface WebauthnApp extends TestApp {
  notices: Notice<unknown>[];
  named(event: string): TestApp["events"];
}

export function webauthnApp(
  options: AppOptions & { passkey?: WebauthnOptions; securityKey?: WebauthnOptions } = {},
): WebauthnApp {
  const notices: Notice<unknown>[] = [];
  const { passkey: ofPasskey, securityKey: ofKey, ...rest } = options;
  const app = makeApp({
    ...rest,
    more: [passkey(ofPasskey), securityKey(ofKey), ...(rest.more ?? [])],
    factors: { notify: (notice) => void notices.push(notice), ...rest.factors },
    routes(express, parts) {
      const { factors, passport } = parts;
      express.use("/security", factorSettings(factors));
      express.use("/passkey_sign_in", passkeySignIn(factors));
      passport.use(new PasskeyStrategy(factors)).use(new SecurityKeyStrategy(factors));
      const told = (req: Request, res: Response) =>
        void res.json({ authInfo: req.authInfo, user: (req.user as { id: string }).id });
      for (const name of ["passkey", "security-key"])
        express.post(`/login/${name}`, express4Or5.json(), passport.authenticate(name) as never, told);
      rest.routes?.(express, parts);
    },
  });
  return { ...app, notices, named: (event) => app.events.filter(({ name }) => name === event) };
}

export const optionsFrom = async (me: Visitor, path: string): Promise<PublicKeyOptions> =>
  ((await me.post(path).expect(201)).body as { publicKey: PublicKeyOptions }).publicKey;

export type Kind = "passkey" | "security-key";

/** Puts a credential of this authenticator on file for who is signed in. */
export async function enrol(
  me: Visitor,
  kind: Kind,
  device: Authenticator,
  label?: string,
): Promise<{ id: string; options: PublicKeyOptions }> {
  const options = await optionsFrom(me, `/security/${kind}`);
  const credential = { ...device.create(options), ...(label === undefined ? {} : { label }) };
  const { body } = await me.post(`/security/${kind}/confirm`, credential).expect(200);
  expect(body).to.deep.equal({ success: true, factor: kind, id: credential.id });
  return { id: credential.id, options };
}

/** Somebody with a password and one credential. */
export async function withCredential(
  app: WebauthnApp,
  kind: Kind = "passkey",
  device: Authenticator = authenticator({ verifiesUser: kind === "passkey" }),
  user = "nora",
): Promise<{ me: Visitor; device: Authenticator; id: string }> {
  const me = visitor(app);
  await me.logIn(user);
  const { id } = await enrol(me, kind, device);
  return { me, device, id };
}

export async function login(
  app: WebauthnApp,
  user = "nora",
  kind: "json" | "html" = "json",
): Promise<Visitor> {
  const me = visitor(app, kind);
  await me.logIn(user);
  return me;
}

export const doorOf = (kind: Kind): string => `/${kind.replace("-", "_")}_verification`;
export const challenge = (me: Visitor, kind: Kind = "passkey") =>
  optionsFrom(me, `${doorOf(kind)}/challenge`);

/** Makes such apps, on a Redis of the suite's own or in memory. */
export function webauthnApps(express: (typeof versions)[number], onRedis: boolean) {
  const suite = onRedis ? redisOfSuite() : undefined;
  beforeEach(() => suite?.client.flushall());
  return (more: Parameters<typeof webauthnApp>[0] = {}): WebauthnApp =>
    webauthnApp({
      express,
      store: suite === undefined ? memoryStore() : redisStore(suite.client),
      ...more,
    });
}
