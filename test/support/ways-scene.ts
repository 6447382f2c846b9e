import { json } from "express";
import session from "express-session";
import {
  answerErrors,
  delegate,
  factorSettings,
  memoryStore,
  secretQuestions,
  trustedDevice,
  type Accounts,
  type ApprovedBy,
  type DelegateMessage,
  type DelegateOptions,
  type Factor,
  type Notice,
  type Store,
} from "../../lib/index.ts";
import { accountsIn, makeApp, type TestApp } from "./app.ts";
import { sceneOf, type FactorScene } from "./factor-kit.ts";
import { visitor, type Visitor } from "./visitor.ts";

/** An app with ways that are for recovery alone: alice and bob have a phone, nora and otto only a password. */
export interface WaysApp extends TestApp {
  sessions: session.MemoryStore;
  messages: DelegateMessage[];
  notices: Notice<unknown>[];
  /** One factor, as a recovery uses it. */
  way(name: "trusted-device" | "delegate" | "secret-questions"): FactorScene;
}

export const PHONES = { alice: "+886912345678", bob: "+886912345679", nora: undefined, otto: undefined };

export function waysApp({
  store = memoryStore(),
  more = {},
  questions = false,
}: { store?: Store; more?: Partial<DelegateOptions>; questions?: boolean } = {}): WaysApp {
  const messages: DelegateMessage[] = [];
  const notices: Notice<unknown>[] = [];
  const sessions = new session.MemoryStore();
  const list = [
    trustedDevice(),
    delegate({
      tell: (message) => void messages.push(message),
      find: (typed) => typed.replace(/@.*$/, ""),
      label: (account) => `${account} of Chat`,
      ...more,
    }),
    ...(questions ? [secretQuestions()] : []),
  ];
  const app = makeApp({
    store,
    sessionStore: sessions,
    users: PHONES,
    more: list as unknown as Factor[],
    factors: { rememberDevice: {}, notify: (notice) => void notices.push(notice) },
    routes(routes, { factors }) {
      routes.use("/security", factorSettings(factors));
      for (const [path, by] of [
        ["/approve", "device"],
        ["/vouch", "person"],
      ] as [string, ApprovedBy][]) {
        routes.get(path, (req, res, next) => {
          factors.approvals.waiting(req, by).then((waiting) => res.json({ waiting }), next);
        });
        routes.post(path, json(), (req, res, next) => {
          const body = req.body as { id: unknown; approves: boolean; number?: unknown; ends?: boolean };
          // Another request of the same browser signs out meanwhile.
          if (body.ends === true) sessions.destroy(req.sessionID);
          factors.approvals.decide(req, by, body).then((decided) => res.json(decided), next);
        });
      }
      routes.use(answerErrors(factors));
    },
  });
  const accounts = accountsIn(app.users) as unknown as Accounts<unknown>;
  const way: WaysApp["way"] = (name) => {
    const factor = list.find((each) => each.name === name) as (typeof list)[number];
    const scene = sceneOf(factor, { store, accounts, tenant: "default", clock: app.clock });
    return { ...scene, clock: app.clock };
  };
  return Object.assign(app, { sessions, messages, notices, way });
}

/** Signed in, by the second factor too where there is one; on a device that is remembered, where it is told to. */
export async function signedIn(app: WaysApp, user: keyof typeof PHONES, remember = false): Promise<Visitor> {
  const me = visitor(app);
  await me.logIn(user);
  if (PHONES[user] === undefined) return me;
  app.clock.advance(60_000);
  await me.send().expect(201);
  const typed = { pin_number: app.outbox.code(), ...(remember ? { remember_device: "1" } : {}) };
  await me.post("/sms_verification", typed).expect(200);
  return me;
}

/** Alice names bob, who accepts. */
export async function named(app: WaysApp): Promise<{ alice: Visitor; bob: Visitor; id: string }> {
  const [alice, bob] = [await signedIn(app, "alice"), await signedIn(app, "bob")];
  await name(alice, "bob@chat.example");
  const id = await invitationOf(bob);
  await bob.post("/security/delegate/accept", { id }).expect(200);
  return { alice, bob, id };
}

/** Names somebody. */
export async function name(me: Visitor, delegated: string) {
  await me.post("/security/delegate").expect(201);
  return me.post("/security/delegate/confirm", { delegate: delegated });
}

/** The id of the last one that somebody has. */
export async function invitationOf(me: Visitor): Promise<string> {
  const { invitations } = (await me.get("/security").expect(200)).body as { invitations: { id: string }[] };
  return invitations.at(-1)?.id as string;
}
