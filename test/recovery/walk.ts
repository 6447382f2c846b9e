import type { Node } from "./chart.ts";
import { ACTS, OF_WAY, wayOf, type Oracle, type Standing } from "./oracle.ts";
import { WAY_NAMES, type WayName } from "./scenarios.ts";

/** Everything that may be said to a recovery, or happen to it. */
export type Said =
  | "yes"
  | "no"
  | "failed"
  | "again"
  | "another_way"
  | "start_over"
  | "right"
  | "wrong"
  /** Wrong too: it was right once. */
  | "used"
  | "answered"
  | "missed"
  | "proven"
  | "denied"
  | "held"
  | "password"
  | `choose ${string}`
  | `pick ${WayName}`;

export const ALL_SAID: readonly Said[] = [
  ..."yes no failed again another_way start_over right wrong used answered missed proven denied held password"
    .split(" ")
    .map((each) => each as Said),
  ...["code", "link", "sms", "call", "whatsapp"].map((each) => `choose ${each}` as Said),
  ...WAY_NAMES.map((each) => `pick ${each}` as Said),
];

const LABELS: Readonly<Record<string, string>> = {
  "choose code": "Code",
  "choose link": "Link",
  "choose sms": "SMS",
  "choose call": "Call",
};
const BOTH = ["embothprompt", "phonebothprompt"];
const ELSEWHERE = ["emlink2", "tdprompt2"];
const SENT = ["emcode2", "emlink2", "phone2", "phonecall1"];

/** Where the chart leads from here; undefined where it has no arrow, and we have none of our own. */
export function step(oracle: Oracle, at: Standing, said: Said): Standing | undefined {
  const node = at.node as Node;
  if (said === "start_over") return startedOver(oracle, at);
  const way = wayOf(at.node);
  if (at.node === "more") {
    const picked = said.startsWith("pick ") ? (said.slice(5) as WayName) : undefined;
    if (picked === undefined || !oracle.isOpen(at, picked)) return undefined;
    return oracle.follow(at, OF_WAY[picked].isOnFile, "Yes");
  }
  if (at.node === "hold") return said === "held" ? { ...at, node: "reset" } : undefined;
  if (node === "reset") {
    if (said !== "password") return undefined;
    return { ...oracle.follow(at, node, undefined), node: "done" };
  }
  if (way === undefined) return undefined;
  if (node in ACTS) return acted(oracle, at, way, said);
  if (OF_WAY[way].failed === at.node) return afterFailure(oracle, at, way, said);
  const isBoth = BOTH.includes(node);
  // The chart has no way out of this question; ours is its neighbours'.
  if (said === "no" && node === "tdprompt1") return oracle.follow(declined(at, way), "dtrust", "No");
  if (said === "no")
    return orEarlier(oracle, oracle.follow(declined(at, way), node, isBoth ? "Neither" : "No"));
  if (!isBoth) return said === "yes" ? oracle.follow(at, node, "Yes") : undefined;
  const label = LABELS[said];
  const fits = label !== undefined && (node === "embothprompt") === /code|link/.test(said);
  return fits ? oracle.follow(at, node, label) : undefined;
}

/** Who sees an earlier way only now, because something is proven, was never asked about it. */
function orEarlier(oracle: Oracle, at: Standing): Standing {
  const isLeft = WAY_NAMES.some((each) => oracle.isOpen(at, each) && !at.declined.includes(each));
  return at.node === "recover" && isLeft ? oracle.fromStart(at) : at;
}

const declined = (at: Standing, way: WayName): Standing => ({
  ...at,
  declined: [...at.declined.filter((each) => each !== way), way],
});

/** The chart starts over where something failed; we let people do so anywhere, which proves nothing. */
function startedOver(oracle: Oracle, at: Standing): Standing | undefined {
  if (at.node === "start" || at.node === "done") return undefined;
  const way = wayOf(at.node);
  const hasArrow = way !== undefined && OF_WAY[way].failed === at.node && at.node !== "delegate failed";
  if (hasArrow) oracle.follow(at, at.node as Node, "Start Over");
  return oracle.START;
}

function afterFailure(oracle: Oracle, at: Standing, way: WayName, said: Said): Standing | undefined {
  if (said === "again" && !oracle.isUsedUp(at, way))
    return at.node === "delegate failed"
      ? { ...at, node: "delgprompt" }
      : oracle.follow(at, at.node as Node, "Try Again");
  // Ours: on as if it had been declined.
  if (said === "another_way" && !(way === "key" && oracle.isDemanded(at)))
    return orEarlier(oracle, oracle.follow(declined(at, way), OF_WAY[way].isOnFile, "No"));
  return undefined;
}

/** Something was typed or done, or was not. */
function acted(oracle: Oracle, at: Standing, way: WayName, said: Said): Standing | undefined {
  const node = at.node as Node;
  if (node === "phonecall1") {
    if (said === "answered") return oracle.follow(at, node, "Answered");
    if (said === "missed" || said === "failed") return oracle.follow(at, node, "Timeout");
    const isTyped = said === "right" || said === "wrong" || said === "used";
    // What is typed was heard.
    return isTyped ? acted(oracle, oracle.follow(at, node, "Answered"), way, said) : undefined;
  }
  const isElsewhere = ELSEWHERE.includes(node);
  if (said === (isElsewhere ? "proven" : "right")) {
    if (!oracle.isReal(at, way)) return undefined;
    const proven = [...at.proven, way];
    oracle.follow(
      at,
      node,
      node === "pkprompt2" ? "Success" : undefined,
      way === "saved" ? ["Yes", "No"] : ["Yes"],
    );
    return oracle.reached({ ...at, proven });
  }
  const mayFail = node in { fidoprompt2: 1, pkprompt2: 1, tdprompt2: 1, delg2: 1 } || SENT.includes(node);
  if (said === "failed" ? mayFail : said === "denied" && isElsewhere)
    return failed(oracle, at, way, "Failed");
  if (isElsewhere || (said !== "wrong" && said !== "used")) return undefined;
  const after = { ...at, wrong: { ...at.wrong, [way]: (at.wrong[way] ?? 0) + 1 } };
  const isOver =
    oracle.isUsedUp(after, way) &&
    !WAY_NAMES.some((each) => oracle.isOpen(after, each) && !at.declined.includes(each));
  const next = failed(
    oracle,
    after,
    way,
    "Success",
    said === "used" && way === "saved" ? ["Yes", "Yes"] : ["No"],
  );
  return isOver && next.node !== "endbox" ? { ...after, node: "none left" } : next;
}

function failed(oracle: Oracle, at: Standing, way: WayName, passkey: string, answers = ["No"]): Standing {
  if (way === "delegate") return { ...at, node: "delegate failed" };
  return oracle.follow(at, at.node as Node, at.node === "pkprompt2" ? passkey : undefined, answers);
}
