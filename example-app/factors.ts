import { isIP } from "node:net";
import {
  backupCodes,
  call,
  createFactors,
  memoryStore,
  passkey,
  phoneVault,
  redisStore,
  securityKey,
  sms,
  totp,
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
import { noticeText } from "./notices.ts";
import { CHAT, CHOICE, TERMS, VERIFICATION } from "./sign-in.ts";
import type { User, Users } from "./users.ts";

export interface FactorParts {
  config: Config;
  users: Users;
  box: SecretBox;
  redis: Redis | undefined;
  credentials: CredentialStore;
  transport: Transport;
  /** Carries a mail to a user; here: to the terminal. */
  mail: (to: User, text: string) => void;
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

/** The ways to prove: the channels that the transport carries, passkeys and security keys, authenticator apps, and backup codes. */
export function createChatFactors(parts: FactorParts): Factors {
  const { config, users, box, redis, credentials, transport, mail, onError, clock } = parts;
  const channels = transport.channels ?? ["sms"];
  const store = redis === undefined ? memoryStore() : redisStore(redis);
  const vault = config.phoneVault === true ? phoneVault(store, { secret: config.factorsSecret }) : undefined;
  const emailOf = async (id: string) => (await users.byId(id))?.email ?? id;
  const onlyTexts = channels.length === 1 && channels[0] === "sms";
  return createFactors<User>({
    secret: config.factorsSecret,
    accounts: createAccounts(users, box, vault),
    store,
    credentials,
    factors: [
      ...channels.flatMap((name) => CHANNELS[name]?.({ transport }) ?? []),
      ...(hasPasskeys(config.publicUrl)
        ? [passkey({ label: emailOf }), securityKey({ label: emailOf })]
        : []),
      totp({ label: emailOf }),
      backupCodes(),
    ],
    name: "Chat",
    publicUrl: config.publicUrl.origin,
    limits: config.limits ?? {},
    rememberDevice: config.rememberDays === undefined ? false : { days: config.rememberDays },
    // Where there is one way to send, a login sends and asks for the code; where there are several, it asks which.
    paths: { registration: TERMS, success: CHAT, verification: onlyTexts ? VERIFICATION : CHOICE },
    notify: (notice) => mail(notice.user, noticeText(notice)),
    onError,
    clock,
  });
}
