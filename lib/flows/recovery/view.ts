import { sendsCode } from "../../factors/define-factor.ts";
import type { FactorClass } from "../../factors/definition.ts";
import type { Factor } from "../../factors/factor.ts";
import { faceOf, labelOf } from "./face.ts";
import type { Engine } from "../engine.ts";
import { isLink, type AppPlan, type AppWay } from "./app-ways.ts";
import type { Asker } from "./asker.ts";
import { seesOnFile, waysOpen } from "./available.ts";
import { inputsOf } from "./inputs.ts";
import type { Facts } from "./policy.ts";
import type { InputName, StateName } from "./position.ts";
import type { Recovery } from "./record.ts";

/** What somebody who recovers an account sees of it. */
export interface RecoveryView {
  /** Where it stands. */
  state: StateName;
  /** The way that is gone. */
  factor?: string;
  /** Counts what has happened; a step names the one it has seen. */
  gen: number;
  /** What may be said. */
  inputs: InputName[];
  /** What is asked. */
  prompt?: RecoveryPrompt;
  /** What has been proven. */
  proofs: { factor: string; class: FactorClass }[];
  /** Seconds that it lives on. */
  expires_in_seconds: number;
}

/** What is asked, by the kind of state; with what the factor shows of what it has begun: `publicKey` for the browser, a `number` to compare. */
export interface RecoveryPrompt {
  readonly [shown: string]: unknown;
  /** Where something is typed, done with the browser, or decided elsewhere. */
  kind?: "typed" | "ceremony" | "elsewhere";
  label?: string;
  hint?: string;
  /** The field that is typed. */
  field?: string;
  field_label?: string;
  length?: number;
  code_length?: number;
  digits?: boolean;
  autocomplete?: string;
  /** At `choose`: what `choice` may be. */
  choices?: { choice: string; label: string }[];
  /** At `more`: what `factor` may be. */
  factors?: { factor: string; label: string }[];
  /** At `done`: codes in the place of those that were used, to be kept. */
  codes?: readonly string[];
  /** At `reset`: characters of the new password, at the least. */
  min_length?: number;
}

/** Before there is an identifier, and when everything is over. */
export const IDENTIFY: RecoveryView = {
  state: "identify",
  gen: 0,
  inputs: [],
  proofs: [],
  expires_in_seconds: 0,
};

export interface Seen {
  plan: AppPlan;
  facts: Facts;
  asker: Asker;
  minLength: number;
}

export function viewOf(engine: Engine, { generation, record }: Recovery, seen: Seen): RecoveryView {
  const { position } = record;
  const { state, factor, proofs } = position;
  const prompt = promptOf(engine, record, seen);
  return {
    state,
    ...(factor === undefined ? {} : { factor }),
    gen: generation,
    inputs: inputsOf(seen.plan, seen.facts, position),
    ...(prompt === undefined ? {} : { prompt }),
    proofs: proofs.map((each) => ({ factor: each.factor, class: each.class })),
    expires_in_seconds: Math.max(0, Math.ceil((endOf(record) - engine.clock()) / 1000)),
  };
}

const endOf = ({ heldUntil, until }: Recovery["record"]) => heldUntil ?? until;

function promptOf(
  engine: Engine,
  { position, begun, newCodes }: Recovery["record"],
  seen: Seen,
): RecoveryPrompt | undefined {
  const { plan, facts, asker, minLength } = seen;
  const { state, method } = position;
  if (state === "more")
    return {
      factors: waysOpen(plan, facts, position).map((way) => ({
        factor: way.name,
        label: labelOf(firstOf(way as AppWay), asker.locale),
      })),
    };
  if (state === "reset") return { min_length: minLength };
  if (state === "done") return newCodes && { codes: newCodes };
  const way = plan.ways.find(({ name }) => name === position.factor);
  if (way === undefined) return undefined;
  if (state === "choose")
    return {
      choices: Object.entries(way.factors).map(([choice, each]) => ({
        choice,
        label: isLink(choice)
          ? engine.languages.translator(asker.locale)("recovery.link")
          : labelOf(each, asker.locale),
      })),
    };
  const its = (method === undefined ? undefined : way.factors[method]) ?? firstOf(way);
  if (state !== "entry" && state !== "wait") return { label: labelOf(firstOf(way), asker.locale) };
  if (isLink(method)) {
    const t = engine.languages.translator(asker.locale);
    return { kind: "elsewhere", label: t("recovery.link"), hint: t("recovery.linkSent") };
  }
  // What would tell of what is on file is told to whom may know of it; a browser cannot do without.
  const isTold =
    begun !== undefined && ((its.definition?.prompt ?? "typed") !== "typed" || seesOnFile(plan, position));
  const sent = sendsCode(its) ? { hint: engine.languages.translator(asker.locale)("recovery.codeSent") } : {};
  return { ...(isTold ? begun.shown : {}), ...faceOf(its, asker.locale), ...sent };
}

export const firstOf = ({ factors }: AppWay): Factor => Object.values(factors)[0] as Factor;
