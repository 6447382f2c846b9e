/** How long sends take of late, so that an answer without a send takes as long. */
export interface Pace {
  note(ms: number): void;
  wait(): Promise<void>;
}

const KEPT = 20;

export function createPace(): Pace {
  const recent: number[] = [];
  return {
    note(ms) {
      recent.push(ms);
      if (recent.length > KEPT) recent.shift();
    },
    async wait() {
      const ms = recent[Math.floor(performance.now() % Math.max(1, recent.length))] ?? 0;
      await new Promise((resolve) => setTimeout(resolve, ms));
    },
  };
}
