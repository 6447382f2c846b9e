import { FactorError } from "../errors.ts";
import { isRegistration } from "../challenges/budgets.ts";
import { numberOf, type PhoneFactor } from "../factors/phone-destination.ts";
import type { Challenge } from "./codes/challenge.ts";
import { beginDecoy, runForClient, verifyDecoy, type ClientRun } from "./decoys.ts";
import { phoneFactorOf, type Engine } from "./engine.ts";
import { findPending } from "./codes/pending.ts";
import { register } from "./settings/registration.ts";
import { begin } from "./codes/begin-code.ts";
import { verify, type Proof } from "./second-factor.ts";
import { contextOf, type IncomingRequest, type RequestContext } from "./request-context.ts";

/** Whom a program asks about, and by which right: its client's secret, or (without a client) the session of the request. */
export interface ApiAsker {
  /** Whom it is about. */
  email: string;
  /** The tenant that the call names. */
  tenant: string;
  /** The request. */
  request: IncomingRequest;
  /** The client that asks. */
  client: string | undefined;
}

/** What the doors for programs do: the flows of text messages, for an account that is named by its email. */
export interface ApiFlows {
  /** Sends a code to a number that the account wants to register. */
  beginSetup(asker: ApiAsker, phone: unknown): Promise<Challenge>;
  /** Registers the number; it must be the one that the code was sent to. */
  confirmSetup(asker: ApiAsker, phone: unknown, code: unknown): Promise<{ phone_display: string }>;
  /** Sends a code to the number on file. */
  requestCode(asker: ApiAsker): Promise<Challenge>;
  /** Judges a code. */
  verify(asker: ApiAsker, code: unknown): Promise<Proof>;
  /** For the signed-in account: sends a code to the number on file, whatever setup was begun and left; or registers another number. */
  proveNumber(request: IncomingRequest, phone: unknown): Promise<Challenge>;
  /** Throws a TypeError where the app's `accounts` lack what programs need. */
  checkAccounts(): void;
}

export function createApiFlows(engine: Engine): ApiFlows {
  const factor = (): PhoneFactor => phoneFactorOf(engine);
  const policy = () => factor().code.destination.policy;
  const pendingOf = async (its: Engine, context: RequestContext, by: PhoneFactor) =>
    findPending(its, context, await its.sessions.open(context), by.code.destination.kind);

  /** Runs a flow for the account; a client that asks about nobody is answered as about any other. */
  async function run<Answer>(
    { email, tenant, request, client }: ApiAsker,
    flow: (part: ClientRun) => Promise<Answer>,
  ): Promise<Answer> {
    const user = (await engine.accounts.byEmail?.(email, tenant)) ?? undefined;
    if (client !== undefined) return runForClient(engine, factor(), { email, client, user, request }, flow);
    // A session asks about its own account, or about nobody.
    const own = request.user ?? undefined;
    if (own === undefined || user === undefined || engine.accounts.id(user) !== engine.accounts.id(own))
      throw new FactorError("login_required");
    const context = { ...contextOf(request, engine), named: tenant };
    return flow({ engine, factor: factor(), context });
  }

  return {
    async beginSetup(asker, phone) {
      const { e164 } = numberOf(policy(), { e164: phone });
      return run(asker, async (part) => register(part.engine, part.context, part.factor, { e164 }));
    },
    async confirmSetup(asker, phone, code) {
      const { e164, display } = numberOf(policy(), { e164: phone });
      return run(asker, async ({ engine: its, factor: by, context }) => {
        const found = await pendingOf(its, context, by);
        if (found === undefined || !isRegistration(found.ref.purpose)) throw new FactorError("code_expired");
        if (found.ref.to !== e164) throw new FactorError("invalid_phone_number", { field: "phone_number" });
        await verify(its, context, by, code);
        return { phone_display: display };
      });
    },
    requestCode: async (asker) =>
      run(asker, async ({ engine: its, factor: by, context, decoy }) => {
        const onFile = (await its.accounts.phone(context.user)) ?? undefined;
        // Looked at whether it matters or not, so that time tells nothing of whose number is known.
        const found = await pendingOf(its, context, by);
        const isDecoy = onFile === undefined && !isRegistration(found?.ref.purpose ?? "");
        if (isDecoy && decoy !== undefined) return beginDecoy(its, context, decoy);
        // A setup that was begun and left must not draw a login's code to its number.
        return begin(its, context, by, { afresh: onFile !== undefined });
      }),
    verify: async (asker, code) =>
      run(asker, async ({ engine: its, factor: by, context, decoy }) => {
        const onFile = (await its.accounts.phone(context.user)) ?? undefined;
        const found = await pendingOf(its, context, by);
        // A code that was made to register a number proves nothing else.
        if (isRegistration(found?.ref.purpose ?? "")) throw new FactorError("code_expired");
        if (onFile !== undefined && found === undefined && decoy !== undefined)
          throw new FactorError("code_expired");
        if (onFile === undefined && decoy !== undefined) return verifyDecoy(its, context, decoy, code);
        return verify(its, context, by, code, { onFileOnly: true });
      }),
    async proveNumber(request, phone) {
      const context = contextOf(request, engine);
      const { e164 } = numberOf(policy(), { e164: phone });
      if ((await engine.accounts.phone(context.user)) !== e164)
        return register(engine, context, factor(), { e164 });
      // A setup that was begun and left must not draw the code to its number.
      return begin(engine, context, factor(), { afresh: true });
    },
    checkAccounts() {
      if (engine.accounts.byEmail === undefined)
        throw new TypeError("the REST API needs byEmail in accounts");
    },
  };
}
