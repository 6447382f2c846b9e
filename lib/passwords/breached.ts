import { asError } from "../errors.ts";
import type { InTime } from "../in-time.ts";
import { wrongAnswer } from "../wrong-answer.ts";

interface Outside {
  /** Names the function in errors. */
  who: string;
  inTime: InTime;
  report: (error: unknown) => void;
}

/**
 * Whether a password is known from a breach, as the app's function says: yes, no, or how often it was seen. An outage of somebody else's service shuts nobody
 * out of setting a password: everything else has been checked by then, and a list of the most common ones is here. So what fails, hangs or cannot be understood
 * counts as "not known", and is reported.
 */
export async function isBreached(ask: () => unknown, { who, inTime, report }: Outside): Promise<boolean> {
  try {
    const answer: unknown = await inTime(who, ask);
    if (typeof answer === "boolean") return answer;
    if (typeof answer === "number" && answer >= 0) return answer > 0;
    throw wrongAnswer(who, answer, "true, false or how often it was seen");
  } catch (thrown) {
    report(asError(thrown, who));
    return false;
  }
}
