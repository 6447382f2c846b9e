import { WAITS } from "./redis-scripts.ts";
import type { Spending } from "./spending.ts";
import type { IssueAnswer, IssueRequest, PendingRecord, VerifyAnswer, VerifyRequest } from "./store.ts";

/** What ISSUE and VERIFY answer: words, and behind them what is kept of a pending code and, where it is repeated, the sealed code. */
export type Reply = string | [words: string, digest: string, by: string, note: string, sealed?: string];

/** The values of ISSUE, as its one argument holds them; without the brackets, because those of SPENDING may follow. */
export function issueValues(request: IssueRequest, points: number): string {
  const { keys, accountKey, now, ttlMs, resend, sends, guesses } = request;
  const limits = `${sends.perHour},${sends.perDay},${guesses.perCode},${guesses.perHour},${guesses.inARow}`;
  const byAccount = accountKey === undefined ? 0 : 1;
  const what = `${now},${ttlMs},${resend === "same" ? 1 : 0},${limits},${byAccount},${points},[${sends.cooldownsMs.join()}]`;
  const { digest, sealed, about, by, note, keepMs, other } = request;
  const record = JSON.stringify([sealed, about, by, note, keepMs, other === "replace" ? 1 : 0]);
  return `${what},${JSON.stringify(keys.bucket)},"${digest}",${record}`;
}

/** What is counted over all accounts, as the script reads it. */
export function spendingValues({ breaker, neighbours, caps }: Spending): string {
  const judged = breaker === undefined ? "-1,0,0" : `${breaker.minimum},${breaker.share},${breaker.pauseMs}`;
  const near =
    neighbours === undefined ? "0,-1,1" : `${neighbours.cell},${neighbours.most},${neighbours.windowMs}`;
  return [
    judged,
    near,
    ...caps.map(({ most, windowMs, pauses }) => `${most},${windowMs},${pauses ? 1 : 0}`),
  ].join();
}

const JUDGED = { elsewhere: 1, right: 2 } as const;

/** The one argument of VERIFY. */
export function verifyValues(request: VerifyRequest, points: number): string {
  const { keys, now, guesses, breakerKey, judged, attempt, by, about, digests } = request;
  return JSON.stringify([
    now,
    guesses.perHour,
    guesses.inARow,
    breakerKey === undefined ? 0 : 1,
    points,
    keys.bucket,
    judged === undefined ? 0 : JUDGED[judged],
    attempt,
    by,
    about,
    digests,
  ]);
}

export function issueAnswer(reply: Reply, request: IssueRequest): IssueAnswer {
  const { digest, by, note, sealed, spending: { caps = [] } = {} } = request;
  const [words, ...kept] = Array.isArray(reply) ? reply : [reply];
  const [kind, n = 0, second = 0, third = 0] = words.split(" ").map(Number);
  switch (kind) {
    case 0:
      return { outcome: "limited", retryAfterMs: n, limit: WAITS[second] ?? "number" };
    case -1:
      return { outcome: "disabled" };
    case -2: {
      const limit = caps[third]?.limit ?? "breaker";
      return { outcome: "paused", retryAfterMs: n, limit, tripped: second === 1 };
    }
    case -4:
      return { outcome: "limited", retryAfterMs: n, limit: caps[second]?.limit ?? "block" };
    case -5:
      return { outcome: "other", record: recordOf(kept) };
    case 1:
      return {
        outcome: "issued",
        repeated: kept.length > 0,
        record: kept.length > 0 ? recordOf(kept) : { digest, by: [by], note },
        sealed: kept[3] ?? sealed,
        attemptsRemaining: n,
        expiresAt: second,
        resendAfterMs: third,
      };
    default:
      throw new Error(`redisStore: ISSUE answered "${words}"`);
  }
}

export function verifyAnswer(reply: Reply): VerifyAnswer {
  const [words, ...kept] = Array.isArray(reply) ? reply : [reply];
  const [kind, n = 0, disabled = 0, locked = 0] = words.split(" ").map(Number);
  const consequences = { nowDisabled: disabled === 1, nowLocked: locked === 1 };
  switch (kind) {
    case 1:
      return { outcome: "passed", resumed: n === 1 };
    case 2:
      return { outcome: "mismatch", attemptsRemaining: n, ...consequences };
    case 3:
      return { outcome: "expired" };
    case 4:
      return { outcome: "exhausted", counted: n === 1, ...consequences };
    case 5:
      return { outcome: "limited", retryAfterMs: n };
    case 6:
      return { outcome: "disabled" };
    case 8:
      return { outcome: "repeated" };
    case 9:
      return { outcome: "other", record: recordOf(kept) };
    default:
      throw new Error(`redisStore: VERIFY answered "${words}"`);
  }
}

function recordOf([digest = "", by = "", note = ""]: readonly (string | undefined)[]): PendingRecord {
  return { digest, by: by.split(","), note };
}

const PENDING = /^(\d+) (\d+) (\S+) (\S+) (\S+) (\S+) ?([^]*)$/;

/** The text of a pending code, as the scripts write it; undefined where nothing is pending. */
export function pendingOf(
  text: string | null,
): { left: number; expiresAt: number; record: PendingRecord & { about: string } } | undefined {
  const [, left, expires, digest, sealed, about = "", by, note] = PENDING.exec(text ?? "") ?? [];
  if (sealed === undefined || sealed.startsWith("+")) return undefined;
  return {
    left: Number(left),
    expiresAt: Number(expires),
    record: { ...recordOf([digest, by, note]), about },
  };
}
