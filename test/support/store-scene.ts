import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import type {
  ChallengeKeys,
  IssueAnswer,
  IssueRequest,
  ReadAnswer,
  Store,
  VerifyAnswer,
} from "../../lib/stores/store.ts";
import type { ContractCase } from "../../lib/testing/accounts-contract.ts";
import { settableClock } from "../../lib/testing/settable-clock.ts";

export type MakeStore = () => Promise<{ store: Store; close(): Promise<void> }>;

/** The limits of the package's own defaults. */
export const DEFAULTS = {
  ttlMs: 300_000,
  resend: "same",
  sends: { cooldownsMs: [30_000, 60_000], perHour: 5, perDay: 10 },
  guesses: { perCode: 5, perHour: 10, inARow: 100 },
  about: ["about"],
  by: "sms",
  note: "",
  other: "replace",
  keepMs: 300_000,
} as const satisfies Partial<IssueRequest>;

export interface Scene {
  store: Store;
  /** Keeps the keys of one case apart from all others on the same backend. */
  salt: string;
}

/** Somebody with a phone, at a clock of their own. */
export interface Asker {
  keys: ChallengeKeys;
  digest: string;
  digestOf(text: string): string;
  now(): number;
  advance(ms: number): void;
  issue(changes?: Partial<IssueRequest>): Promise<IssueAnswer>;
  /** Like `issue`, for where anything but a code is a failed test. */
  issued(changes?: Partial<IssueRequest>): Promise<Extract<IssueAnswer, { outcome: "issued" }>>;
  verify(digests: readonly string[], guesses?: Partial<IssueRequest["guesses"]>): Promise<VerifyAnswer>;
  right(): Promise<VerifyAnswer>;
  wrong(): Promise<VerifyAnswer>;
  read(): Promise<ReadAnswer>;
  revoke(liftCooldown: boolean): Promise<void>;
}

/** `limits` replace the defaults for every call of this asker. */
export function asker(
  scene: Scene,
  keys: Partial<ChallengeKeys> = {},
  limits: Partial<Pick<IssueRequest, "sends" | "guesses">> = {},
): Asker {
  const { store } = scene;
  const clock = settableClock(Date.now());
  const rules = { ...DEFAULTS, ...limits };
  const key = () => randomBytes(12).toString("base64url");
  const all: ChallengeKeys = {
    challenge: key(),
    number: key(),
    guesses: key(),
    failures: key(),
    bucket: "lane",
    ...keys,
  };
  const digestOf = (text: string) =>
    createHash("sha256").update(text).digest().subarray(0, 16).toString("base64url");
  const digest = digestOf(key());
  const issue = (changes: Partial<IssueRequest> = {}) =>
    store.issue({
      keys: all,
      now: clock(),
      digest,
      sealed: randomBytes(34).toString("base64url"),
      ...rules,
      ...changes,
    });
  const verify = (digests: readonly string[], guesses: Partial<IssueRequest["guesses"]> = {}) =>
    store.verify({
      keys: all,
      now: clock(),
      digests,
      guesses: { ...rules.guesses, ...guesses },
      about: rules.about,
      by: rules.by,
      attempt: key(),
    });
  return {
    keys: all,
    digest,
    digestOf,
    now: clock,
    advance: (ms) => clock.advance(ms),
    issue,
    async issued(changes) {
      const answer = await issue(changes);
      if (answer.outcome !== "issued") assert.fail(`a code was expected, got ${JSON.stringify(answer)}`);
      return answer;
    },
    verify,
    right: () => verify([digest]),
    wrong: () => verify([digestOf("wrong")]),
    read: () => store.read({ keys: all, now: clock(), sends: rules.sends, guesses: rules.guesses }),
    revoke: (liftCooldown) => store.revoke({ keys: all, now: clock(), liftCooldown }),
  };
}

type Check = (given: { scene: Scene; me: Asker }) => Promise<void>;

/** Each case gets a store, and somebody whom that store has never seen. */
export function casesOf(make: MakeStore, checks: Record<string, Check>): ContractCase[] {
  return Object.entries(checks).map(([name, check]) => ({
    name,
    async run() {
      const { store, close } = await make();
      try {
        const scene = { store, salt: randomBytes(6).toString("hex") };
        await check({ scene, me: asker(scene) });
      } finally {
        await close();
      }
    },
  }));
}
