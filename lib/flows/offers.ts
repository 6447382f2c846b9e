import { isDefined, textsOf } from "../factors/define-factor.ts";
import type { FactorPrompt } from "../factors/definition.ts";
import { isDelivered } from "../factors/factor.ts";
import { displayOf } from "./codes/challenge.ts";
import type { Engine } from "./engine.ts";
import { enrolled } from "./on-file.ts";
import type { RequestContext } from "./request-context.ts";

/** One way to prove that an account has on file, as people are offered it. Paths of this app. */
export interface Offer {
  name: string;
  /** What its button says, in the account's language; absent for the package's own, whose texts are the page's. */
  label?: string;
  /** Where the number is, for factors that bring a code to a phone. */
  phone_display?: string;
  /** POST here to be sent a code; absent where there is nothing to send. */
  begin?: string;
  /** POST the code here. */
  verify: string;
  /** The form field that carries the code. */
  field: string;
  /** How the answer comes; absent where it is typed. */
  prompt?: Exclude<FactorPrompt, "typed">;
}

/** The factors on file, in the order of the app's list; nothing else is offered. */
export async function offers(
  engine: Engine,
  context: RequestContext,
  { doors }: { doors: Readonly<Record<string, string>> },
): Promise<Offer[]> {
  const phone = (await engine.accounts.phone(context.user)) ?? undefined;
  return (await enrolled(engine, context)).map((factor) => {
    const verify = doors[factor.name] as string;
    const { name, field } = factor;
    if (isDefined(factor)) {
      const { definition } = factor;
      const { prompt = "typed" } = definition;
      const begin = definition.begin === undefined ? {} : { begin: `${verify}/challenge` };
      const how = prompt === "typed" ? {} : { prompt };
      return { name, label: textsOf(definition, context.locale).label, ...begin, verify, field, ...how };
    }
    if (!isDelivered(factor) || phone === undefined) return { name, verify, field };
    return { name, phone_display: displayOf(phone), begin: `${verify}/challenge`, verify, field };
  });
}
