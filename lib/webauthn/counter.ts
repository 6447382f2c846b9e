/** What is done about a counter that went back, which two copies of one key would bring about: told only, or refused too. */
export type CounterPolicy = "flag" | "refuse";

/**
 * Whether a signature counter has gone on since the last use (WebAuthn Level 3 §7.2, step 22). Authenticators that do not count say 0 each time, as synced
 * passkeys do. Only of a signature that was good: what a forged one says of its counter says nothing.
 */
export function hasGoneOn({ before, now }: { before: number; now: number }): boolean {
  return (before === 0 && now === 0) || now > before;
}
