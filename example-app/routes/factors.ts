import { Router, type NextFunction, type Request, type Response } from "express";
import {
  backupCodes,
  callVerification,
  deliveryStatus,
  factorSettings,
  passkeySignIn,
  recovery,
  requireFactors,
  secondFactor,
  trustedDevices,
  signup,
  smsApi,
  smsRegistration,
  smsVerification,
  verification,
  type ApiClient,
  type Factors,
  type RecoveryOptions,
} from "passport-factors";
import { graphql } from "passport-factors/graphql";
import type { Registry } from "prom-client";
import { checkGraphQLSignup, checkPhoneSignup, PHONE_SIGNUP_FIELDS } from "../signup-form.ts";
import { userOf, wantsJson } from "../http.ts";
import { REGISTRATION, TERMS } from "../sign-in.ts";
import type { User, Users } from "../users.ts";

export interface Mounted {
  users: Users;
  /** Providers can call back. */
  reachable: boolean;
  smsApiClients: readonly ApiClient[] | undefined;
  /** What the settings say of recovery. */
  ways: Pick<RecoveryOptions, "keyMode" | "reveal" | "holdHours">;
}

/** As the chart of the ways back has them; those that are not in the list are left out. */
const ORDER = [
  "security-key",
  "passkey",
  "trusted-device",
  "totp",
  "email",
  "sms",
  "call",
  "whatsapp",
  "backup-code",
  "delegate",
  "secret-questions",
  "old-password",
];

function recoveryOf({ list }: Factors, ways: Mounted["ways"]): RecoveryOptions<User> {
  return {
    ...ways,
    factors: ORDER.filter((name) => list.some((each) => each.name === name)),
    email: "both",
    password: { words: ({ nickname }) => [nickname] },
    supportContact: "help@chat.example",
    // A support desk would open a case here, and make sure by other means who is asking.
    handover: ({ account = "nobody" }) => console.log(`recovery: no way is left for ${account}`),
  };
}

/** A person reads what the number is for before typing it. */
function termsFirst(req: Request, res: Response, next: NextFunction): void {
  const user = userOf(req);
  const isNew = user !== undefined && !user.active && !user.termsAccepted;
  if (isNew && !wantsJson(req)) res.redirect(303, TERMS);
  else next();
}

/** Every door of the package that this app has. */
export function factorRoutes(factors: Factors, { users, reachable, smsApiClients, ways }: Mounted): Router {
  const router = Router();
  const has = (wanted: string) => factors.list.some(({ name }) => name === wanted);
  router.get(REGISTRATION, termsFirst);
  router.use("/sms_registration", smsRegistration(factors));
  if (has("sms")) router.use("/sms_verification", smsVerification(factors));
  if (has("call")) router.use("/call_verification", callVerification(factors));
  if (has("whatsapp")) router.use("/whatsapp_verification", verification(factors, "whatsapp"));
  router.use("/second_factor", secondFactor(factors));
  router.use("/backup_codes", backupCodes(factors));
  router.use("/backup_code_verification", verification(factors, "backup-code"));
  router.use("/totp_verification", verification(factors, "totp"));
  if (has("passkey")) {
    router.use("/passkey_sign_in", passkeySignIn(factors));
    router.use("/passkey_verification", verification(factors, "passkey"));
    router.use("/security_key_verification", verification(factors, "security-key"));
  }
  router.use("/security", factorSettings(factors));
  router.use("/recovery", recovery<User>(factors, recoveryOf(factors, ways)));
  const asked = { fields: PHONE_SIGNUP_FIELDS, check: checkPhoneSignup(users) };
  router.use("/phone_signup", signup(factors, asked));
  if (smsApiClients !== undefined)
    router.use("/webauthn/sms", smsApi(factors, { clients: smsApiClients, signup: asked }));
  if (factors.devices.on) router.use("/trusted_devices", trustedDevices(factors));
  // Whoever moves the phone has proven it in the last five minutes.
  router.get("/phone/change", requireFactors(factors, { within: 300 }), (_req, res) => {
    res.redirect(303, "/sms_registration/new");
  });
  router.use("/graphql", graphql(factors, { signup: { check: checkGraphQLSignup(users) } }));
  router.use("/delivery", deliveryStatus(factors, { announce: reachable }));
  return router;
}

/** `GET /metrics` for Prometheus. It needs no session and tells nothing of anybody. */
export function metricsRoute(registry: Registry): Router {
  const router = Router();
  router.get("/metrics", async (_req, res) => {
    res.set("Cache-Control", "no-store").type(registry.contentType);
    res.send(await registry.metrics());
  });
  return router;
}
