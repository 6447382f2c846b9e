import type { TestApp } from "./app.ts";
import { passed, visitor, type Visitor } from "./visitor.ts";

export const WRONG = "0000-0000-0000-0000";

export const generate = async (me: Visitor): Promise<string[]> =>
  ((await me.post("/backup_codes").expect(201)).body as { codes: string[] }).codes;

export const spend = (me: Visitor, backup_code: unknown) =>
  me.post("/backup_code_verification", { backup_code });

/** A set of codes of alice's. */
export const withCodes = async (app: TestApp): Promise<string[]> => generate(await passed(app));

/** Alice, who has passed nothing yet. */
export async function signedIn(app: TestApp, kind: "json" | "html" = "json"): Promise<Visitor> {
  const me = visitor(app, kind);
  await me.logIn("alice");
  return me;
}
