import { expect } from "chai";
import {
  auditTrail,
  backupCodes,
  BackupCodeStrategy,
  call,
  CallStrategy,
  consoleTransport,
  createFactors,
  createPasswordPolicy,
  defineFactor,
  delegate,
  deliveryStatus,
  endSessions,
  memoryStore,
  oldPassword,
  phoneVault,
  mailTransportFromEnv,
  redisStore,
  requireFactors,
  retrying,
  recovery,
  secretQuestions,
  signup,
  sms,
  smsApi,
  smtpTransport,
  SmsStrategy,
  totp,
  transportFromEnv,
  trustedDevice,
  twilioTransport,
  webhookTransport,
  whatsapp,
  type Factors,
} from "../lib/index.ts";
import { smsClient } from "../lib/client/sms-client.ts";
import { graphql, resolvers } from "../lib/graphql/graphql.ts";
import { outbox } from "../lib/testing/outbox.ts";
import { accountsIn, SECRET } from "./support/app.ts";

type Take = (options: object) => unknown;

const transport = outbox();
const accounts = accountsIn(new Map());
const build = (options: object) =>
  createFactors({
    secret: SECRET,
    accounts,
    factors: [sms({ transport }), call({ transport }), backupCodes()],
    ...options,
  } as never);
const factors: Factors = build({});
const recovering = build({
  accounts: { ...accounts, find: () => undefined, resetPassword: () => true },
  factors: [totp()],
});
const redis = { defineCommand: () => undefined, on: () => undefined };
const clients = [{ tenant_id: "acme", client_id: "web", secrets: ["x".repeat(32)] }];
const url = "https://chat.example";
const twilio = { accountSid: "AC1", authToken: "secret", from: "+15550001111" };
const label = "Name";
const mail = { url: "smtp://localhost", from: "a@chat.example" };
const own = {
  name: "fob",
  amr: ["otp"],
  class: "app",
  uses: ["login"],
  texts: { en: { label: "Fob", field: "Code" } },
  onFile: () => undefined,
  parse: () => undefined,
  judge: () => "wrong",
};
const enrol = { begin() {}, parse() {}, confirm() {}, remove() {} };
const request = { user: { id: "ada" }, headers: {}, session: { regenerate: () => {} }, sessionID: "s" };

/** Every public function that takes options: a name that is nearly one of them, and the one that was meant. */
const TAKERS: Record<string, [take: Take, wrong: string, right: string]> = {
  requireFactors: [(o) => requireFactors(factors, o), "withn", "within"],
  createFactors: [(o) => build(o), "beforesend", "beforeSend"],
  "createFactors: limits": [(o) => build({ limits: o }), "sendsPerIP", "sendsPerIp"],
  "createFactors: paths": [(o) => build({ paths: o }), "logn", "login"],
  "createFactors: views": [(o) => build({ views: o }), "problems", "problem"],
  "createFactors: appearance": [(o) => build({ appearance: o }), "acent", "accent"],
  "createFactors: appearance.logo": [
    (o) => build({ appearance: { logo: { src: "/logo.svg", ...o } } }),
    "wordmrk",
    "wordmark",
  ],
  "createFactors: support": [(o) => build({ support: { url: "/help", ...o } }), "lable", "label"],
  "createFactors: appearance.dark": [
    (o) => build({ appearance: { accent: "#0a5", dark: { accent: "#5fa", ...o } } }),
    "acent",
    "accent",
  ],
  "createFactors: rememberDevice": [(o) => build({ rememberDevice: o }), "day", "days"],
  "createFactors: testNumbers[0]": [
    (o) => build({ testNumbers: [{ phone: "+886912345678", code: "123456", until: "2099-01-01", ...o }] }),
    "productoin",
    "production",
  ],
  sms: [(o) => sms({ transport, ...o }), "codeLenght", "codeLength"],
  "sms: countries": [(o) => sms({ transport, countries: o }), "alow", "allow"],
  call: [(o) => call({ transport, ...o }), "sendsPerhour", "sendsPerHour"],
  whatsapp: [(o) => whatsapp({ transport, ...o }), "strickt", "strict"],
  backupCodes: [(o) => backupCodes(o), "counts", "count"],
  createPasswordPolicy: [(o) => createPasswordPolicy(o), "minLenght", "minLength"],
  endSessions: [(o) => endSessions({ all() {}, destroy() {} }, o), "acountOf", "accountOf"],
  trustedDevice: [(o) => trustedDevice(o), "guessesPerhour", "guessesPerHour"],
  delegate: [(o) => delegate({ tell: () => {}, ...o }), "lable", "label"],
  secretQuestions: [(o) => secretQuestions(o), "counts", "count"],
  oldPassword: [(o) => oldPassword(o), "guessesInARwo", "guessesInARow"],
  memoryStore: [(o) => memoryStore(o), "maxKey", "maxKeys"],
  redisStore: [(o) => redisStore(redis, o), "prefx", "prefix"],
  auditTrail: [(o) => auditTrail(factors, redis, o), "keepDay", "keepDays"],
  phoneVault: [(o) => phoneVault(memoryStore(), { secret: SECRET, ...o }), "tennant", "tenant"],
  deliveryStatus: [(o) => deliveryStatus(factors, o), "anounce", "announce"],
  recovery: [(o) => recovery(recovering, o), "revael", "reveal"],
  "recovery: password": [(o) => recovery(recovering, { password: o }), "minLenght", "minLength"],
  signup: [(o) => signup(factors, o), "field", "fields"],
  "signup: fields[0]": [
    (o) => signup(factors, { fields: [{ name: "nick", label, ...o }] }),
    "require",
    "required",
  ],
  smsApi: [(o) => smsApi(factors, { clients, ...o }), "authorise", "authorize"],
  "smsApi: signup": [(o) => smsApi(factors, { clients, signup: o }), "chek", "check"],
  "smsApi: clients[0]": [
    (o) => smsApi(factors, { clients: [{ ...clients[0], ...o }] as never }),
    "secret",
    "secrets",
  ],
  graphql: [(o) => graphql(factors, o), "maxdepth", "maxDepth"],
  resolvers: [(o) => resolvers(factors, o), "signUp", "signup"],
  "resolvers: signup": [(o) => resolvers(factors, { signup: o }), "checks", "check"],
  "sms strategy": [(o) => new SmsStrategy(factors, o), "field", "fields"],
  "call strategy": [(o) => new CallStrategy(factors, o), "feilds", "fields"],
  "backup-code strategy": [(o) => new BackupCodeStrategy(factors, o), "Fields", "fields"],
  consoleTransport: [(o) => consoleTransport(o), "allowInProd", "allowInProduction"],
  webhook: [(o) => webhookTransport({ url, ...o }), "signinKey", "signingKey"],
  smtp: [(o) => smtpTransport({ ...mail, ...o }), "timeoutMS", "timeoutMs"],
  "smtp: options": [
    (o) => smtpTransport({ from: mail.from, options: { host: "localhost", ...o } } as never),
    "prot",
    "port",
  ],
  "smtp: from": [
    (o) => smtpTransport({ url: mail.url, from: { name: "A", address: mail.from, ...o } }),
    "adress",
    "address",
  ],
  mailTransportFromEnv: [(o) => mailTransportFromEnv({}, o), "prefixes", "prefix"],
  'factor "fob"': [(o) => defineFactor({ ...own, ...o } as never), "onfile", "onFile"],
  'factor "fob": enrol': [
    (o) => defineFactor({ ...own, enrol: { ...enrol, ...o } } as never),
    "confrim",
    "confirm",
  ],
  'factor "fob": limits': [
    (o) => defineFactor({ ...own, limits: o } as never),
    "guessesPerhour",
    "guessesPerHour",
  ],
  'factor "fob": events': [(o) => defineFactor({ ...own, events: o } as never), "pased", "passed"],
  'factor "fob": notices': [(o) => defineFactor({ ...own, notices: o } as never), "aded", "added"],
  twilio: [(o) => twilioTransport({ ...twilio, ...o }), "verifyServiceSID", "verifyServiceSid"],
  retrying: [(o) => retrying(transport, o), "waitMS", "waitMs"],
  transportFromEnv: [(o) => transportFromEnv({}, o), "prefixes", "prefix"],
  smsClient: [(o) => smsClient({ url, tenant_id: "acme", client_id: "web", ...o }), "secrets", "secret"],
};

