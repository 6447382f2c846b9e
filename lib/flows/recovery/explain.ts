import type { Engine } from "../engine.ts";
import { planOf } from "./app-ways.ts";
import { factsOf } from "./facts.ts";
import { waysOpen } from "./available.ts";
import { isHeldBy, isOpenedBy, type Facts, type Proof } from "./policy.ts";
import { START } from "./position.ts";
import { settingsOf } from "./options.ts";
import type { AppPlan } from "./app-ways.ts";

/** How an account can be recovered, for the app's support. */
export interface RecoveryPaths {
  /** The ways that it has on file, in the app's order. */
  on_file: string[];
  /** Each set of proofs that opens a reset, and whether it is held. */
  paths: { proofs: string[]; held: boolean }[];
}

/** The paths from what is on file to a reset: none where the account can only be handed over. The app must find it by its id (`byId`, else `find`). */
export async function explainRecovery(engine: Engine, account: string): Promise<RecoveryPaths> {
  if (typeof account !== "string" || account === "")
    throw new TypeError("explainRecovery: account must be a text");
  const plan = planOf(engine.factors, engine.recovers.settings() ?? settingsOf({}));
  const { byId, find } = engine.accounts;
  const user = (await byId?.(account, engine.tenant)) ?? (await find?.(account, engine.tenant)) ?? undefined;
  if (user === undefined) return { on_file: [], paths: [] };
  const request = { headers: {} };
  const asker = {
    account: engine.accounts.id(user),
    user,
    isKnown: true,
    request,
    ip: undefined,
    locale: "en",
  };
  const facts = await factsOf(engine, plan, asker);
  return { on_file: [...facts.onFile], paths: pathsFrom(plan, facts, []) };
}

function pathsFrom(plan: AppPlan, facts: Facts, proofs: readonly Proof[]): RecoveryPaths["paths"] {
  const at = { ...START, proofs };
  const ways = waysOpen({ ...plan, reveal: "always" }, facts, at);
  if (isOpenedBy(plan.policy, facts, proofs))
    return [{ proofs: proofs.map(({ factor }) => factor), held: false }];
  if (isHeldBy(plan.policy, proofs, ways.length))
    return [{ proofs: proofs.map(({ factor }) => factor), held: true }];
  const before = plan.ways.findIndex(({ name }) => name === proofs.at(-1)?.factor);
  return ways.flatMap((way) => {
    const proof = {
      factor: way.name,
      class: way.class,
      channel: way.name,
      userVerified: way.userVerified,
      amr: [],
      at: 0,
    };
    // Each set once, in the app's order.
    return plan.ways.indexOf(way as AppPlan["ways"][number]) < before
      ? []
      : pathsFrom(plan, facts, [...proofs, proof]);
  });
}
