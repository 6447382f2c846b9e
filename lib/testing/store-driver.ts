import assert from "node:assert/strict";
import type {
  ChallengeKeys,
  GuessLimits,
  IssueAnswer,
  IssueRequest,
  SendLimits,
  Store,
  VerifyRequest,
} from "../stores/store.ts";
import type { ContractCase } from "./accounts-contract.ts";

/** Makes one case of the store contract out of a check. */
export type Promising = (name: string, check: (driver: Driver) => Promise<void>) => ContractCase;

export const SENDS: SendLimits = { cooldownsMs: [30_000, 60_000], perHour: 5, perDay: 10 };
export const GUESSES: GuessLimits = { perCode: 5, perHour: 10, inARow: 100 };
export const START = 1_800_000_000_000;
export const HOUR = 3_600_000;
export const RIGHT = "AAAAAAAAAAAAAAAAAAAAAA";
export const WRONG = "BBBBBBBBBBBBBBBBBBBBBA";
export const NEXT = "CCCCCCCCCCCCCCCCCCCCCA";

export const KEYS: ChallengeKeys = {
  challenge: "challenge",
  number: "number",
  guesses: "guesses",
  failures: "failures",
  bucket: "bucket",
};

/** What a case does not say of a pending code, and of a typed one. */
export const ABOUT = { about: ["about"], by: "sms" };
export const RECORD = { ...ABOUT, note: "", other: "replace", keepMs: 300_000 } as const;

/** Each request has an id of its own. */
let attempts = 0;
export const attempt = (): string => `attempt${attempts++}`;

/** So has each code: canonical base64url. */
let codes = 0;
const sealedOnce = (): string => Buffer.from(`sealed ${codes++}`.padEnd(18)).toString("base64url");

export type Driver = ReturnType<typeof drive>;

/** The store with the defaults filled in. `age` lets what the backend keeps grow older. */
export function drive(store: Store, age: (ms: number) => Promise<void> = async () => {}) {
  return {
    store,
    age,
    issue: (now: number, change: Partial<IssueRequest> = {}) =>
      store.issue({
        keys: KEYS,
        now,
        ttlMs: 300_000,
        digest: RIGHT,
        sealed: sealedOnce(),
        resend: "same",
        sends: SENDS,
        guesses: GUESSES,
        ...RECORD,
        ...change,
      }),
    verify: (
      now: number,
      digest: string,
      keys: Partial<ChallengeKeys> = {},
      change: Partial<VerifyRequest> = {},
    ) =>
      store.verify({
        keys: { ...KEYS, ...keys },
        now,
        digests: [digest],
        guesses: GUESSES,
        attempt: attempt(),
        ...ABOUT,
        ...change,
      }),
    read: (now: number) => store.read({ keys: KEYS, now, sends: SENDS, guesses: GUESSES }),
  };
}

export function issued(answer: IssueAnswer): Extract<IssueAnswer, { outcome: "issued" }> {
  assert.equal(answer.outcome, "issued");
  return answer as Extract<IssueAnswer, { outcome: "issued" }>;
}
