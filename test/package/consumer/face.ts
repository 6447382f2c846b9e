// The public face as a typed app uses it; compiled against the packed package, never run.
import express from "express";
import session from "express-session";
import { Redis } from "ioredis";
import passport from "passport";
import {
  auditTrail,
  backupCodes,
  call,
  CallStrategy,
  callVerification,
  createFactors,
  credentialsMigration,
  deliveryError,
  deliveryStatus,
  fallbackTransport,
  FactorError,
  isFactorError,
  limitsFromEnv,
  memoryStore,
  phoneVault,
  redisStore,
  requireFactors,
  retrying,
  rotateCredentials,
  secondFactor,
  signup,
  sms,
  smsApi,
  smsRegistration,
  SmsStrategy,
  smsVerification,
  sqlCredentials,
  storeCredentials,
  transportFromEnv,
  trustedDevices,
  twilioTransport,
  verification,
  webhookTransport,
  whatsapp,
  type Accounts,
  type AuditEntry,
  type Challenge,
  type CredentialStore,
  type FactorErrorCode,
  type Factors,
  type Message,
  type Receipt,
  type SmsVerificationPage,
  type SqlQuery,
  type Store,
  type Transport,
} from "passport-factors";
import { factorsClient, smsClient, type CodeSent, type Verified } from "passport-factors/client";
import { SmsStrategy as SameStrategy } from "passport-factors/strategies";
import {
  accountsContract,
  credentialsContract,
  outbox,
  settableClock,
  storeContract,
} from "passport-factors/testing";

interface Member {
  id: number;
  phone: string | null;
}

const members = new Map<number, Member>();
const accounts: Accounts<Member> = {
  id: (member) => String(member.id),
  phone: (member) => member.phone ?? undefined,
  phoneTaken: async (phone, member) =>
    [...members.values()].some((each) => each.phone === phone && each.id !== member.id),
  setPhone: async (member, phone) => {
    members.set(member.id, { ...member, phone });
    return true;
  },
};

const transport: Transport = {
  name: "own",
  async send(message: Message, signal: AbortSignal): Promise<Receipt> {
    signal.throwIfAborted();
    return { id: message.id, status: "sent" };
  },
};

export const store: Store = process.env["REDIS_URL"]
  ? redisStore(new Redis(process.env["REDIS_URL"]), { prefix: "{chat}" })
  : memoryStore();

const factors: Factors = createFactors<Member>({
  secret: ["new secret of thirty-two characters", "old secret of thirty-two characters"],
  accounts,
  store,
  factors: [sms({ transport, countries: { allow: ["JP", "TW"] }, codeLength: 8, resend: "new" })],
  limits: { sendsPerIp: 10 },
  paths: { success: "/chat" },
  views: { smsVerification: "own-view" },
  onError: (error: unknown) => console.error(error),
});

// @ts-expect-error An option that does not exist.
export const typo = sms({ transport, codeLenght: 8 });
// @ts-expect-error The secret and the accounts are required.
export const nothing = () => createFactors({});

factors.events.on("phone_otp_verify_completed", ({ account, at }) =>
  console.log(account?.trim(), at.toFixed()),
);

passport.use(new SmsStrategy(factors));
passport.use(new SameStrategy(factors, { fields: ["otp"] }));
passport.use(
  "checked",
  new SmsStrategy(factors, (req, user, info, done) => done(null, req.ip ? user : false, info)),
);

export const app = express();
app.use(session({ secret: "a session secret", resave: false, saveUninitialized: false }), passport.session());
app.use("/sms_registration", smsRegistration(factors));
app.use("/sms_verification", smsVerification(factors));
app.use("/again", verification(factors, "sms"));
app.post("/strategy", passport.authenticate("sms"));
app.get(
  "/money",
  requireFactors(factors, { within: 300, factors: ["sms"] }),
  (_req, res) => void res.send("ok"),
);
app.post("/own", async (req, res) => {
  try {
    const challenge: Challenge = await factors.begin(req, "sms");
    res.json({ wait: challenge.resend_after_seconds.toFixed() });
  } catch (error) {
    if (!isFactorError(error)) throw error;
    const code: FactorErrorCode = error.code;
    const wait: number | undefined = error.details.retryAfter;
    res.status(400).json({ code, wait });
  }
});

