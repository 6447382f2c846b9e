import { namesOf } from "../../factors/code-names.ts";
import type { CodeFactor } from "../../factors/factor.ts";
import { wrongAnswer } from "../../wrong-answer.ts";

/** Where a code goes, masked, under the name that doors have for it. */
export interface Displayed {
  /** `***-***-1234`. */
  phone_display?: string;
  /** Of what is no phone: `a***@example.com`. */
  display?: string;
}

export function displayIn({ code: { destination } }: CodeFactor, to: string): Displayed {
  const shown: unknown = destination.display(to);
  if (typeof shown !== "string")
    throw wrongAnswer(`destination "${destination.kind}": display`, shown, "a text");
  return { [namesOf(destination.kind).display]: shown };
}
