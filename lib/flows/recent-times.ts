/** How long something took of late, by name, so that an answer without it takes as long. */
export interface RecentTimes {
  /** Only of what was done: an answer without it would make the next one too fast. */
  note(name: string, ms: number): void;
  wait(name: string): Promise<void>;
}

const KEPT = 20;
/** A timer has no less. */
const SHORTEST_MS = 1;

/** `usualMs` is waited as long as nothing of that name was done in this process. */
export function createRecentTimes(usualMs: number): RecentTimes {
  const all = new Map<string, number[]>();
  return {
    note(name, ms) {
      const recent = all.get(name) ?? [];
      all.set(name, recent);
      recent.push(ms);
      if (recent.length > KEPT) recent.shift();
    },
    async wait(name) {
      const recent = all.get(name) ?? [];
      const ms = recent[Math.floor(performance.now() % Math.max(1, recent.length))] ?? usualMs;
      if (ms >= SHORTEST_MS) await new Promise((resolve) => setTimeout(resolve, ms));
    },
  };
}
