import type { FactorClass } from "../../factors/definition.ts";
import type { Engine } from "../engine.ts";
import { listOnFile, proves } from "../on-file.ts";
import type { AppPlan } from "./app-ways.ts";
import type { Asker } from "./asker.ts";
import type { Facts } from "./policy.ts";

const SECOND: readonly FactorClass[] = ["verified-key", "key", "app", "phone"];

/** What is on file now. It is asked for nobody too, whose answer counts for nothing. */
export async function factsOf(engine: Engine, plan: AppPlan, asker: Asker): Promise<Facts> {
  const asked = asker.isKnown ? engine.factors : engine.factors.filter(({ code }) => code === undefined);
  const found = await listOnFile(engine, asker, asked);
  const names = new Set(asker.isKnown ? found.map(({ factor }) => factor.name) : []);
  const ways = plan.ways.filter(({ factors }) => Object.values(factors).some(({ name }) => names.has(name)));
  const second = engine.factors.filter(
    (each) => SECOND.includes(each.class) && proves(each, "login", "step-up") && names.has(each.name),
  );
  return {
    onFile: new Set(ways.map(({ name }) => name)),
    secondFactors: [...new Set(second.map((each) => each.class))],
  };
}
