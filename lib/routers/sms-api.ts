import type { Request, Response, Router } from "express";
import type { Factors } from "../setup/create-factors.ts";
import { FactorError, isFactorError } from "../errors.ts";
import type { ApiAsker } from "../flows/api.ts";
import type { Challenge } from "../flows/codes/challenge.ts";
import { answerJson } from "../http/answer-json.ts";
import { clientsOf, type ApiClient } from "../http/clients.ts";
import { checkFactors } from "../http/check-factors.ts";
import { mountedRouter } from "../http/mounted-router.ts";
import { exactBody } from "../http/exact-body.ts";
import { noStore } from "../http/headers.ts";
import { wrongAnswer } from "../wrong-answer.ts";
import { checkFields, readProfile } from "./signup-fields.ts";
import { SIGNUP_NAMES, type SignupOptions } from "./signup.ts";
import { checkNames } from "../options.ts";

/** A call, before anything is done. */
export interface ApiCall {
  /** The tenant it belongs to. */
  tenant_id: string;
  /** The client of the API. */
  client_id: string;
  /** Absent at sign-up, where there is no account yet. */
  email?: string;
}

/** Options of `smsApi`; docs/options.md has every default, unit and range. */
export interface SmsApiOptions {
  /** Who may be named in a call. A client with one of its secrets (`Authorization: Bearer`) may ask about any account of its tenant. */
  clients: readonly ApiClient[];
  /** Replaces the rule for who acts as a client: answers whether this request does. Whoever does not needs the session of the very account. */
  authorize?: (request: Request, call: ApiCall) => boolean | Promise<boolean>;
  /** Adds `POST /signup/send` and `/signup/verify`, with what the app asks for at sign-up. */
  signup?: SignupOptions;
}

type EmailCall = ApiCall & { email: string };

const CLIENT = { tenant_id: 100, client_id: 100 } as const;
const CALL = { ...CLIENT, email: 254 } as const;

/**
 * The SMS calls of a multi-tenant REST API: `POST /beginSetup`, `/confirmSetup`, `/requestCode`, `/verify`. Mount it at `/webauthn/sms`. The app's
 * `accounts` need `byEmail`. Throws a TypeError that names what is wrong with `clients`, or what `accounts` lack.
 *
 * @example
 * app.use("/webauthn/sms", smsApi(factors, { clients: [{ tenant_id: "acme", client_id: "web", secrets: [process.env.WEB_SECRET!] }] }));
 */
