import type { Factor } from "../factors/factor.ts";

/**
 * What somebody knows is no proof by itself: it is never asked first and never alone (NIST SP 800-63B-4 §3.1.1.2). Throws a TypeError that names the factor; warns
 * where one is in the list at all, which OWASP ASVS 5.0 6.4.2 does not allow.
 */
export function checkKnowledge(factors: readonly Factor[]): void {
  const isKnowledge = (factor: Factor) => factor.class === "knowledge";
  const first = factors.find(isKnowledge);
  if (first === undefined) return;
  const named = `createFactors: factors: "${first.name}"`;
  if (factors.every(isKnowledge))
    throw new TypeError(`${named} is knowledge, which proves nothing alone; list a factor beside it`);
  if (isKnowledge(factors[0] as Factor))
    throw new TypeError(`${named} is knowledge, and must not be the first of the list`);
  const names = factors.filter(isKnowledge).map(({ name }) => name);
  process.emitWarning(
    `${names.join(" and ")}: OWASP ASVS 5.0 6.4.2 allows no secret questions and no hints, and no standard takes an old password for a proof; with them in the list an app does not conform`,
    { code: "PASSPORT_FACTORS_KNOWLEDGE" },
  );
}
