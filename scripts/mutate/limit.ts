/** How long a test may take under a mutant, where something may never answer, by how long it took without one. */
export const limitOf = (ms: number): number => 10_000 + 6 * ms;
