import type { Accounts } from "../accounts/accounts.ts";
import type { Clock } from "../clock.ts";
import { isFactorError } from "../errors.ts";
import type { FactorEmitter, FactorEventName } from "../events.ts";
import type { Factor, FactorTools } from "../factors/factor.ts";
import type { IpLimiter } from "../limiters/ip-limiter.ts";
import type { SecretBox } from "../secret.ts";
import type { Sessions } from "./session-state.ts";

/** Everything that `createFactors` built once and the flows share. */
export interface House<User = unknown> {
  accounts: Accounts<User>;
  factors: readonly Factor[];
  tools: FactorTools;
  sessions: Sessions;
  sends: IpLimiter;
  guesses: IpLimiter;
  box: SecretBox;
  clock: Clock;
  events: FactorEmitter;
  tenant: string;
  onError: (error: unknown) => void;
}

/** The factor of that name in the app's list. Throws a TypeError for a name that is not in it: that is the app's mistake. */
export function factorNamed(house: House, name: string): Factor {
  const factor = house.factors.find((each) => each.name === name);
  if (factor === undefined) {
    const listed = house.factors.map((each) => each.name).join(", ");
    throw new TypeError(`factor "${name}" is not in the list given to createFactors (${listed})`);
  }
  return factor;
}

export interface Occasion {
  account: string;
  factor: string;
  purpose: string;
  /** E.164; told as its fingerprint. */
  to?: string | undefined;
  reason?: string | undefined;
}

/** Emits an event: who and what, the number as a fingerprint, never a code. */
export function tell(house: House, name: FactorEventName, { to, reason, ...occasion }: Occasion): void {
  if (!house.events.wanted(name)) return;
  house.events.emit(name, {
    at: house.clock(),
    tenant: house.tenant,
    ...occasion,
    ...(to === undefined ? {} : { phone: house.box.fingerprint(to) }),
    ...(reason === undefined ? {} : { reason }),
  });
}

/** The reason to tell in an event: one of our codes, or `error`. */
export function reasonOf(error: unknown): string {
  return isFactorError(error) ? error.code : "error";
}
