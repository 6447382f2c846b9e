import { sendsCode } from "../../factors/define-factor.ts";
import type { FactorClass } from "../../factors/definition.ts";
import type { Engine } from "../engine.ts";
import { listOnFile, nobodysAddress, proves, type OnFile } from "../on-file.ts";
import type { AppPlan } from "./app-ways.ts";
import type { Asker } from "./asker.ts";
import type { Facts } from "./policy.ts";

const SECOND: readonly FactorClass[] = ["verified-key", "key", "app", "phone"];

/** What has no user is asked for no address: that is waited for. */
async function listNobodys(engine: Engine, asker: Asker): Promise<OnFile[]> {
  const sent = engine.factors.filter(sendsCode);
  const kinds = new Map(sent.map(({ code }) => [code.destination.kind, code]));
  const [found] = await Promise.all([
    listOnFile(
      engine,
      asker,
      engine.factors.filter((each) => !sendsCode(each)),
    ),
    ...[...kinds.values()].map((code) => nobodysAddress(engine, code)),
  ]);
  return found;
}

/** What is on file now. It is asked for nobody too, whose answer counts for nothing. */
export async function factsOf(engine: Engine, plan: AppPlan, asker: Asker): Promise<Facts> {
  const found = await (asker.isKnown
    ? listOnFile(engine, asker, engine.factors)
    : listNobodys(engine, asker));
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
