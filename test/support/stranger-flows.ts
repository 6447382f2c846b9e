import { createContacts } from "../../lib/factors/named-contacts.ts";
import { backupCodeFactor } from "../../lib/factors/backup-codes.ts";
import { devicesOf } from "../../lib/flows/devices/remembered.ts";
import {
  delegate,
  email,
  passkey,
  securityKey,
  trustedDevice,
  type Accounts,
  type Factor,
  type FactorKit,
  type Store,
  type Transport,
} from "../../lib/index.ts";
import { outbox } from "../../lib/testing/outbox.ts";
import { createSavedCredentials } from "../../lib/webauthn/saved-credentials.ts";
import type { User } from "./app.ts";
import { sceneOf } from "./factor-kit.ts";
import { putTotp, recoveryApp, type RecoveryApp } from "./recovery-scene.ts";
import { far } from "./strangers.ts";

/** Who is asked about: an account with everything on file, one with nothing, one that is archived, and nobody. */
export const KINDS = ["everything", "nothing", "archived", "unknown"] as const;
export type AskedKind = (typeof KINDS)[number];

export interface SlowApp {
  app: RecoveryApp;
  /** What the app was asked, and for whom. */
  lookups: { name: string; about: string }[];
  /** Puts everything on file for one more account; answers its number. */
  add(n: number): Promise<void>;
}

const later = async <Answer>(ms: number, answer: Answer): Promise<Answer> =>
  new Promise((resolve) => setTimeout(resolve, ms, answer));

interface Slowness {
  sendMs: number;
  lookupMs: number;
  /** The provider takes nothing. */
  fails?: boolean;
  /** The app's own check says no before each send. */
  refuses?: boolean;
}

/** An app with every way that a stranger sees, whose provider and database take their time. */
export function slowApp(
  store: Store,
  { sendMs, lookupMs, fails = false, refuses = false }: Slowness,
): SlowApp {
  const lookups: SlowApp["lookups"] = [];
  const box = outbox();
  if (fails) box.failWith(new Error("no route"));
  const transport = (name: string): Transport => ({
    name,
    send: async (message, signal) => later(sendMs, await box.send(message, signal)),
  });
  const saved = backupCodeFactor({ count: 2 });
  const person = delegate({ tell: () => {}, find: (typed) => typed });
  const [key, pass, device] = [securityKey(), passkey(), trustedDevice()];
  const numberOf = (id: string) => Number(/\d+$/.exec(id)?.[0]);
  const looksUp = <Answer>(name: string, answer: (user: User) => Answer) =>
    async function lookUp(user: User): Promise<Answer> {
      lookups.push({ name, about: user.id });
      return later(lookupMs, answer(user));
    };
  const has = ({ id }: User) => id.startsWith("everything");
  const app = recoveryApp({
    store,
    trustProxy: true,
    sms: { transport: transport("texts") },
    call: { transport: transport("calls") },
    more: [key, pass, device, email({ transport: transport("mails") }), saved, person] as Factor[],
    recovery: {
      factors: "totp email sms call security-key trusted-device backup-code delegate passkey".split(" "),
      email: "both",
    },
    factors: {
      rememberDevice: {},
      ...(refuses ? { beforeSend: () => false } : {}),
      accounts: {
        async find(identifier: string) {
          lookups.push({ name: "find", about: identifier });
          const isThere = /^(everything|nothing)-\d+$/.test(identifier);
          return later(lookupMs, isThere ? { id: identifier } : undefined);
        },
        phone: looksUp("phone", (user) => (has(user) ? `+886${far(numberOf(user.id)).slice(1)}` : undefined)),
        emails: looksUp("emails", (user) => (has(user) ? [`${user.id}@example.net`] : [])),
      } as unknown as Accounts<User>,
    },
  });
  const kitOf = (factor: Factor) =>
    sceneOf(factor as never, { store, tenant: "default", clock: app.clock })
      .kit as unknown as FactorKit<never>;

  async function add(n: number): Promise<void> {
    const account = `everything-${n}`;
    await putTotp(app, account);
    await saved.definition.issue?.issue(account, kitOf(saved) as never);
    for (const [factor, name] of [
      [key, "key"],
      [pass, "passkey"],
    ] as const) {
      const id = Buffer.from(`${name} of ${account}`.padEnd(32)).toString("base64url");
      await createSavedCredentials(kitOf(factor)).add(account, id, CREDENTIAL, 5);
    }
    const contacts = createContacts(kitOf(person) as never);
    await contacts.name(account, { display: "a friend", delegate: `friend-${n}`, from: account }, 5);
    const [stands] = await contacts.standingFor(`friend-${n}`);
    await contacts.accept(`friend-${n}`, stands?.link ?? "");
    const now = app.clock();
    const expiresAt = now + 86_400_000;
    const remembered = { hash: "", name: "A browser", addedAt: now, usedAt: now, expiresAt, logins: 0 };
    const whose = devicesOf({ tenant: "default" }, { account });
    await store.trusted.add(whose, "device", JSON.stringify(remembered), now, { most: 5, ttlMs: 86_400_000 });
  }

  return { app, lookups, add };
}

const CREDENTIAL = {
  publicKey: "",
  counter: 0,
  userVerified: true,
  multiDevice: false,
  backedUp: false,
  transports: ["usb"],
  userHandle: "handle",
  addedAt: 0,
};
