import type { FactorClass } from "./definition.ts";

/**
 * The strongest first: keys, which a false page cannot ask for (NIST SP 800-63B-4 §3.2.5), before codes that are made on the spot, before those that are sent
 * by the telephone network (restricted, §3.2.9); what was saved for the day that the rest is lost comes behind them.
 */
const ORDER: readonly FactorClass[] = [
  "verified-key",
  "key",
  "device",
  "app",
  "phone",
  "address",
  "saved",
  "person",
  "knowledge",
];

/** The smaller the stronger. */
export const rankOf = (its: FactorClass | undefined): number =>
  its === undefined ? ORDER.length : ORDER.indexOf(its);

/** Worth a recommendation beside something weaker. */
export const isStrong = (its: FactorClass | undefined): boolean => rankOf(its) < ORDER.indexOf("phone");
