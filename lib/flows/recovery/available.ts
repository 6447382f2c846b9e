import { countsBeside, type Facts } from "./policy.ts";
import type { Position } from "./position.ts";
import type { Plan, Way } from "./ways.ts";

/** Whether a key on file stands before this way: no other counts until it has passed. */
function isBarred(plan: Plan, { onFile }: Facts, { proofs }: Position, way: Way): boolean {
  return plan.ways.some(
    ({ mode, name }) =>
      mode !== "optional" &&
      name !== way.name &&
      onFile.has(name) &&
      !proofs.some(({ factor }) => factor === name),
  );
}

/** Whether an answer is judged by what is on file; any other is counted, takes as long, and is wrong. */
export function isReal(plan: Plan, facts: Facts, at: Position, way: Way): boolean {
  return facts.onFile.has(way.name) && !isBarred(plan, facts, at, way);
}

/** Whether the asker may see what is on file: at once, or as soon as something is proven. */
export function seesOnFile({ reveal }: Plan, { proofs }: Pick<Position, "proofs">): boolean {
  return reveal === "always" || proofs.length > 0;
}

/** The ways that may be gone now, in the app's order, whatever was declined. */
export function waysOpen(plan: Plan, facts: Facts, at: Position): Way[] {
  return plan.ways.filter((way) => {
    if (at.closed.includes(way.name) || !countsBeside(plan, at.proofs, way)) return false;
    if (seesOnFile(plan, at)) return isReal(plan, facts, at, way);
    if (plan.reveal === "mailed") return way.class === "address";
    return plan.reveal === "uniform" || way.class === "address" || way.class === "phone";
  });
}

/** The way that is offered next: the first behind `after` that was not declined, else the first before it. */
export function nextWay(plan: Plan, facts: Facts, at: Position, after?: Way): Way | undefined {
  const left = waysOpen(plan, facts, at).filter(({ name }) => !at.declined.includes(name));
  const from = after === undefined ? 0 : plan.ways.indexOf(after);
  return left.find((way) => plan.ways.indexOf(way) >= from) ?? left[0];
}

/** A key that may not be declined, where the asker may know of it. */
export function isDemanded(plan: Plan, facts: Facts, at: Position, way: Way): boolean {
  return way.mode !== "optional" && seesOnFile(plan, at) && facts.onFile.has(way.name);
}
