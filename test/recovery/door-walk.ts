import { expect } from "chai";
import fc from "fast-check";
import { defineFactor, type Factor } from "../../lib/index.ts";
import type { User } from "../support/app.ts";
import { recoveryApp, walker, type RecoveryApp, type Walker } from "../support/recovery-scene.ts";
import { type Arrow } from "./chart.ts";
import { ACTS, OF_WAY, oracleOf, wayOf, type Standing } from "./oracle.ts";
import { classOf, WAY_NAMES, type Scenario, type WayName } from "./scenarios.ts";
import { ALL_SAID, step, type Said } from "./walk.ts";

const RIGHT = "123456";
const WAITS = ["fidoprompt2", "pkprompt2", "tdprompt2"];
/** The channels of a phone; a call that tells whether it was answered needs reports. */
const CHANNELS: Record<string, string> = { "choose sms": "text" };

/** What somebody elsewhere has decided, by account. */
type Decisions = Map<string, "right" | "wrong">;

/** What was typed; a ceremony's answer is an object. */
function typedIn(response: unknown): string | undefined {
  const typed = typeof response === "object" ? (response as { said?: unknown } | null)?.said : response;
  return typeof typed === "string" ? typed : undefined;
}

/** A stand-in for one way of the chart. */
function standIn(name: string, way: WayName, scenario: Scenario, decisions: Decisions): Factor {
  const isCeremony = way === "key" || way === "passkey";
  const isElsewhere = way === "device";
  const isSent = way === "email" || way === "phone" || way === "delegate";
  const has = scenario.onFile.includes(way);
  return defineFactor<string, unknown, object>({
    name,
    amr: "otp",
    class: classOf(way),
    uses: scenario.asksSecond ? ["login", "step-up", "recovery"] : ["recovery"],
    ...(isCeremony ? { prompt: "ceremony" as const } : {}),
    ...(isElsewhere ? { prompt: "elsewhere" as const } : {}),
    texts: { en: { label: name, field: name } },
    onFile: () => (has ? {} : undefined),
    ...(isCeremony || isElsewhere || isSent ? { begin: () => ({ state: {}, ttlSeconds: 600 }) } : {}),
    parse: (response) => (isElsewhere ? "" : typedIn(response)),
    judge: ({ account }, typed) => {
      if (!isElsewhere) return typed === RIGHT ? "right" : "wrong";
      const decided = decisions.get(account) ?? "pending";
      decisions.delete(account);
      return decided;
    },
  });
}

function appOf(scenario: Scenario, decisions: Decisions): RecoveryApp {
  const list = scenario.configured.flatMap((way) => {
    if (way !== "phone") return [standIn(way, way, scenario, decisions)];
    const channels = scenario.phone === "Both" ? ["text", "voice"] : ["text"];
    return channels.map((name) => standIn(name, way, scenario, decisions));
  });
  const everybody = { find: async (id: string): Promise<User> => ({ id }) };
  return recoveryApp({
    trustProxy: true,
    only: list,
    factors: { accounts: everybody as never },
    recovery: {
      factors: list.map(({ name }) => name),
      reveal: scenario.reveal,
      keyMode: scenario.mode,
      secondProof: scenario.policy.secondProof,
      holdHours: scenario.policy.holdMs === undefined ? 0 : scenario.policy.holdMs / 3_600_000,
    },
  });
}

/** What the door should answer where the chart rests. */
function expected({ node }: Standing): [state: string, factor: string | undefined] {
  const way = wayOf(node);
  if (node === "start") return ["identify", undefined];
  if (node === "recover" || node === "none left") return ["none", undefined];
  if (node === "more" || node === "hold" || node === "reset" || node === "done") return [node, undefined];
  if (way === undefined) return ["ended", undefined];
  if (node in ACTS) return [WAITS.includes(node) ? "wait" : "entry", way];
  if (OF_WAY[way].failed === node) return ["failed", way];
  return [node.includes("both") ? "choose" : "offer", way];
}

