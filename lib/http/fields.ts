import { isDefined } from "../factors/define-factor.ts";
import type { Factor } from "../factors/factor.ts";

/** Reads one text field of a body or query: flat (`pin_number`) or Rails-style nested (`sms_verification[pin_number]`). */
export function readField(source: unknown, scope: string, names: readonly string[]): unknown {
  if (!isRecord(source)) return undefined;
  const nested = own(source, scope);
  for (const name of names) {
    const value =
      own(source, name) ??
      own(source, `${scope}[${name}]`) ??
      (isRecord(nested) ? own(nested, name) : undefined);
    if (value !== undefined) return value;
  }
  return undefined;
}

/**
 * What a request answers to a factor, as the factor is asked: what was typed, in one of these fields; for a ceremony the credential's JSON, which is the body
 * itself or, from a form, a field of it; for what comes from elsewhere nothing.
 */
export function readAnswer(
  source: unknown,
  scope: string,
  factor: Factor,
  fields: readonly string[] = [factor.field, "code"],
): unknown {
  const { prompt = "typed" } = isDefined(factor) ? factor.definition : {};
  if (prompt === "elsewhere") return undefined;
  if (prompt === "typed") return readField(source, scope, fields);
  const field = readField(source, scope, [factor.field]);
  return typeof field === "string" ? parsed(field) : (field ?? source);
}

/** Undefined for what is no JSON. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Only what the sender sent: a prototype's properties are not fields. */
function own(record: Record<string, unknown>, name: string): unknown {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}
