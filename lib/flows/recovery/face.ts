import { labelIn, sendsCode, textsOf } from "../../factors/define-factor.ts";
import type { Factor } from "../../factors/factor.ts";

/** What a factor is called before it is known whether it is on file: where a code goes is told to nobody yet. */
export function labelOf(factor: Factor, locale: string): string {
  const { begin } = textsOf(factor, locale);
  return (sendsCode(factor) ? begin : undefined) ?? labelIn(factor, locale);
}

/** How it is answered, and in which words. */
export interface Face {
  kind: "typed" | "ceremony" | "elsewhere";
  label: string;
  hint?: string;
  field?: string;
  field_label?: string;
  length?: number;
  /** Digits of a code that has as many and no more. */
  code_length?: number;
  digits?: boolean;
  autocomplete?: string;
}

export function faceOf(factor: Factor, locale: string): Face {
  const { hint, field: field_label } = textsOf(factor, locale);
  const label = labelOf(factor, locale);
  if (sendsCode(factor)) {
    const length = factor.code.rules.codeLength;
    const input = { field: factor.field, field_label, length: length * 2, code_length: length, digits: true };
    return { kind: "typed", label, ...input, autocomplete: "one-time-code" };
  }
  const {
    prompt: kind = "typed",
    length = 64,
    digits = false,
    autocomplete = "one-time-code",
  } = factor.definition;
  const said = { kind, label, ...(hint === undefined ? {} : { hint }) };
  if (kind !== "typed") return said;
  const places = digits && length >= 4 && length <= 10 ? { code_length: length } : {};
  return { ...said, field: factor.field, field_label, length, ...places, digits, autocomplete };
}
