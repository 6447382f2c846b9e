import type { Receipt } from "../transports/transport.ts";

/** How sends went of late, so that an answer without a send takes as long and says the same. */
export interface Pace {
  /** Only of what a transport was asked for: an answer without a send would make the next one too fast. */
  note(ms: number, status?: Receipt["status"]): void;
  wait(): Promise<void>;
  /** What providers say when they have taken a message. */
  status(): Receipt["status"];
}

const KEPT = 20;

/** What providers of text messages take to answer, as long as none of this process has: until then this is waited. */
export const USUAL_MS = 300;

export function createPace(): Pace {
  const recent: number[] = [];
  let last: Receipt["status"] = "queued";
  return {
    note(ms, status) {
      recent.push(ms);
      if (recent.length > KEPT) recent.shift();
      if (status !== undefined) last = status;
    },
    async wait() {
      const ms = recent[Math.floor(performance.now() % Math.max(1, recent.length))] ?? USUAL_MS;
      await new Promise((resolve) => setTimeout(resolve, ms));
    },
    status: () => last,
  };
}
