import { labelIn } from "../factors/define-factor.ts";
import type { FactorPrompt } from "../factors/definition.ts";
import type { CodeFactor } from "../factors/factor.ts";
import { isStrong, rankOf } from "../factors/strength.ts";
import { useOf } from "./begin-factor.ts";
import { displayIn } from "./codes/display.ts";
import type { Engine } from "./engine.ts";
import { listUsable } from "./on-file.ts";
import type { RequestContext } from "./request-context.ts";

/** One way to prove that an account has on file, as people are offered it. Paths of this app. */
export interface Offer {
  /** The factor. */
  name: string;
  /** What its button says, in the account's language. */
  label: string;
  /** Where a code goes: the number on file, masked; of any other address `display`. */
  phone_display?: string;
  /** What may be shown of it, masked. */
  display?: string;
  /** POST here to be sent a code; absent where there is nothing to send. */
  begin?: string;
  /** POST the code here. */
  verify: string;
  /** The form field that carries the code. */
  field: string;
  /** How the answer comes; absent where it is typed. */
  prompt?: Exclude<FactorPrompt, "typed">;
  /** The strongest on file, where there is a weaker one too. */
  recommended?: true;
  /** What the account has passed last in this browser. */
  last_used?: true;
}

/** The factors on file, in the order of the app's list; nothing else is offered. */
export async function offers(
  engine: Engine,
  context: RequestContext,
  { doors }: { doors: Readonly<Record<string, string>> },
): Promise<Offer[]> {
  const use = useOf(await engine.sessions.open(context));
  const usable = await listUsable(engine, context, use);
  const ranks = usable.map(({ factor }) => rankOf(factor.class));
  const lastUsed = engine.lastUsed.of(context.request, context.account);
  return usable.map(({ factor, address }) => {
    const rank = rankOf(factor.class);
    const isBest = isStrong(factor.class) && rank === Math.min(...ranks) && rank < Math.max(...ranks);
    const verify = doors[factor.name] as string;
    const { name, field } = factor;
    const display = address === undefined ? {} : displayIn(factor as CodeFactor, address);
    const { prompt = "typed" } = factor.definition ?? {};
    const begins = factor.code !== undefined || factor.definition.begin !== undefined;
    return {
      name,
      label: labelIn(factor, context.locale, Object.values(display)[0]),
      ...display,
      ...(begins ? { begin: `${verify}/challenge` } : {}),
      verify,
      field,
      ...(prompt === "typed" ? {} : { prompt }),
      ...(isBest ? { recommended: true as const } : {}),
      ...(name === lastUsed ? { last_used: true as const } : {}),
    };
  });
}
