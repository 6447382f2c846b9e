import { ARROWS, type Arrow, type Node } from "./chart.ts";
import { classOf, MOST_WRONG, WAY_NAMES, type Scenario, type WayName } from "./scenarios.ts";

/** Where a walk stands by the chart; what the chart has no node for is ours. */
export interface Standing {
  node: Node | "more" | "hold" | "delegate failed" | "none left" | "done";
  declined: readonly WayName[];
  proven: readonly WayName[];
  wrong: Readonly<Partial<Record<WayName, number>>>;
}

interface OfWay {
  isOnFile: Node;
  ask: readonly Node[];
  failed: Node | "delegate failed";
}

/** The nodes of a way in which a walk rests. */
export const OF_WAY: Readonly<Record<WayName, OfWay>> = {
  key: { isOnFile: "dfidoexists", ask: ["fidoprompt1"], failed: "fidodeclined" },
  passkey: { isOnFile: "dpasskey", ask: ["pkprompt1"], failed: "pkdeclined" },
  device: { isOnFile: "dtrust", ask: ["tdprompt1"], failed: "tddeclined" },
  totp: { isOnFile: "dotp", ask: ["otpprompt"], failed: "otpdeclined" },
  email: { isOnFile: "demail", ask: ["emcodeprompt", "emlinkprompt", "embothprompt"], failed: "emdeclined" },
  phone: {
    isOnFile: "dphone",
    ask: ["dphonesmsprompt", "dphonecallprompt", "phonebothprompt"],
    failed: "phonedeclined",
  },
  saved: { isOnFile: "dbkpcode", ask: ["bkpcodeprompt"], failed: "bkpcodedeclined" },
  delegate: { isOnFile: "ddelg", ask: ["delgprompt"], failed: "delegate failed" },
  questions: { isOnFile: "dsq", ask: ["sqprompt"], failed: "sqdeclined" },
  "old-password": { isOnFile: "doldpw", ask: ["oldpwprompt"], failed: "oldpwdeclined" },
};

/** Where something is typed or done, and whose it is. */
export const ACTS: Readonly<Partial<Record<Node, WayName>>> = {
  fidoprompt2: "key",
  pkprompt2: "passkey",
  tdprompt2: "device",
  otp1: "totp",
  emcode2: "email",
  emlink2: "email",
  phonecall1: "phone",
  phone2: "phone",
  bkpcode1: "saved",
  delg2: "delegate",
  sq2: "questions",
  oldpw1: "old-password",
};

const isAsk = (node: string) => Object.values(OF_WAY).some(({ ask }) => ask.includes(node as Node));
const isFailed = (node: string) => Object.values(OF_WAY).some(({ failed }) => failed === node);
const rests = (node: string) =>
  isAsk(node) || isFailed(node) || node in ACTS || ["reset", "recover", "endbox"].includes(node);

export function wayOf(node: string): WayName | undefined {
  const way = WAY_NAMES.find((name) => {
    const { ask, failed } = OF_WAY[name];
    return ask.includes(node as Node) || failed === node;
  });
  return way ?? ACTS[node as Node];
}

/** Reads the chart for one scenario. It knows the rules of what is offered and of what opens a reset by words of its own. */
export function oracleOf(scenario: Scenario, took: (arrow: Arrow) => void) {
  const knows = (name: WayName) => scenario.onFile.includes(name) && scenario.configured.includes(name);
  const needsTwo =
    scenario.asksSecond && scenario.onFile.some((each) => ["key", "passkey", "totp", "phone"].includes(each));
  const isKnowledge = (name: WayName) => name === "questions" || name === "old-password";
  const isVisible = ({ proven }: Standing) => scenario.reveal === "always" || proven.length > 0;
  const isDemanded = (at: Standing) => scenario.mode !== "optional" && knows("key") && isVisible(at);

  /** Whether the right answer would be taken for one. */
  function isReal(at: Standing, name: WayName): boolean {
    const waits = scenario.mode !== "optional" && knows("key") && !at.proven.includes("key");
    return knows(name) && (name === "key" || !waits);
  }

  const isUsedUp = ({ wrong }: Standing, name: WayName) => (wrong[name] ?? 0) >= MOST_WRONG;

  /** Whether the way may be gone: it would count, and the asker may know of it. */
  function isOpen(at: Standing, name: WayName): boolean {
    if (!scenario.configured.includes(name) || isUsedUp(at, name)) return false;
    if (at.proven.some((each) => classOf(each) === classOf(name))) return false;
    const hasPossession = at.proven.some((each) => !isKnowledge(each));
    if (isKnowledge(name) && (scenario.policy.holdMs === undefined || !hasPossession)) return false;
    if (isVisible(at)) return isReal(at, name);
    if (scenario.reveal === "mailed") return name === "email";
    return scenario.reveal === "uniform" || ["email", "phone"].includes(name);
  }

  function decide(node: Node, at: Standing): string | undefined {
    const way = WAY_NAMES.find((name) => OF_WAY[name].isOnFile === node);
    if (way !== undefined) return isOpen(at, way) && !at.declined.includes(way) ? "Yes" : "No";
    if (node === "dfido2") return isDemanded(at) ? "Yes" : "No";
    if (node === "dfido22") return isDemanded(at) && scenario.mode === "exclusive" ? "Yes" : "No";
    if (node === "demail2") return scenario.email;
    return node === "dphone2" ? scenario.phone : undefined;
  }

  /** Takes the arrow with this label, and all that follow by themselves. */
  function follow(
    at: Standing,
    from: Node,
    label: string | undefined,
    answers: readonly string[] = [],
  ): Standing {
    const left = [...answers];
    let node = from;
    let next = label;
    do {
      const arrow = ARROWS.find(([a, , by]) => a === node && (by === next || next === undefined));
      if (arrow === undefined) throw new Error(`the chart has no arrow from ${node} by ${next}`);
      took(arrow);
      node = arrow[1];
      if (node === "start") return { ...at, node };
      if (node === "uid") {
        next = "Click next";
        continue;
      }
      const byItself = ARROWS.some(([a, , by]) => a === node && by === undefined);
      next = rests(node) || byItself ? undefined : (decide(node, at) ?? left.shift());
    } while (!rests(node));
    return { ...at, node };
  }

  const START: Standing = { node: "start", declined: [], proven: [], wrong: {} };
  const fromStart = (at: Standing) => follow(at, "start", "Click Forgotten Password Link");

  /** What the proofs are worth; the chart knows one that is enough. */
  function reached(at: Standing): Standing {
    const possession = at.proven.filter((each) => !isKnowledge(each));
    const classes = new Set(possession.map(classOf));
    const others = scenario.onFile.filter(
      (each) =>
        ["verified-key", "key", "app", "phone"].includes(classOf(each)) && !classes.has(classOf(each)),
    );
    const atLogin = scenario.policy.secondProof === "at-login" && others.length > 0;
    const isOpened = !needsTwo || classes.size > 1 || possession.includes("passkey") || atLogin;
    if (possession.length > 0 && isOpened) return { ...at, node: "reset" };
    const left = WAY_NAMES.filter((name) => isOpen(at, name));
    const isWeak = left.length === 0 || at.proven.some(isKnowledge);
    if (scenario.policy.holdMs !== undefined && possession.length > 0 && isWeak)
      return { ...at, node: "hold" };
    return { ...at, node: left.length === 0 ? "none left" : "more" };
  }

  return { START, fromStart, follow, reached, isOpen, isReal, isDemanded, isUsedUp, decide };
}

export type Oracle = ReturnType<typeof oracleOf>;
