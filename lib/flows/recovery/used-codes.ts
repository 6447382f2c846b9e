import { isIssued } from "../../factors/define-factor.ts";
import { wrongAnswer } from "../../wrong-answer.ts";
import type { Engine } from "../engine.ts";
import { orUndone } from "../undone.ts";
import type { AppPlan } from "./app-ways.ts";
import type { Asker } from "./asker.ts";
import type { Proof } from "./policy.ts";

/**
 * A code in the place of each that has recovered the account, to be shown once (NIST SP 800-63B-4 §4.2.1.1). The reset stands without it: what fails is told to
 * `onError`, and leaves one code fewer.
 */
export async function replaceUsed(
  engine: Engine,
  plan: AppPlan,
  { account }: Asker,
  proofs: readonly Proof[],
): Promise<string[]> {
  const used = plan.ways.filter(({ name }) => proofs.some(({ factor }) => factor === name));
  const issuing = used.flatMap(({ factors }) => Object.values(factors)).filter(isIssued);
  const all = await Promise.all(
    issuing.map(async ({ name, definition: { issue } }) => {
      const who = `factor "${name}": issue.replace`;
      try {
        const answer = await orUndone(engine, who, async () =>
          issue.replace?.(account, engine.tools.kit(name)),
        );
        if (answer === undefined) return [];
        const { codes } = answer ?? {};
        if (!Array.isArray(codes) || !codes.every((code) => typeof code === "string"))
          throw wrongAnswer(who, answer, "{ codes }, a list of texts, or undefined");
        return codes as string[];
      } catch (error) {
        engine.onError(error);
        return [];
      }
    }),
  );
  return all.flat();
}
