import type { SendLimit } from "../errors.ts";

/** A limit, and the milliseconds until it lets the next send go; 0 where it lets it go now. */
export type Waiting<Limit extends SendLimit = SendLimit> = readonly [limit: Limit, ms: number];

/** The one to wait for; of equal ones the first. */
export function longest<Limit extends SendLimit>(
  first: Waiting<Limit>,
  ...rest: readonly Waiting<Limit>[]
): Waiting<Limit> {
  return rest.reduce((most, each) => (each[1] > most[1] ? each : most), first);
}
