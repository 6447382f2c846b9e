import { timingSafeEqual } from "node:crypto";
import { makeCode, readCode } from "../challenges/code.ts";
import { randomToken } from "../crypto/random-token.ts";
import { tooManyRequests } from "../errors.ts";
import type { FactorKit } from "./definition.ts";
import type { ApprovalRequest } from "./elsewhere.ts";
import { takeTurn, type Turns } from "./turns.ts";

/** 20 bits (NIST SP 800-63B-4 §3.1.3.2). */
export const NUMBER_LENGTH = 6;

/** Asking costs somebody's attention: who is asked again and again says yes in the end. */
export const ASKED: readonly Turns[] = [
  { most: 3, seconds: 600 },
  { most: 5, seconds: 86_400 },
];

/** A number that is shown on one side and typed on the other. */
export interface NumberRequest {
  id: string;
  /** Whose account it opens. */
  account: string;
  number: string;
  /** Milliseconds since the epoch. */
  at: number;
  until: number;
  /** Of the account's requests that have stood in one place: the next one takes it by a higher one. */
  rank: number;
}

/** How it was decided, and by whom. */
export interface NumberDecision {
  approved: boolean;
  by: string;
}

/** What a flow keeps of a request. */
export interface NumberAsked {
  request: string;
}

/** Requests of accounts, one at a time each, that are decided once, by whoever comes first. */
export interface NumberRequests {
  /** Begins one. Throws `too_many_requests` while another waits, or too many have been begun; the one that the same flow has begun before gives way. */
  begin(account: string, before: NumberAsked | undefined): Promise<NumberRequest>;
  /** The one that waits to be decided, or was decided and is not over. */
  read(account: string): Promise<NumberRequest | undefined>;
  /** Answers whether this is the decision; of all who decide at once, one does. */
  decide(request: NumberRequest, decision: NumberDecision): Promise<boolean>;
  decision(request: Pick<NumberRequest, "id">): Promise<NumberDecision | undefined>;
}

type Kit = Pick<FactorKit, "notes" | "clock" | "random">;

/** The shape of the factors that are decided elsewhere by the transfer of a number. What is kept is sealed, and ends with the request. */
export function numberRequests({ notes, clock, random }: Kit, lifeSeconds: number): NumberRequests {
  const waitingKey = (account: string) => JSON.stringify(["waiting", account]);
  const decidedKey = (id: string) => JSON.stringify(["decided", id]);
  const read = async (account: string) =>
    (await notes.read(waitingKey(account))) as NumberRequest | undefined;
  const decision = async ({ id }: Pick<NumberRequest, "id">) =>
    (await notes.read(decidedKey(id))) as NumberDecision | undefined;

  return {
    read,
    decision,
    async begin(account, before) {
      const key = waitingKey(account);
      const waiting = await read(account);
      const isOver =
        waiting !== undefined && (waiting.id === before?.request || (await decision(waiting)) !== undefined);
      if (waiting !== undefined && !isOver) throw tooManyRequests(waiting.until - clock());
      const giveBack = await takeTurn({ notes, clock }, `asked ${account}`, ...ASKED);
      const at = clock();
      const request: NumberRequest = {
        id: randomToken(),
        account,
        number: makeCode(NUMBER_LENGTH, random),
        at,
        until: at + lifeSeconds * 1000,
        rank: (waiting?.rank ?? 0) + 1,
      };
      // Of two that begin at once, one finds the place taken.
      if (await notes.advance(key, request.rank, request, lifeSeconds)) return request;
      await giveBack();
      throw tooManyRequests(lifeSeconds * 1000);
    },
    decide: async ({ id, until }, decided) =>
      notes.advance(decidedKey(id), 1, decided, Math.max(1, Math.ceil((until - clock()) / 1000))),
  };
}

export const canBeNumber = (typed: unknown): boolean => readCode(typed, NUMBER_LENGTH) !== undefined;

/** Whether what was typed is the number; in the digits of any script, in groups. */
export function isNumber(typed: unknown, { number }: Pick<NumberRequest, "number">): boolean {
  const read = readCode(typed, NUMBER_LENGTH);
  return read !== undefined && timingSafeEqual(Buffer.from(read), Buffer.from(number));
}

/** As an approver sees it. */
export const shownRequest = ({ id, at, until }: NumberRequest): ApprovalRequest => ({
  id,
  requested_at: new Date(at).toISOString(),
  expires_at: new Date(until).toISOString(),
});
