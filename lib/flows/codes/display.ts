import { namesOf } from "../../factors/code-names.ts";
import type { CodeFactor } from "../../factors/factor.ts";

/** Where a code goes, masked, under the name that doors have for it. */
export interface Displayed {
  /** `***-***-1234`. */
  phone_display?: string;
  /** Of what is no phone: `a***@example.com`. */
  display?: string;
}

export function displayIn({ code: { destination } }: CodeFactor, to: string): Displayed {
  return { [namesOf(destination.kind).display]: destination.display(to) };
}
