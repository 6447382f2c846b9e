import type { SentCode } from "../../factors/factor.ts";
import type { Receipt } from "../../transports/transport.ts";
import { createRecentTimes } from "../recent-times.ts";

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

/** What providers of text messages take to answer, as long as none of this process has: until then this is waited. */
export const USUAL_MS = 300;

export function createSendTiming(): SendTiming {
  const times = createRecentTimes(USUAL_MS);
  const last = new Map<string, Receipt["status"]>();
  const nameOf = ({ channel, transport }: By) => `${channel} ${transport.name}`;
  return {
    note(by, ms, status) {
      times.note(nameOf(by), ms);
      if (status !== undefined) last.set(nameOf(by), status);
    },
    wait: async (by) => times.wait(nameOf(by)),
    status: (by) => last.get(nameOf(by)) ?? "queued",
  };
}
