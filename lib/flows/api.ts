import { FactorError } from "../errors.ts";
import type { DeliveredFactor } from "../factors/factor.ts";
import type { Challenge } from "./challenge.ts";
import { beginDecoy, runForClient, verifyDecoy, type Part } from "./decoys.ts";
import { deliveredNamed, type House } from "./house.ts";
import { findPending } from "./pending.ts";
import { numberOf, register } from "./registration.ts";
import { begin, verify, type Proof } from "./second-factor.ts";
import { visitOf, type VisitRequest } from "./visit.ts";

/** Whom a program asks about, and by which right: its client's secret, or (without a client) the session of the request. */
export interface ApiAsker {
  email: string;
  /** The tenant that the call names. */
  tenant: string;
  request: VisitRequest;
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
  verify(asker: ApiAsker, code: unknown): Promise<Proof>;
  /** For the signed-in account: sends a code to the number on file, whatever setup was begun and left; or registers another number. */
  proveNumber(request: VisitRequest, phone: unknown): Promise<Challenge>;
  /** Throws a TypeError where the app's `accounts` lack what programs need. */
  checkAccounts(): void;
}

export function createApiFlows(house: House): ApiFlows {
  const factor = (): DeliveredFactor => deliveredNamed(house, undefined);

  /** Runs a flow for the account; a client that asks about nobody is answered as about any other. */
  async function run<Answer>(
    { email, tenant, request, client }: ApiAsker,
    flow: (part: Part) => Promise<Answer>,
  ): Promise<Answer> {
    const user = (await house.accounts.byEmail?.(email, tenant)) ?? undefined;
    if (client !== undefined) return runForClient(house, factor(), { email, client, user, request }, flow);
    // A session asks about its own account, or about nobody.
    const own = request.user ?? undefined;
    if (own === undefined || user === undefined || house.accounts.id(user) !== house.accounts.id(own))
      throw new FactorError("login_required");
    const visit = { ...visitOf(request, house.accounts), named: tenant };
    return flow({ house, factor: factor(), visit });
  }

  return {
    async beginSetup(asker, phone) {
      const { e164 } = numberOf(factor(), { e164: phone });
      return run(asker, async (part) => register(part.house, part.visit, part.factor, { e164 }));
    },
    async confirmSetup(asker, phone, code) {
      const { e164, display } = numberOf(factor(), { e164: phone });
      return run(asker, async ({ house: its, factor: by, visit }) => {
        const found = await findPending(its, visit, await its.sessions.open(visit));
        if (found?.ref.purpose !== "phone") throw new FactorError("code_expired");
        if (found.ref.to !== e164) throw new FactorError("invalid_phone_number", { field: "phone_number" });
        await verify(its, visit, by, code);
        return { phone_display: display };
      });
    },
    requestCode: async (asker) =>
      run(asker, async ({ house: its, factor: by, visit, decoy }) => {
        const state = await its.sessions.open(visit);
        const onFile = (await its.accounts.phone(visit.user)) ?? undefined;
        // Looked at whether it matters or not, so that time tells nothing of whose number is known.
        const found = await findPending(its, visit, state);
        const isDecoy = onFile === undefined && found?.ref.purpose !== "phone";
        if (isDecoy && decoy !== undefined) return beginDecoy(its, visit, decoy);
        // A setup that was begun and left must not draw a login's code to its number.
        return begin(its, visit, by, { afresh: onFile !== undefined });
      }),
    verify: async (asker, code) =>
      run(asker, async ({ house: its, factor: by, visit, decoy }) => {
        const onFile = (await its.accounts.phone(visit.user)) ?? undefined;
        const found = await findPending(its, visit, await its.sessions.open(visit));
        // A code that was made to register a number proves nothing else.
        if (found?.ref.purpose === "phone") throw new FactorError("code_expired");
        if (onFile !== undefined && found === undefined && decoy !== undefined)
          throw new FactorError("code_expired");
        if (onFile === undefined && decoy !== undefined) return verifyDecoy(its, visit, decoy, code);
        return verify(its, visit, by, code, { onFileOnly: true });
      }),
    async proveNumber(request, phone) {
      const visit = visitOf(request, house.accounts);
      const { e164 } = numberOf(factor(), { e164: phone });
      if ((await house.accounts.phone(visit.user)) !== e164)
        return register(house, visit, factor(), { e164 });
      // A setup that was begun and left must not draw the code to its number.
      return begin(house, visit, factor(), { afresh: true });
    },
    checkAccounts() {
      if (house.accounts.byEmail === undefined) throw new TypeError("the REST API needs byEmail in accounts");
    },
  };
}
