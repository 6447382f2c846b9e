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

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Only what the sender sent: a prototype's properties are not fields. */
function own(record: Record<string, unknown>, name: string): unknown {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}
