import { wrongAnswer } from "../../wrong-answer.ts";
import { isDemanded } from "./available.ts";
import type { Facts } from "./policy.ts";
import type { Happening, Input, InputName, Position } from "./position.ts";
import { wayNamed, type Method, type Plan, type Way } from "./ways.ts";

/** What may be said here. */
export function inputsOf(plan: Plan, facts: Facts, at: Position): InputName[] {
  const way = wayNamed(plan, at.factor);
  switch (at.state) {
    case "offer":
      return ["yes", ...refusing(plan, facts, at, way), "start_over"];
    case "choose":
      return ["choose", ...refusing(plan, facts, at, way), "start_over"];
    case "entry":
      return ["respond", ...(way?.sent === true ? (["failed"] as const) : []), "start_over"];
    case "wait":
      return [
        ...(methodOf(way, at.method)?.answered === "elsewhere" ? [] : (["respond"] as const)),
        "failed",
        "start_over",
      ];
    case "failed": {
      const isClosed = at.closed.includes(at.factor ?? "");
      return [
        ...(isClosed ? [] : (["again"] as const)),
        ...(way !== undefined && isDemanded(plan, facts, at, way) ? [] : (["another_way"] as const)),
        "start_over",
      ];
    }
    case "more":
      return ["pick", "start_over"];
    case "hold":
    case "reset":
    case "ended":
    case "none":
      return ["start_over"];
    case "identify":
    case "done":
      return [];
    default:
      throw wrongAnswer("recovery: state", (at as Position).state, "a state of the chart");
  }
}

/** Whether there is an edge for it. */
export function isAllowed(plan: Plan, facts: Facts, at: Position, said: Input | Happening): boolean {
  const way = wayNamed(plan, at.factor);
  switch (said.input) {
    case "answered":
    case "missed":
      return at.state === "wait" && methodOf(way, at.method)?.answered === "rings";
    case "proven":
    case "denied":
      return at.state === "wait" && methodOf(way, at.method)?.answered === "elsewhere";
    case "held":
      return at.state === "hold";
    case "password":
      return at.state === "reset";
    case "choose":
      return at.state === "choose" && methodOf(way, said.choice) !== undefined;
    default:
      return inputsOf(plan, facts, at).includes(said.input);
  }
}

export const methodOf = (way: Way | undefined, name: string | undefined): Method | undefined =>
  way?.methods.find((each) => each.name === name);

function refusing(plan: Plan, facts: Facts, at: Position, way: Way | undefined): InputName[] {
  return way !== undefined && isDemanded(plan, facts, at, way) ? [] : ["no"];
}
