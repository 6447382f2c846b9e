import { wrongAnswer } from "../../wrong-answer.ts";
import { isDemanded, nextWay, waysOpen } from "./available.ts";
import { isAllowed, methodOf } from "./inputs.ts";
import { isHeldBy, isOpenedBy, type Facts, type Proof } from "./policy.ts";
import { START, type AboutWay, type Happening, type Input, type Position } from "./position.ts";
import { wayNamed, type Method, type Plan, type Way } from "./ways.ts";

/** Where a recovery stands once the identifier is typed. */
export const begun = (plan: Plan, facts: Facts): Position => offered(plan, facts, START);

/**
 * What comes next; undefined for what is no edge of the chart, which changes nothing. `reset` is reached only through {@link proven}, which counts
 * proofs.
 */
export function move(plan: Plan, facts: Facts, at: Position, said: Input | Happening): Position | undefined {
  const way = wayNamed(plan, at.factor);
  if (!isAllowed(plan, facts, at, said)) return undefined;
  switch (said.input) {
    case "start_over":
      return START;
    case "pick": {
      const picked = waysOpen(plan, facts, at).find(({ name }) => name === said.factor);
      return picked && asked(plan, facts, at, picked);
    }
    case "held":
      return { ...bare(at), state: "reset" };
    case "password":
      return { ...bare(at), state: "done" };
    default:
      return way === undefined ? undefined : moved(plan, facts, at, way, said);
  }
}

function moved(plan: Plan, facts: Facts, at: Position, way: Way, said: AboutWay): Position {
  switch (said.input) {
    case "yes":
      return rested(at, way, way.methods[0]);
    case "choose":
      return rested(at, way, methodOf(way, said.choice) as Method);
    case "no":
    case "another_way":
      return declined(plan, facts, at, way);
    case "again":
      return way.sent ? asked(plan, facts, at, way) : rested(at, way, way.methods[0]);
    case "answered":
      return { ...at, state: "entry" };
    case "failed":
    case "missed":
    case "denied":
      return failed(plan, facts, at, way);
    case "proven":
      return proven(plan, facts, at, said.proof);
    case "respond":
      return said.proof === undefined ? wrong(plan, facts, at, way) : proven(plan, facts, at, said.proof);
    default:
      throw wrongAnswer("recovery: input", (said as AboutWay).input, "an edge of the chart");
  }
}

/** Without the way that it was about. */
function bare({ declined, closed, wrong, proofs }: Position): Omit<Position, "state"> {
  return { declined, closed, wrong, proofs };
}

function offered(plan: Plan, facts: Facts, at: Position, after?: Way): Position {
  const next = nextWay(plan, facts, at, after);
  return next === undefined ? { ...bare(at), state: "none" } : asked(plan, facts, at, next);
}

/** Asks about a way, or by which of its methods; a key that may not be declined is not asked about. */
function asked(plan: Plan, facts: Facts, at: Position, way: Way): Position {
  if (isDemanded(plan, facts, at, way)) return rested(at, way, way.methods[0]);
  const state = way.methods.length > 1 ? "choose" : "offer";
  return { ...bare(at), state, factor: way.name };
}

const rested = (at: Position, { name }: Way, { name: method, rests }: Method): Position => ({
  ...bare(at),
  state: rests,
  factor: name,
  method,
});

const declined = (plan: Plan, facts: Facts, at: Position, way: Way): Position =>
  offered(
    plan,
    facts,
    { ...at, declined: [...at.declined.filter((each) => each !== way.name), way.name] },
    way,
  );

function wrong(plan: Plan, facts: Facts, at: Position, way: Way): Position {
  const count = (at.wrong[way.name] ?? 0) + 1;
  const closed = count >= way.mostWrong ? [...at.closed, way.name] : at.closed;
  return failed(plan, facts, { ...at, wrong: { ...at.wrong, [way.name]: count }, closed }, way);
}

/** A key that is the only way ends it; what is used up is not tried again, and where nothing else is left, nothing is. */
function failed(plan: Plan, facts: Facts, at: Position, way: Way): Position {
  if (way.mode === "exclusive" && isDemanded(plan, facts, at, way)) return { ...bare(at), state: "ended" };
  const isOver = at.closed.includes(way.name) && nextWay(plan, facts, at) === undefined;
  if (isOver) return { ...bare(at), state: "none" };
  return { ...bare(at), state: "failed", factor: way.name };
}

/** Appends a proof, and sees what all of them open. */
function proven(plan: Plan, facts: Facts, before: Position, proof: Proof): Position {
  const proofs = [...before.proofs.filter(({ factor }) => factor !== proof.factor), proof];
  const at = { ...bare(before), proofs };
  if (isOpenedBy(plan.policy, facts, proofs)) return { ...at, state: "reset" };
  const left = waysOpen(plan, facts, { ...at, state: "more" }).length;
  if (isHeldBy(plan.policy, proofs, left)) return { ...at, state: "hold" };
  return { ...at, state: left === 0 ? "none" : "more" };
}