export const page = (own: SmsVerificationPage): string => own.challenge?.phone_display ?? own.appName;
export const refused = new FactorError("invalid_code", { attemptsRemaining: 2 });

const clock = settableClock(0);
clock.advance(1000);
export const box = outbox();
export const typed: string = box.code("+12015550123");
export const cases: { name: string; run(): Promise<void> }[] = [
  ...storeContract(async () => ({ store: memoryStore(), close: async () => {} })),
  ...accountsContract<Member>(async () => ({
    accounts,
    alice: { id: 1, phone: null },
    bob: { id: 2, phone: null },
    reload: async (member) => members.get(member.id) ?? member,
  })),
  ...credentialsContract(async () => ({ store: storeCredentials(memoryStore()) })),
];

// Everything beside text messages.
const many: Transport = fallbackTransport(
  retrying(webhookTransport({ url: "https://sms.example", token: "t", signingKey: "whsec_AAAA" }), {
    tries: 3,
  }),
  twilioTransport({ accountSid: "AC", authToken: "t", from: "+15550001111" }),
);
const env = transportFromEnv(process.env, { prefix: "ACME_" });
const whole: Factors = createFactors<Member>({
  secret: "a secret of at least thirty-two characters",
  accounts: {
    ...accounts,
    byEmail: async (email, tenant) => (tenant === "acme" && email !== "" ? members.get(1) : undefined),
    byPhone: async (phone) => [...members.values()].find((each) => each.phone === phone),
    createFromPhone: async (phone, { email = "" }) => (email === "" ? undefined : { id: 2, phone }),
  },
  factors: [
    sms({ transport: many }),
    call({ transport: env }),
    whatsapp({ transport: many }),
    backupCodes({ count: 8 }),
  ],
  limits: { ...limitsFromEnv(process.env), sendsPerDay: 1000, breaker: { share: 0.2 } },
  rememberDevice: { days: 14 },
  testNumbers: [{ phone: "+12015550199", code: "123456", until: "2030-01-01" }],
  beforeSend: ({ calling_code, ip }) => calling_code === "886" && ip !== undefined,
  notify: async ({ kind, user }) => console.log(kind, user.id),
  logger: { info: () => {}, warn: () => {} },
});
passport.use(new CallStrategy(whole));
app.use("/second_factor", secondFactor(whole));
app.use("/call_verification", callVerification(whole));
app.use("/backup_codes", backupCodes(whole));
app.use("/delivery", deliveryStatus(whole, { announce: false }));
app.use("/trusted_devices", trustedDevices(whole));
app.use(
  "/phone_signup",
  signup(whole, { fields: [{ name: "email", label: { en: "Email" }, type: "email" }] }),
);
app.use(
  "/webauthn/sms",
  smsApi(whole, { clients: [{ tenant_id: "acme", client_id: "web", secrets: ["s"] }] }),
);
app.get("/mine", async (req, res) => void res.json(await whole.devices.list(req)));

export const trail: Promise<AuditEntry[]> = auditTrail(whole, new Redis()).read({ account: "1", limit: 10 });
export const kept: Promise<string | undefined> = phoneVault(store, { secret: "s".repeat(32) }).register(
  "+12015550123",
);
const query: SqlQuery = async (sql, params) => ({ rows: [{ sql, count: params.length }], changes: 0 });
export const onFile: CredentialStore = sqlCredentials({ query, dialect: "postgres" });
export const migration: string = credentialsMigration("sqlite");
export const added: Promise<boolean> = onFile.inTenant("acme").add("1", "totp", "a", "sealed", 1);
export async function left(): Promise<number> {
  let count = 0;
  for await (const { failed, unopened } of rotateCredentials(onFile, { secret: "s".repeat(32) }))
    count = failed + unopened;
  return count;
}
// @ts-expect-error A database that is not known.
export const oracle = () => credentialsMigration("oracle");
export const proven: Promise<Verified> = factorsClient().verify({ verify: "/sms_verification" }, "123456");
export const asked: Promise<CodeSent> = smsClient({
  url: "/webauthn/sms",
  tenant_id: "acme",
  client_id: "web",
}).requestCode({ email: "a@b" });
export const failed: Error = deliveryError("permanent", "no", { refusal: "invalid_phone_number" });
// @ts-expect-error A kind of failure that does not exist.
export const odd = () => deliveryError("sometimes", "no");
