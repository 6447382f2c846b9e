import { isDefined } from "../../factors/define-factor.ts";
import type { FactorClass } from "../../factors/definition.ts";
import { isDelivered, type Factor } from "../../factors/factor.ts";
import type { Engine } from "../engine.ts";
import { onFileOf } from "../on-file.ts";
import type { AppPlan } from "./app-ways.ts";
import type { Asker } from "./asker.ts";
import type { Facts } from "./policy.ts";

const SECOND: readonly (FactorClass | undefined)[] = ["verified-key", "key", "app", "phone"];

/** What is on file now. It is asked for nobody too, whose answer counts for nothing. */
export async function factsOf(engine: Engine, plan: AppPlan, asker: Asker): Promise<Facts> {
  const own = async (factor: Factor) =>
    isDefined(factor) && (await onFileOf(engine, asker.account, factor)).length > 0;
  const phone = asker.isKnown ? await engine.accounts.phone(asker.user) : undefined;
  const has = new Map<string, boolean>();
  await Promise.all(
    engine.factors.map(async (factor) => {
      const isOnFile = isDelivered(factor) ? (phone ?? undefined) !== undefined : await own(factor);
      has.set(factor.name, isOnFile && asker.isKnown);
    }),
  );
  const isOnFile = ({ name }: Factor) => has.get(name) === true;
  const ways = plan.ways.filter(({ factors }) => Object.values(factors).some(isOnFile));
  const second = engine.factors.filter(
    (each) => SECOND.includes(each.class) && isForLogin(each) && isOnFile(each),
  );
  return {
    onFile: new Set(ways.map(({ name }) => name)),
    secondFactors: [...new Set(second.map((each) => each.class as FactorClass))],
  };
}

function isForLogin(factor: Factor): boolean {
  const uses = isDefined(factor) ? factor.definition.uses : undefined;
  return uses === undefined || uses.includes("login");
}
