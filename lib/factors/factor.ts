import type { ChallengeRef, Challenges, Verdict } from "../challenges/challenges.ts";
import type { ReadAnswer } from "../stores/store.ts";
import type { PhonePolicy } from "../phone/policy.ts";

/** What a factor works with; built once by `createFactors`. */
export interface FactorTools {
  challenges: Challenges;
  /** The app's name in messages. */
  appName: string;
  /** Host of the origin-bound line; undefined leaves the line out. */
  host: string | undefined;
}

export interface BeginRequest {
  ref: ChallengeRef;
  /** BCP 47. */
  locale: string;
  /** Rejects when the asker has asked too often; nothing is sent before it resolves. */
  gate: Promise<void>;
}

/** A message on its way, or one that did not get there. */
export interface Begun {
  repeated: boolean;
  attemptsRemaining: number;
  expiresAt: number;
  resendAfterMs: number;
  /** Why the message was not taken; absent when it was. */
  failure?: unknown;
}

/**
 * A way to prove who somebody is: one file, one value in the app's list. The verbs are the same for every factor;
 * a login's second step and a step-up are the same loop over them.
 */
export interface Factor {
  readonly name: string;
  /** RFC 8176 authentication method reference. */
  readonly amr: string;
  /** Seconds that a pending proof lives. */
  readonly ttlSeconds: number;
  readonly codeLength: number;
  /** Whether a failed delivery is an error (and the unusable code removed) or only a warning. */
  readonly strict: boolean;
  readonly phones: PhonePolicy;
  begin(request: BeginRequest, tools: FactorTools): Promise<Begun>;
  /** What was typed, as a code; undefined for anything that cannot be one, which then costs nothing. */
  parse(response: unknown): string | undefined;
  verify(ref: ChallengeRef, code: string, tools: FactorTools): Promise<Verdict>;
  read(ref: ChallengeRef, tools: FactorTools): Promise<ReadAnswer>;
  revoke(ref: ChallengeRef, undelivered: boolean, tools: FactorTools): Promise<void>;
}
