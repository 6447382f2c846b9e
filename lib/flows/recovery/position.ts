import type { Proof } from "./policy.ts";

export type StateName =
  | "identify"
  /** A way is asked about. */
  | "offer"
  /** How it is gone is asked about. */
  | "choose"
  /** Something happens elsewhere. */
  | "wait"
  /** Something is typed here. */
  | "entry"
  | "failed"
  /** One proof is there, and another is needed. */
  | "more"
  /** The proofs are weak: the reset opens later. */
  | "hold"
  | "reset"
  | "done"
  /** A key that is the only way has failed. */
  | "ended"
  /** No way is left. */
  | "none";

/** Where a recovery stands: all of it that decides what comes next. */
export interface Position {
  state: StateName;
  /** The way that this is about, and by which method. */
  factor?: string;
  method?: string;
  declined: readonly string[];
  /** Ways whose wrong answers are used up. */
  closed: readonly string[];
  /** Wrong answers in this flow, by way. */
  wrong: Readonly<Record<string, number>>;
  proofs: readonly Proof[];
}

export const START: Position = { state: "identify", declined: [], closed: [], wrong: {}, proofs: [] };

/** What a person or a program says. */
export type Input = SaidOfWay | { input: "start_over" } | { input: "pick"; factor: string };

type SaidOfWay =
  | { input: "yes" | "no" | "failed" | "again" | "another_way" }
  | { input: "choose"; choice: string }
  /** What is judged: a right answer comes with the proof that it is. */
  | { input: "respond"; proof: Proof | undefined };

/** What comes from elsewhere, and never from the door. */
export type Happening =
  | HappensElsewhere
  /** The hold is over. */
  | { input: "held" }
  /** The app has taken the new password. */
  | { input: "password" };

type HappensElsewhere =
  /** A call was picked up, or not. */
  | { input: "answered" | "missed" }
  /** Somebody clicked the link, or approved elsewhere. */
  | { input: "proven"; proof: Proof }
  | { input: "denied" };

/** What is about the way that a recovery stands at. */
export type AboutWay = SaidOfWay | HappensElsewhere;

export type InputName = Input["input"];
