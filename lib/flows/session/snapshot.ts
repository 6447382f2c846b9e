import type { Session } from "./session.ts";

export interface Snapshot {
  fields: Record<string, unknown>;
  maxAge: number | null | undefined;
}

/** The fields of these names: what somebody planted in the session before the login does not survive it. All but the cookie where none are named. */
export function snapshot(session: Session, names: readonly string[] | undefined): Snapshot {
  const fields: Record<string, unknown> = {};
  for (const name of names ?? Object.keys(session).filter((each) => each !== "cookie")) {
    if (session[name] !== undefined) fields[name] = session[name];
  }
  return { fields, maxAge: session.cookie?.originalMaxAge };
}

export function restore(session: Session, { fields, maxAge }: Snapshot): void {
  for (const [name, value] of Object.entries(fields)) if (session[name] === undefined) session[name] = value;
  if (maxAge !== undefined && session.cookie !== undefined) session.cookie.maxAge = maxAge;
}
