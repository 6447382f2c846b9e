import type { FactorClass } from "../../factors/definition.ts";
import type { Plan, Policy, Way } from "./ways.ts";

/** A fact that only a factor's success makes. */
export interface Proof {
  /** The way's name. */
  factor: string;
  class: FactorClass;
  /** What it came by, as a fingerprint: one number, one address. Two by the same are one proof. */
  channel: string;
  userVerified: boolean;
  amr: readonly string[];
  /** Milliseconds since the epoch. */
  at: number;
}

/** What is on file for the account now. Of an identifier that nobody has: nothing. */
export interface Facts {
  onFile: ReadonlySet<string>;
  /** The classes of what its login asks for as a second factor. */
  secondFactors: readonly FactorClass[];
}

export const isPossession = (each: { class: FactorClass }): boolean => each.class !== "knowledge";

/**
 * Whether proofs open the reset (NIST SP 800-63B-4 §4.2.2): counted as facts, never concluded from nothing being left to do. Knowledge never opens
 * anything, and what came by one channel, or is of one class, counts once.
 */
export function isOpenedBy(policy: Policy, { secondFactors }: Facts, proofs: readonly Proof[]): boolean {
  const counting = proofs.filter(isPossession);
  if (counting.length === 0) return false;
  if (secondFactors.length === 0 || counting.some(({ userVerified }) => userVerified)) return true;
  if (areTwo(counting)) return true;
  const isAskedAtLogin = secondFactors.some((each) => counting.every((proof) => proof.class !== each));
  return policy.secondProof === "at-login" && isAskedAtLogin;
}

/** With `policy.holdMs`, one proof of possession is enough once there is a proof of knowledge beside it, or no other way is left. */
export function isHeldBy(policy: Policy, proofs: readonly Proof[], waysLeft: number): boolean {
  if (policy.holdMs === undefined || !proofs.some(isPossession)) return false;
  return waysLeft === 0 || !proofs.every(isPossession);
}

/** Of different classes and by different channels. */
function areTwo(proofs: readonly Proof[]): boolean {
  return proofs.some((one) =>
    proofs.some((other) => one.class !== other.class && one.channel !== other.channel),
  );
}

const BOUND: readonly FactorClass[] = ["verified-key", "key", "app"];

/** A key or an app that is still the owner's binds a new password; anything else recovers the account (NIST SP 800-63B-4 §4.2). */
export function kindOf(proofs: readonly Proof[]): "rebind" | "recovery" {
  return proofs.some((each) => BOUND.includes(each.class)) ? "rebind" : "recovery";
}

/** Whether a way's proof would count beside those that are there. Knowledge counts only for a hold, and after possession (OWASP ASVS 5.0 6.4.2). */
export function countsBeside({ policy }: Plan, proofs: readonly Proof[], way: Way): boolean {
  if (proofs.some((each) => each.class === way.class)) return false;
  return isPossession(way) || (policy.holdMs !== undefined && proofs.some(isPossession));
}
