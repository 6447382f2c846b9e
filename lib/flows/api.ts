import { FactorError } from "../errors.ts";
import type { DeliveredFactor } from "../factors/factor.ts";
import { heldChallenge, type Challenge } from "./challenge.ts";
import { beginDecoy, verifyDecoy, type Decoy } from "./decoys.ts";
import { inClientSession } from "./client-session.ts";
import { deliveredNamed, type House } from "./house.ts";
import { numberOf, register } from "./registration.ts";
import { begin, verify, type Proof } from "./second-factor.ts";
import { visitOf, type Visit, type VisitRequest } from "./visit.ts";

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
  /** Sends a code to the number on file for the signed-in account, whatever setup was begun and left. */
  proveOnFile(request: VisitRequest): Promise<Challenge>;
  /** Throws a TypeError where the app's `accounts` lack what programs need. */
  checkAccounts(): void;
}

export function createApiFlows(house: House): ApiFlows {
  const factor = (): DeliveredFactor => deliveredNamed(house, undefined);

  /** Runs a flow for the account; a client that asks about nobody gets what the decoy says. */
  async function run<Answer>(
    { email, tenant, request, client }: ApiAsker,
    decoy: (client: string) => Promise<Answer>,
    flow: (visit: Visit) => Promise<Answer>,
  ): Promise<Answer> {
    const user = await house.accounts.byEmail?.(email, tenant);
    const visiting = (by: VisitRequest) => flow({ ...visitOf(by, house.accounts), named: tenant });
    if (client !== undefined)
      return user === undefined || user === null
        ? decoy(client)
        : inClientSession(house, { client, user, request }, visiting);
    // A session asks about its own account, or about nobody.
    const own =
      request.user === undefined || request.user === null ? undefined : house.accounts.id(request.user);
    if (own === undefined || user === undefined || user === null || house.accounts.id(user) !== own)
      throw new FactorError("login_required");
    return visiting(request);
  }

  const decoyOf = (email: string, purpose: Decoy["purpose"], phoneDisplay?: string) => (client: string) => ({
    email,
    client,
    purpose,
    ...(phoneDisplay === undefined ? {} : { phoneDisplay }),
  });

  return {
    async proveOnFile(request) {
      const visit = visitOf(request, house.accounts);
      const state = await house.sessions.open(visit);
      if (state.challenge?.purpose === "phone") delete state.challenge;
      return begin(house, visit, factor());
    },
    checkAccounts() {
      if (house.accounts.byEmail === undefined) throw new TypeError("the REST API needs byEmail in accounts");
    },
    async beginSetup(asker, phone) {
      const { e164, display } = numberOf(factor(), { e164: phone });
      const decoy = decoyOf(asker.email, "phone", display);
      return run(
        asker,
        (client) => beginDecoy(house, factor(), decoy(client)),
        (visit) => register(house, visit, factor(), { e164 }),
      );
    },
    async confirmSetup(asker, phone, code) {
      const { e164, display } = numberOf(factor(), { e164: phone });
      const decoy = decoyOf(asker.email, "phone");
      return run(
        asker,
        (client) => verifyDecoy(house, factor(), decoy(client), code),
        async (visit) => {
          const held = await heldChallenge(house, visit, await house.sessions.open(visit));
          if (held?.ref.purpose !== "phone") throw new FactorError("code_expired");
          if (held.ref.to !== e164) throw new FactorError("invalid_phone_number", { field: "phone_number" });
          await verify(house, visit, factor(), code);
          return { phone_display: display };
        },
      );
    },
    requestCode: async (asker) =>
      run(
        asker,
        (client) => beginDecoy(house, factor(), decoyOf(asker.email, "login")(client)),
        async (visit) => {
          const state = await house.sessions.open(visit);
          const onFile = (await house.accounts.phone(visit.user)) ?? undefined;
          // A setup that was begun and left must not draw a login's code to its number.
          if (onFile !== undefined && state.challenge?.purpose === "phone") delete state.challenge;
          if (onFile === undefined && state.challenge === undefined && asker.client !== undefined)
            return beginDecoy(house, factor(), decoyOf(asker.email, "login")(asker.client));
          return begin(house, visit, factor());
        },
      ),
    verify: async (asker, code) =>
      run(
        asker,
        (client) => verifyDecoy(house, factor(), decoyOf(asker.email, "login")(client), code),
        async (visit) => {
          const { challenge } = await house.sessions.open(visit);
          const onFile = (await house.accounts.phone(visit.user)) ?? undefined;
          if (onFile === undefined && challenge === undefined && asker.client !== undefined)
            return verifyDecoy(house, factor(), decoyOf(asker.email, "login")(asker.client), code);
          // A code that was made to register a number proves nothing else.
          if (challenge?.purpose === "phone") throw new FactorError("code_expired");
          return verify(house, visit, factor(), code);
        },
      ),
  };
}
