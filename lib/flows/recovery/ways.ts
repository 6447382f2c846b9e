import type { FactorClass } from "../../factors/definition.ts";

/** What the key on file means for the other ways: nothing; no other counts until it has passed; and who sees that fails with it is at the end. */
export type KeyMode = "optional" | "mandatory" | "exclusive";

/** Whether a stranger, who knows no more than an identifier, sees the ways that its account has. */
export type Reveal =
  /** The same ways for every identifier, in the order of the app's list. */
  | "uniform"
  /** First only a mail or a message; after it has passed, what is on file. */
  | "after-proof"
  /** First only a mail; after it, what is on file. */
  | "mailed"
  /** What is on file, at once. */
  | "always";

/** How a way is gone: by a code or a link, by text message or call. */
export interface Method {
  name: string;
  /** Where the flow rests then: something is typed here, or happens elsewhere. */
  rests: "entry" | "wait";
  /** Where it is answered: here; here, once the phone was picked up; or elsewhere, by whoever opens a link or approves. */
  answered: "here" | "rings" | "elsewhere";
}

/** One step of the chart: a factor, or several that share one (all channels of a phone). */
export interface Way {
  name: string;
  class: FactorClass;
  /** One is asked about by yes and no; of several, one is chosen. */
  methods: readonly [Method, ...Method[]];
  /** Something is sent, which may never arrive; who tries again is asked once more how. */
  sent: boolean;
  mode: KeyMode;
  /** Its proof holds two factors: possession, and a PIN or a finger. */
  userVerified: boolean;
  /** So many wrong answers in one flow close it for that flow. */
  mostWrong: number;
}

/** The ways of an app, in its own order, and what it demands. */
export interface Plan {
  ways: readonly Way[];
  reveal: Reveal;
  policy: Policy;
}

export interface Policy {
  /** Where an account has a second factor, the second proof is asked for before the reset; or by the next login. */
  secondProof: "now" | "at-login";
  /** A reset on weak proofs waits for so long; left out: there is none. */
  holdMs: number | undefined;
}

export const wayNamed = (plan: Plan, name: string | undefined): Way | undefined =>
  plan.ways.find((way) => way.name === name);
