import type { SentCode } from "../../factors/factor.ts";
import type { Receipt } from "../../transports/transport.ts";

/** What carries a message: a transport in one channel. */
type By = Pick<SentCode, "channel" | "transport">;

/** How sends went of late, so that an answer without a send takes as long and says the same. */
export interface SendTiming {
  /** Only of what a transport was asked for: an answer without a send would make the next one too fast. */
  note(by: By, ms: number, status?: Receipt["status"]): void;
  wait(by: By): Promise<void>;
  /** What the provider says when it has taken a message. */
  status(by: By): Receipt["status"];
}

const KEPT = 20;

/** What providers of text messages take to answer, as long as none of this process has: until then this is waited. */
export const USUAL_MS = 300;

export function createSendTiming(): SendTiming {
  const all = new Map<string, { recent: number[]; last: Receipt["status"] }>();

  function of({ channel, transport }: By) {
    const name = `${channel} ${transport.name}`;
    const known = all.get(name) ?? { recent: [], last: "queued" as const };
    all.set(name, known);
    return known;
  }

  return {
    note(by, ms, status) {
      const its = of(by);
      its.recent.push(ms);
      if (its.recent.length > KEPT) its.recent.shift();
      if (status !== undefined) its.last = status;
    },
    async wait(by) {
      const { recent } = of(by);
      const ms = recent[Math.floor(performance.now() % Math.max(1, recent.length))] ?? USUAL_MS;
      await new Promise((resolve) => setTimeout(resolve, ms));
    },
    status: (by) => of(by).last,
  };
}
