import { FactorError } from "../errors.ts";
import { callingCodeOf } from "../phone/calling-code.ts";
import { lastFour } from "../phone/display.ts";
import { parseE164, parseInternational, parsePhone } from "../phone/parse.ts";
import { refusedByPolicy, type PhonePolicy } from "../phone/policy.ts";
import type { Destination } from "./destination.ts";
import type { CodeFactor, Factor } from "./factor.ts";

export const PHONE = "phone";

/** A phone, under the rules of one channel. */
export interface PhoneDestination extends Destination {
  readonly policy: PhonePolicy;
}

/** A factor that brings codes to phones. */
export interface PhoneFactor extends CodeFactor {
  readonly code: CodeFactor["code"] & { readonly destination: PhoneDestination };
}

/** A new number as a form or a JSON body gives it; any type may arrive. */
export type PhoneInput =
  | {
      /** ISO 3166-1 alpha-2 (`TW`) or calling code (`886`, `+886`). */
      country_code: unknown;
      /** National or international. */
      phone_number: unknown;
    }
  /** International, with its plus. */
  | { e164: unknown };

/**
 * The phone that an account has, which the app keeps. `reachesAll`: a number on file was proven under this very policy, and is sent to whatever has become
 * of the policy since; other channels have rules of their own, and are not offered against them.
 */
export function phoneDestination(
  policy: PhonePolicy,
  { reachesAll }: { reachesAll: boolean },
): PhoneDestination {
  return {
    kind: PHONE,
    policy,
    needs: ["phone", "phoneTaken", "setPhone"],
    onFile: (_account, { accounts, user }) => accounts.phone(user as never),
    display: displayOf,
    ...(reachesAll
      ? {}
      : { refusal: (address) => (isReached(address, policy) ? undefined : "country_not_allowed") }),
    // A decoy's address is no number, and nothing is spent on it.
    area: (e164) =>
      e164.startsWith("+") ? { code: callingCodeOf(e164), block: e164.slice(0, -3) } : undefined,
    enrol: {
      read: (input) => numberOf(policy, input as PhoneInput).e164,
      taken: (e164, _account, { accounts, user }) => accounts.phoneTaken(e164, user as never),
      put: (e164, _account, { accounts, user }) => accounts.setPhone(user as never, e164),
      replaces: true,
    },
  };
}

export function isPhone(factor: Factor): factor is PhoneFactor {
  const destination = (factor as Partial<CodeFactor>).code?.destination;
  return destination?.kind === PHONE && "policy" in destination;
}

/** The number, where it is one that may be registered. Throws `invalid_phone_number`, `country_not_allowed`, each with `field`. */
export function numberOf(policy: PhonePolicy, input: PhoneInput): { e164: string; display: string } {
  const phone =
    "e164" in input ? parseInternational(input.e164) : parsePhone(input.country_code, input.phone_number);
  if ("invalid" in phone) throw new FactorError("invalid_phone_number", { field: phone.invalid });
  const refused = refusedByPolicy(phone, policy);
  const field = "e164" in input ? "phone_number" : "country_code";
  if (refused === "country_not_allowed") throw new FactorError(refused, { field });
  if (refused !== undefined) throw new FactorError(refused, { field: "phone_number" });
  return { e164: phone.e164, display: lastFour(phone) };
}

/** Reading a number costs more than all else here, and a long one hides enough under any calling code. */
export function displayOf(to: string): string {
  if (/^\+[1-9]\d{9,14}$/.test(to)) return `***-***-${to.slice(-4)}`;
  const phone = parseE164(to);
  return phone === undefined ? "***-***-****" : lastFour(phone);
}

function isReached(e164: string, policy: PhonePolicy): boolean {
  const parsed = parseE164(e164);
  return parsed !== undefined && refusedByPolicy(parsed, policy) === undefined;
}
