import { begun, type move as realMove } from "../../lib/flows/recovery/moves.ts";
import type { Proof } from "../../lib/flows/recovery/policy.ts";
import { START, type Happening, type Input, type Position } from "../../lib/flows/recovery/position.ts";
import type { Arrow } from "./chart.ts";
import { ACTS, OF_WAY, oracleOf, wayOf, type Standing } from "./oracle.ts";
import { classOf, factsOf, planOf, type Scenario, type WayName } from "./scenarios.ts";
import { ALL_SAID, step, type Said } from "./walk.ts";

export type Move = typeof realMove;

const WAITS = ["fidoprompt2", "pkprompt2", "tdprompt2", "emlink2", "phonecall1", "delg2"];

/** The product does not do what the chart says. */
export class Parted extends Error {
  constructor(scenario: Scenario, how: string) {
    super(`${JSON.stringify(scenario)} ${how}`);
  }
}

/** What the product should answer where the chart rests. */
function expected({ node }: Standing): Pick<Position, "state"> & { factor?: string } {
  const way = wayOf(node);
  if (node === "start") return { state: "identify" };
  if (node === "recover" || node === "none left") return { state: "none" };
  if (node === "more" || node === "hold" || node === "reset" || node === "done") return { state: node };
  if (way === undefined) return { state: "ended" };
  if (node in ACTS) return { state: WAITS.includes(node) ? "wait" : "entry", factor: way };
  if (OF_WAY[way].failed === node) return { state: "failed", factor: way };
  return { state: node.includes("both") ? "choose" : "offer", factor: way };
}

function inputOf(said: Said, at: Position): Input | Happening {
  const way = (at.factor ?? "totp") as WayName;
  const proof: Proof = {
    factor: way,
    class: classOf(way),
    channel: way,
    userVerified: way === "passkey",
    amr: [],
    at: 0,
  };
  if (said.startsWith("choose ")) return { input: "choose", choice: said.slice(7) };
  if (said.startsWith("pick ")) return { input: "pick", factor: said.slice(5) };
  if (said === "right") return { input: "respond", proof };
  if (said === "wrong" || said === "used") return { input: "respond", proof: undefined };
  return said === "proven" ? { input: "proven", proof } : ({ input: said } as Input);
}

export interface Visited {
  product: Position;
  chart: Standing;
}

/** Walks the product and the chart side by side, from every state by everything that can be said, and throws where they part. */
export function createModel(scenario: Scenario, move: Move, took: (arrow: Arrow) => void) {
  const [plan, facts] = [planOf(scenario), factsOf(scenario)];
  const oracle = oracleOf(scenario, took);
  const agrees = ({ product, chart }: Visited, how: string) => {
    const { state, factor } = product;
    const wanted = expected(chart);
    const shown = factor === undefined ? { state } : { state, factor };
    if (state !== wanted.state || factor !== wanted.factor)
      throw new Parted(scenario, `${how} → ${chart.node}: the product ${JSON.stringify(shown)}`);
    if (chart.node === "recover") oracle.follow(chart, "recover", undefined);
    if (state === "reset" && oracle.reached(chart).node === "more")
      throw new Parted(scenario, `a reset without the proofs of the policy: ${how}`);
  };

  function first(): Visited {
    const both = { product: begun(plan, facts), chart: oracle.fromStart(oracle.START) };
    agrees(both, "start");
    return both;
  }

  /** What comes of it; undefined where it is refused, which both must agree on. */
  function next(from: Visited, said: Said): Visited | undefined {
    const isRightAtAll =
      (said !== "right" && said !== "proven") || oracle.isReal(from.chart, from.product.factor as WayName);
    // What is on no file is never judged right: no proof is made for it.
    if (!isRightAtAll) return undefined;
    const chart = step(oracle, from.chart, said);
    const product = move(plan, facts, from.product, inputOf(said, from.product));
    const how = `${from.chart.node} ${said}`;
    if (chart === undefined || product === undefined) {
      if (chart !== undefined || product !== undefined)
        throw new Parted(scenario, `${how}: the chart ${chart?.node}, the product ${product?.state}`);
      return undefined;
    }
    const both = { product, chart };
    agrees(both, how);
    return product === START ? { product, chart: oracle.START } : both;
  }

  return { first, next };
}

/** From every state that can be reached, everything that can be said. Answers how many states and refusals there were. */
export function exhaust(
  scenario: Scenario,
  move: Move,
  took: (arrow: Arrow) => void,
): { states: number; refused: number } {
  const { first, next } = createModel(scenario, move, took);
  const seen = new Set<string>();
  const queue = [first()];
  let refused = 0;
  for (let from = queue.pop(); from !== undefined; from = queue.pop()) {
    const key = JSON.stringify([from.product, from.chart.node]);
    if (seen.has(key) || from.product.state === "identify") continue;
    seen.add(key);
    for (const said of ALL_SAID) {
      const to = next(from, said);
      if (to === undefined) refused += 1;
      else queue.push(to);
    }
  }
  return { states: seen.size, refused };
}
