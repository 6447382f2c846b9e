import { FactorError } from "../../errors.ts";
import { occasionOf } from "../codes/challenge.ts";
import { definedNamed, emit, type Engine } from "../engine.ts";
import type { RequestContext } from "../request-context.ts";
import { mayChange } from "./enrolment.ts";
import { labelOf } from "./label.ts";

/** Calls what is on file under an id otherwise. Throws `invalid_request` for a name that is none, `factor_required`, `not_enrolled`. */
export async function renameFactor(
  engine: Engine,
  context: RequestContext,
  name: string,
  { id, label }: { id: string; label: unknown },
): Promise<void> {
  const factor = definedNamed(engine, name);
  const rename = factor.definition.enrol?.rename;
  if (rename === undefined) throw new TypeError(`rename: factor "${name}" has no enrol.rename`);
  const called = labelOf(label);
  await mayChange(engine, context, await engine.sessions.open(context));
  const renamed: unknown = await engine.inTime(`factor "${name}": enrol.rename`, () =>
    rename(context.account, id, called, engine.tools.kit(name)),
  );
  if (renamed !== true) throw new FactorError("not_enrolled");
  emit(engine, "factor_renamed", { ...occasionOf(context, factor), purpose: "" });
  engine.notify(context, { kind: "factor_renamed", factor: name });
}