const scenario: fc.Arbitrary<Scenario> = fc
  .record({
    configured: fc.subarray([...WAY_NAMES], { minLength: 2 }),
    has: fc.array(fc.boolean(), { minLength: WAY_NAMES.length, maxLength: WAY_NAMES.length }),
    mode: fc.constantFrom("optional", "mandatory", "exclusive"),
    // A link needs a mail; its arrows are walked in the model of the moves.
    email: fc.constant("Code" as const),
    phone: fc.constantFrom("SMS", "Both"),
    reveal: fc.constantFrom("uniform", "after-proof", "always"),
    policy: fc.constantFrom(
      { secondProof: "now" as const, holdMs: undefined },
      { secondProof: "now" as const, holdMs: 86_400_000 },
      { secondProof: "at-login" as const, holdMs: undefined },
    ),
    asksSecond: fc.boolean(),
  })
  .filter(({ configured }) => configured.some((name) => classOf(name) !== "knowledge"))
  .map(({ has, ...rest }) => ({
    ...rest,
    onFile: WAY_NAMES.filter((name, i) => has[i] && rest.configured.includes(name)),
  })) as fc.Arbitrary<Scenario>;

/** Through the door: what is said, or happens; answers the status. */
async function say(
  walk: Walker,
  app: RecoveryApp,
  decisions: Decisions,
  who: string,
  said: Said,
): Promise<number> {
  const put = async (input: string, more: object = {}) => {
    const { status, body } = await walk.me.post("/recovery/step", { gen: walk.view.gen, input, ...more });
    if (status === 200 || status === 409) walk.view = body;
    else if (status !== 429) await walk.look();
    return status;
  };
  if (said === "password") {
    const { status, body } = await walk.me.post("/recovery/password", {
      gen: walk.view.gen,
      password: "seven quiet lanterns",
    });
    walk.view = body;
    return status;
  }
  if (said === "proven" || said === "denied" || said === "held") {
    if (said === "held") app.clock.advance(86_400_000);
    else decisions.set(who, said === "proven" ? "right" : "wrong");
    const before = walk.view.gen;
    await walk.look();
    return walk.view.gen === before ? 409 : 200;
  }
  if (said.startsWith("choose ")) return put("choose", { choice: CHANNELS[said] ?? said.slice(7) });
  if (said.startsWith("pick ")) return put("pick", { factor: said.slice(5) });
  if (!["right", "wrong", "used"].includes(said)) return put(said);
  const typed = said === "right" ? RIGHT : "000000";
  return put("respond", { response: walk.view.prompt?.["kind"] === "ceremony" ? { said: typed } : typed });
}

/** Walks so many apps with any ways through their doors, beside the chart. Answers how many moves there were, and which arrows they took. */
export async function walkDoors(numRuns: number): Promise<{ moves: number; taken: ReadonlySet<Arrow> }> {
  const taken = new Set<Arrow>();
  let moves = 0;
  await fc.assert(
    fc.asyncProperty(
      scenario,
      fc.array(fc.nat(ALL_SAID.length - 1), { minLength: 30, maxLength: 45 }),
      async (each, picks) => {
        const decisions: Decisions = new Map();
        const app = appOf(each, decisions);
        const oracle = oracleOf(each, (arrow) => taken.add(arrow));
        const who = `user${moves}`;
        const walk = walker(app);
        await walk.start(who);
        let at = oracle.fromStart(oracle.START);
        const agree = (how: string) =>
          expect(
            [walk.view.state, walk.view.factor],
            `${JSON.stringify(each)} ${how} → ${at.node}`,
          ).to.deep.equal(expected(at));
        agree("start");
        for (const pick of picks) {
          const said = ALL_SAID[pick] as Said;
          // Calls tell by reports that they were answered; starting over is counted.
          if (["answered", "missed", "start_over", "choose call"].includes(said)) continue;
          if (said === "held" && at.node !== "hold") continue;
          const way = walk.view.factor as WayName | undefined;
          const isAnswer = ["wrong", "used"].includes(said);
          if (isAnswer && way !== undefined && (at.wrong[way] ?? 0) > 0) continue;
          if ((said === "right" || said === "proven") && way !== undefined && !oracle.isReal(at, way))
            continue;
          const next = step(oracle, at, said);
          const status = await say(walk, app, decisions, who, said);
          decisions.delete(who);
          if (status === 429) return;
          moves += 1;
          expect(
            status === 409,
            `${JSON.stringify(each)} ${at.node} ${said}: ${status}, the chart ${next?.node}`,
          ).to.equal(next === undefined);
          if (next !== undefined) at = next;
          agree(said);
          if (at.node === "done") return;
        }
      },
    ),
    { numRuns },
  );
  return { moves, taken };
}
