import { wrongAnswer } from "../wrong-answer.ts";
import {
  createAsking,
  fields,
  mustBeText,
  outcomeIn,
  pendingRecord,
  textOrNone,
  yesOrNo,
  type Outcomes,
} from "./checked-answers.ts";
import { checkedCredentials } from "./checked-credentials.ts";
import { checkedRecords } from "./checked-records.ts";
import type { CountAnswer, Guesses } from "./guesses.ts";
import type { Notes } from "./notes.ts";
import type { SavedCodes, SavedSet, SpendAnswer } from "./saved-codes.ts";
import type { IssueAnswer, ReadAnswer, Store, VerifyAnswer } from "./store.ts";
import type { TrustedDevices } from "./trusted.ts";

const CONSEQUENCES = { nowDisabled: "boolean", nowLocked: "boolean" } as const;
const LIMITED = { retryAfterMs: "number" } as const;
const ISSUE: Outcomes = {
  issued: {
    repeated: "boolean",
    record: "record",
    sealed: "string",
    attemptsRemaining: "number",
    expiresAt: "number",
    resendAfterMs: "number",
  },
  other: { record: "record" },
  limited: { ...LIMITED, limit: "string" },
  paused: { ...LIMITED, limit: "string", tripped: "boolean" },
  disabled: {},
};
const VERIFY: Outcomes = {
  passed: { resumed: "boolean" },
  repeated: {},
  other: { record: "record" },
  mismatch: { attemptsRemaining: "number", ...CONSEQUENCES },
  expired: {},
  exhausted: { counted: "boolean", ...CONSEQUENCES },
  limited: LIMITED,
  disabled: {},
};
const SPEND: Outcomes = {
  passed: { remaining: "number" },
  mismatch: { attemptsRemaining: "number", ...CONSEQUENCES },
  limited: LIMITED,
  disabled: {},
};
const COUNT: Outcomes = {
  counted: { attemptsRemaining: "number", ...CONSEQUENCES },
  limited: LIMITED,
  disabled: {},
};

/**
 * A store, each answer looked at where it comes in: what the contract does not know is a TypeError that names the verb, and what never comes is
 * `store_unavailable`. A verb is looked up when it is used, as the app may replace it.
 */
export function checkedStore(store: Store, timeoutMs: number): Store {
  const { asked, told } = createAsking(timeoutMs);
  const guesses: Guesses = {
    count: (request) =>
      asked("guesses.count", () => store.guesses.count(request), outcomeIn<CountAnswer>(COUNT)),
    clear: (...what) => told("guesses.clear", () => store.guesses.clear(...what)),
  };
  const saved: SavedCodes = {
    replace: (request) => told("saved.replace", () => store.saved.replace(request)),
    read: (request) =>
      asked(
        "saved.read",
        () => store.saved.read(request),
        (who, answer) => ({
          ...fields(who, answer, { ...LIMITED, disabled: "boolean" }),
          set: savedSet(who, (answer as { set: unknown }).set),
        }),
      ),
    spend: (request) => asked("saved.spend", () => store.saved.spend(request), outcomeIn<SpendAnswer>(SPEND)),
    erase: (key) => told("saved.erase", () => store.saved.erase(key)),
  };
  const notes: Notes = {
    put: (...what) => told("notes.put", () => store.notes.put(...what)),
    read: (...what) => asked("notes.read", () => store.notes.read(...what), textOrNone),
    take: (...what) => asked("notes.take", () => store.notes.take(...what), textOrNone),
    drop: (...what) => told("notes.drop", () => store.notes.drop(...what)),
    advance: (...what) => asked("notes.advance", () => store.notes.advance(...what), yesOrNo),
  };
  const trusted: TrustedDevices = {
    add: (...what) => told("trusted.add", () => store.trusted.add(...what)),
    list: (...what) => asked("trusted.list", () => store.trusted.list(...what), devices),
    replace: (...what) => asked("trusted.replace", () => store.trusted.replace(...what), yesOrNo),
    remove: (...what) => told("trusted.remove", () => store.trusted.remove(...what)),
    removeAll: (account) => told("trusted.removeAll", () => store.trusted.removeAll(account)),
  };

  return {
    name: store.name,
    issue: (request) => asked("issue", () => store.issue(request), outcomeIn<IssueAnswer>(ISSUE)),
    verify: (request) => asked("verify", () => store.verify(request), outcomeIn<VerifyAnswer>(VERIFY)),
    restore: (request) => told("restore", () => store.restore(request)),
    read: (request) => asked("read", () => store.read(request), whatIsPending),
    amend: (request) => asked("amend", () => store.amend(request), yesOrNo),
    revoke: (request) => told("revoke", () => store.revoke(request)),
    reset: (key) => told("reset", () => store.reset(key)),
    unlock: (key) => told("unlock", () => store.unlock(key)),
    takeBack: (request) => told("takeBack", () => store.takeBack(request)),
    guesses,
    saved,
    notes,
    records: checkedRecords(store, timeoutMs),
    credentials: checkedCredentials(store, timeoutMs),
    trusted,
    limiter: (policy) => store.limiter(policy),
    ping: () => told("ping", () => store.ping()),
  };
}

function savedSet(who: string, set: unknown): SavedSet | undefined {
  if (set === undefined) return undefined;
  const known = fields<Omit<SavedSet, "records">>(who, set, { createdAt: "number", parameters: "string" });
  const { records } = set as { records: unknown };
  if (typeof records !== "object" || records === null)
    throw wrongAnswer(`${who}: records`, records, "an object");
  const texts = Object.fromEntries(
    Object.entries(records).map(([name, text]) => [name, mustBeText(who, text)]),
  );
  return { ...known, records: texts };
}

function devices(who: string, answer: unknown): { id: string; value: string }[] {
  if (!Array.isArray(answer)) throw wrongAnswer(who, answer, "a list");
  return answer.map((each) => fields(who, each, { id: "string", value: "string" }));
}

function whatIsPending(who: string, answer: unknown): ReadAnswer {
  const known = fields<ReadAnswer>(who, answer, { resendAfterMs: "number" });
  const { challenge, record } = answer as { challenge?: unknown; record?: unknown };
  if (challenge !== undefined)
    known.challenge = fields(who, challenge, { attemptsRemaining: "number", expiresAt: "number" });
  if (record !== undefined)
    known.record = {
      ...pendingRecord(who, record),
      ...fields<{ about: string }>(who, record, { about: "string" }),
    };
  return known;
}