export function smsApi(factors: Factors, options: SmsApiOptions): Router {
  checkFactors("smsApi", factors);
  checkNames("smsApi", options, { clients: true, authorize: true, signup: true });
  const { clients, authorize, signup } = options;
  factors.api.checkAccounts();
  if (signup !== undefined) {
    checkNames("smsApi: signup", signup, SIGNUP_NAMES);
    checkFields(signup.fields ?? []);
    factors.signup.checkAccounts();
  }
  const registered = clientsOf(clients);
  const engines = new Map(registered.tenants.map((tenant) => [tenant, factors.inTenant(tenant)]));

  /** The tenant's factors and the asker, or 401: alike for known and unknown tenants, clients and emails. */
  async function admitted(
    req: Request,
    call: ApiCall & { email: string },
  ): Promise<{ api: Factors["api"]; asker: ApiAsker }> {
    const { tenant, client } = await named(req, call);
    if (client === undefined && req.user === undefined) throw new FactorError("login_required");
    const asker = { email: call.email.trim(), tenant: call.tenant_id, request: req, client };
    // A session has the limits of the app's own pages, whatever it names: there are not more guesses for who knows more tenants.
    return { api: (client === undefined ? factors : tenant).api, asker };
  }

  /** The tenant's factors, and the client where its secret is known; else the session of the request has to do. */
  async function named(
    req: Request,
    call: ApiCall,
  ): Promise<{ tenant: Factors; client: string | undefined }> {
    const { tenant_id, client_id } = call;
    const tenant = engines.get(tenant_id);
    if (tenant === undefined || !registered.has(tenant_id, client_id))
      throw new FactorError("login_required");
    const isClient = await (authorize === undefined
      ? registered.knows(tenant_id, client_id, req.headers.authorization)
      : decides(authorize, req, call));
    // What was sent as a secret and is none must not fall back to a session that happens to be there.
    const claims = authorize === undefined && req.headers.authorization !== undefined;
    if (!isClient && claims) throw new FactorError("login_required");
    return { tenant, client: isClient ? client_id : undefined };
  }

  async function decides(rule: typeof authorize, req: Request, call: ApiCall): Promise<boolean> {
    const answer: unknown = await factors.inTime("authorize", () => rule?.(req, call));
    if (typeof answer !== "boolean") throw wrongAnswer("authorize", answer, "true or false");
    return answer;
  }

  /** Nobody is signed in yet, but there must be a session to bind the code to. */
  async function namedForSignup(req: Request, call: ApiCall): ReturnType<typeof named> {
    const who = await named(req, call);
    const { session } = req as { session?: unknown };
    if (who.client === undefined && session === undefined) throw new FactorError("login_required");
    return who.client === undefined ? { ...who, tenant: factors } : who;
  }

  const t = (req: Request) => factors.translator(factors.locale(req));

  function sent(req: Request, res: Response, challenge: Challenge): void {
    const { phone_display, expires_in_minutes, attempts_remaining } = challenge;
    const message = t(req)("message.code_sent");
    answer(res, { success: true, message, phone_display, expires_in_minutes, attempts_remaining });
  }

  async function beginSetup(req: Request, res: Response): Promise<void> {
    const call = exactBody(req, { ...CALL, phone_number: 64 }) as EmailCall & { phone_number: string };
    const { api, asker } = await admitted(req, call);
    sent(req, res, await api.beginSetup(asker, call.phone_number));
  }

  async function confirmSetup(req: Request, res: Response): Promise<void> {
    const call = exactBody(req, { ...CALL, phone_number: 64, code: 64 }) as EmailCall & {
      phone_number: string;
      code: string;
    };
    const { api, asker } = await admitted(req, call);
    const { phone_display } = await naming("code", api.confirmSetup(asker, call.phone_number, call.code));
    answer(res, { success: true, message: t(req)("message.verified"), phone_display });
  }

  async function requestCode(req: Request, res: Response): Promise<void> {
    const call = exactBody(req, { ...CALL, "phone_number?": 64 }) as EmailCall & { phone_number?: string };
    const { api, asker } = await admitted(req, call);
    const { phone_number: phone } = call;
    sent(req, res, await (phone === undefined ? api.requestCode(asker) : api.beginSetup(asker, phone)));
  }

  async function verify(req: Request, res: Response): Promise<void> {
    const call = exactBody(req, { ...CALL, code: 64 }) as EmailCall & { code: string };
    const { api, asker } = await admitted(req, call);
    const { method } = await naming("code", api.verify(asker, call.code));
    const { email, tenant_id } = call;
    answer(res, { success: true, message: t(req)("message.verified"), method, email, tenant_id });
  }

  async function signupSend(req: Request, res: Response): Promise<void> {
    const call = exactBody(req, { ...CLIENT, phone_number: 64 }) as ApiCall & { phone_number: string };
    const { tenant, client } = await namedForSignup(req, call);
    const e164 = call.phone_number;
    const asker = { request: req, client, e164, tenant: call.tenant_id };
    sent(req, res, await tenant.signup.send(asker, { e164 }));
  }

  async function signupVerify(req: Request, res: Response): Promise<void> {
    const { fields = [], check } = signup ?? {};
    const asked = Object.fromEntries(
      fields.map(({ name, required = true }) => [required ? name : `${name}?`, 200]),
    );
    const call = exactBody(req, { ...CLIENT, phone_number: 64, code: 64, ...asked }) as ApiCall & {
      phone_number: string;
      code: string;
    };
    const { tenant, client } = await namedForSignup(req, call);
    const profile = readProfile(req, fields);
    const asker = { request: req, client, e164: call.phone_number, tenant: call.tenant_id };
    const { method, phone_display } = await naming(
      "code",
      tenant.signup.verify(asker, call.code, profile, check),
    );
    const { tenant_id } = call;
    answer(res, { success: true, message: t(req)("message.verified"), method, phone_display, tenant_id });
  }

  const router = mountedRouter(factors, {
    get: {},
    post: {
      "/beginSetup": beginSetup,
      "/confirmSetup": confirmSetup,
      "/requestCode": requestCode,
      "/verify": verify,
      ...(signup === undefined ? {} : { "/signup/send": signupSend, "/signup/verify": signupVerify }),
    },
  }) as Router & { handle: (req: Request, ...rest: unknown[]) => void };
  const { handle } = router;
  // Only programs ask here: they are answered in JSON whatever they accept.
  router.handle = (req, ...rest) => {
    req.headers.accept = "application/json";
    handle(req, ...rest);
  };
  return router;
}

function answer(res: Response, body: object): void {
  noStore(res);
  answerJson(res, 200, body);
}

/** The code's field is `pin_number` on forms, and `code` here. */
async function naming<Answer>(field: string, run: Promise<Answer>): Promise<Answer> {
  try {
    return await run;
  } catch (error) {
    if (isFactorError(error) && error.details.field === "pin_number") error.details.field = field;
    throw error;
  }
}
