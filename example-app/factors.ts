import { isIP } from "node:net";
import {
  backupCodes,
  call,
  createFactors,
  delegate,
  email,
  memoryStore,
  oldPassword,
  passkey,
  passwordHistory,
  phoneVault,
  redisStore,
  secretQuestions,
  securityKey,
  sms,
  totp,
  trustedDevice,
  whatsapp,
  type Clock,
  type CredentialStore,
  type Factor,
  type Factors,
  type SecretBox,
  type Transport,
} from "passport-factors";
import type { Redis } from "ioredis";
import { createAccounts } from "./accounts.ts";
import type { Config } from "./config.ts";
import { mailBy, tellDelegateBy } from "./notices.ts";
import { decoyHash, isHashOf } from "./passwords.ts";
import { CHAT, CHOICE, REGISTRATION, VERIFICATION } from "./sign-in.ts";
import type { User, Users } from "./users.ts";

export interface FactorParts {
  config: Config;
  users: Users;
  box: SecretBox;
  redis: Redis | undefined;
  credentials: CredentialStore;
  transport: Transport;
  /** Carries mails. */
  mails: Transport;
  onError: (error: unknown) => void;
  clock: Clock;
}

const CHANNELS: Readonly<Record<string, (options: { transport: Transport }) => Factor>> = {
  sms,
  call,
  whatsapp,
};

/** Browsers make them by https, and on this machine by name. */
const hasPasskeys = ({ protocol, hostname }: URL) =>
  isIP(hostname.replace(/^\[|\]$/g, "")) === 0 && (protocol === "https:" || hostname === "localhost");

/** Every way to prove that the package has: for logins, and for recovery alone. */
export async function createChatFactors(parts: FactorParts): Promise<Factors> {
  const { config, users, box, redis, credentials, transport, mails, onError, clock } = parts;
  const channels = transport.channels ?? ["sms"];
  const store = redis === undefined ? memoryStore() : redisStore(redis);
  const vault = config.phoneVault === true ? phoneVault(store, { secret: config.factorsSecret }) : undefined;
  const emailOf = async (id: string) => (await users.byId(id))?.email ?? id;
  const wasPassword = passwordHistory<User>({
    hashesOf: (user) => users.oldPasswordHashes(user),
    verify: isHashOf,
    decoy: await decoyHash(),
  });
  const onlyTexts = channels.length === 1 && channels[0] === "sms";
  return createFactors<User>({
    secret: config.factorsSecret,
    accounts: { ...createAccounts(users, box, vault), wasPassword },
    store,
    credentials,
    factors: [
      ...channels.flatMap((name) => CHANNELS[name]?.({ transport }) ?? []),
      ...(hasPasskeys(config.publicUrl)
        ? [passkey({ label: emailOf }), securityKey({ label: emailOf })]
        : []),
      totp({ label: emailOf }),
      backupCodes(),
      email({ transport: mails }),
      ...(config.rememberDays === undefined ? [] : [trustedDevice()]),
      delegate({
        tell: tellDelegateBy({ mails, users, publicUrl: config.publicUrl, clock }),
        label: emailOf,
      }),
      ...(config.knowledgeFactors === true ? [secretQuestions(), oldPassword()] : []),
    ],
    name: "Chat",
    appearance: { logo: "/icon.svg", stylesheet: "/app.css" },
    support: { url: "mailto:help@chat.example" },
    publicUrl: config.publicUrl.origin,
    limits: config.limits ?? {},
    rememberDevice: config.rememberDays === undefined ? false : { days: config.rememberDays },
    // Where there is one way to send, a login sends and asks for the code; where there are several, it asks which.
    paths: { registration: REGISTRATION, success: CHAT, verification: onlyTexts ? VERIFICATION : CHOICE },
    notify: mailBy(mails, clock),
    onError,
    clock,
  });
}
