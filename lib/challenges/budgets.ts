/** The guess bucket of everybody who is not on a known device: they guess together, and spend together. */
export const STRANGERS = "strangers";

/**
 * Who spends a send. Each budget has its own count per number, its own blocks of neighbours and its own breaker per calling code, so that nobody can use
 * up, pause or see what another kind of asker spends: a stranger who signs up with somebody's number takes nothing from its owner's logins, and a
 * stranger who knows the password nothing from the devices that the owner has passed on.
 */
export type Budget =
  /** A login or a step-up on a device that has passed a factor of this account before. */
  | "known device"
  /** Any other login or step-up: the number is on file, the device may be a stranger's. */
  | "login"
  /** A signed-in account that proves a new address. */
  | "registration"
  /** Nobody yet. */
  | "signup"
  /** Somebody who has forgotten the password, or says so: anybody who knows a user name. */
  | "recovery";

/** Whether a code's purpose is to put an address on file. */
export const isRegistration = (purpose: string): boolean => purpose === "phone" || purpose === "enrol";

export function budgetOf({ purpose, bucket }: { purpose: string; bucket: string }): Budget {
  if (purpose === "signup") return "signup";
  if (isRegistration(purpose)) return "registration";
  if (purpose === "recovery" && bucket === STRANGERS) return "recovery";
  return bucket === STRANGERS ? "login" : "known device";
}
