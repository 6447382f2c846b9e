import type { Factors } from "../setup/create-factors.ts";

/** Throws a TypeError at mounting, where else the first request would fail in the dark. */
export function checkFactors(who: string, factors: Factors): void {
  const { list } = (factors ?? {}) as Partial<Factors>;
  if (!Array.isArray(list))
    throw new TypeError(`${who}: the first argument must be what createFactors returned`);
}