/** Nothing is near enough to "allowInProd"; the client for browsers is too small to guess. */
const UNGUESSED = ["consoleTransport", "smsClient"];

describe("[T52] an option that is not known", () => {
  for (const [where, [take, wrong, right]] of Object.entries(TAKERS)) {
    it(`throws at once, by name, with the one that was meant: ${where}`, () => {
      const named = thrownBy(() => take({ [wrong]: 1 }));
      // Inside of an option it is named by its path.
      const unknown = (name: string) =>
        where.includes(": ")
          ? `${where}.${name}: unknown; known are `
          : `${where}: unknown option "${name}"; known are `;
      expect(named).to.include(unknown(wrong)).and.to.include(right);
      if (!UNGUESSED.includes(where)) expect(named).to.match(new RegExp(`; did you mean ${right}\\?$`));
      const other = thrownBy(() => take({ entirelyElse: undefined }));
      expect(other)
        .to.include(unknown("entirelyElse"))
        .and.to.match(/known are [^;]+$/);
      expect(() => take({})).not.to.throw();
    });
  }

  it("is named by what is asked in a request, too: a guard must not guard less than it says", async () => {
    expect(await rejectionOf(factors.require(request, { withn: 300 } as object))).to.equal(
      'require: unknown option "withn"; known are within, factors, ifEnrolled, purpose; did you mean within?',
    );
    expect(await rejectionOf(factors.signedIn(request, { arm: ["pwd"] } as never))).to.include(
      'signedIn: unknown option "arm"',
    );
    const audit = auditTrail(factors, redis);
    expect(await rejectionOf(audit.read({ acount: "ada" } as object))).to.include("did you mean account?");
    await audit.close();
  });

  it("is not what is only inherited, nor does a list or a text pass for options", () => {
    expect(() => requireFactors(factors, Object.create({ withn: 300 }) as object)).not.to.throw();
    expect(() => requireFactors(factors, null as never)).to.throw(TypeError, /must be an object/);
    expect(() => requireFactors(factors, "sms" as never)).to.throw(TypeError, /must be an object/);
    expect(() => requireFactors(factors, ["sms"] as never)).to.throw(TypeError, /unknown option "0"/);
    expect(() => requireFactors(factors, { factors: "sms" } as never)).to.throw(TypeError, /factors/);
  });
});

function thrownBy(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof TypeError) return error.message;
    throw error;
  }
  throw new Error("nothing was thrown");
}

async function rejectionOf(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof TypeError) return error.message;
    throw error;
  }
  throw new Error("nothing was rejected");
}
