import { expect } from "chai";
import fc from "fast-check";
import { move } from "../../lib/flows/recovery/moves.ts";
import { ARROWS, NODES, type Arrow } from "./chart.ts";
import { createModel, exhaust, Parted, type Move } from "./model.ts";
import { WAY_NAMES, type Scenario, type WayName } from "./scenarios.ts";
import { ALL_SAID } from "./walk.ts";

const HOLD = 86_400_000;
const MODES = ["optional", "mandatory", "exclusive"] as const;
const EMAILS = ["Code", "Link", "Both"] as const;
const PHONES = ["SMS", "Call", "Both"] as const;
const REVEALS = ["uniform", "after-proof", "mailed", "always"] as const;
const POLICIES = [
  { secondProof: "now", holdMs: undefined },
  { secondProof: "now", holdMs: HOLD },
  { secondProof: "at-login", holdMs: undefined },
] as const;

/** Every account that has these on file, in every app that could be its own. */
function scenariosWith(onFile: readonly WayName[], reveals: readonly Scenario["reveal"][]): Scenario[] {
  const has = (name: WayName) => onFile.includes(name);
  const all: Scenario[] = [];
  for (const reveal of reveals)
    for (const policy of POLICIES)
      for (const asksSecond of [true, false])
        for (const mode of has("key") ? MODES : MODES.slice(0, 1))
          for (const email of has("email") ? EMAILS : EMAILS.slice(0, 1))
            for (const phone of has("phone") ? PHONES : PHONES.slice(0, 1))
              all.push({ configured: onFile, onFile, mode, email, phone, reveal, policy, asksSecond });
  return all;
}

const singles = WAY_NAMES.map((name) => [name]);
const pairs = WAY_NAMES.flatMap((one, i) => WAY_NAMES.slice(i + 1).map((other) => [one, other]));

const scenario: fc.Arbitrary<Scenario> = fc
  .record({
    configured: fc.subarray([...WAY_NAMES], { minLength: 3 }),
    has: fc.array(fc.boolean(), { minLength: WAY_NAMES.length, maxLength: WAY_NAMES.length }),
    mode: fc.constantFrom(...MODES),
    email: fc.constantFrom(...EMAILS),
    phone: fc.constantFrom(...PHONES),
    reveal: fc.constantFrom(...REVEALS),
    policy: fc.constantFrom(...POLICIES),
    asksSecond: fc.boolean(),
  })
  .map(({ has, ...rest }) => ({ ...rest, onFile: WAY_NAMES.filter((_, i) => has[i]) }));

describe("the chart of a forgotten password", () => {
  const taken = new Set<Arrow>();
  const took = (arrow: Arrow) => void taken.add(arrow);

  it("stands here with all its nodes and arrows", () => {
    expect(Object.keys(NODES)).to.have.length(74);
    expect(ARROWS).to.have.length(126);
    const ends = new Set(ARROWS.flatMap(([from, to]) => [from, to]));
    expect([...ends].sort()).to.deep.equal(Object.keys(NODES).sort());
  });

  it("[T49] is what a recovery does with nothing on file, or one way, in every mode and under every policy", () => {
    for (const onFile of [[], ...singles] as WayName[][])
      for (const each of scenariosWith(onFile, REVEALS)) exhaust(each, move, took);
  });

  it("[T49] is what it does with any two ways", () => {
    let refused = 0;
    for (const onFile of pairs)
      for (const each of scenariosWith(onFile, ["uniform", "always"]))
        refused += exhaust(each, move, took).refused;
    expect(refused).to.be.greaterThan(100_000);
  });

  it("[T49] is what it does in 2,000 apps with any ways, configured and on file or not", () => {
    const walk = fc.array(fc.nat(ALL_SAID.length - 1), { minLength: 60, maxLength: 120 });
    fc.assert(
      fc.property(scenario, walk, (each, picks) => {
        const { first, next } = createModel(each, move, took);
        let at = first();
        for (const pick of picks) {
          const start = at.product.state === "identify" ? first() : at;
          // The first of what can be said from here on that is an arrow; all before it were refused by both.
          const turned = [...ALL_SAID.slice(pick), ...ALL_SAID.slice(0, pick)];
          at =
            turned.reduce<ReturnType<typeof next>>((to, said) => to ?? next(start, said), undefined) ??
            first();
        }
      }),
      { numRuns: 2000 },
    );
  });

  it("has no arrow that none of them took", () => {
    const left = ARROWS.filter((arrow) => !taken.has(arrow)).map(
      ([from, to, label]) => `${from} > ${to} ${label ?? ""}`,
    );
    expect(left).to.deep.equal([]);
  });

  it("ends, whatever is answered: who does not start over comes to an end", () => {
    for (const onFile of [...pairs, [...WAY_NAMES]] as WayName[][])
      for (const each of scenariosWith(onFile, ["always"]).slice(0, 12)) {
        const { first, next } = createModel(each, move, took);
        const ends = (from: ReturnType<typeof first>, depth: number): void => {
          expect(depth, JSON.stringify(each)).to.be.lessThan(60);
          for (const said of [
            "yes",
            "no",
            "choose sms",
            "choose link",
            "wrong",
            "failed",
            "another_way",
            "again",
          ] as const) {
            const to = next(from, said);
            if (to !== undefined) return ends(to, depth + 1);
          }
          expect(from.product.state, JSON.stringify([each, from])).to.be.oneOf([
            "none",
            "ended",
            "more",
            "reset",
          ]);
        };
        ends(first(), 0);
      }
  });

  const mutants: Record<string, Move> = {
    "another way counts as a success": (plan, facts, at, said) => {
      if (said.input !== "another_way" || at.factor === undefined) return move(plan, facts, at, said);
      const way = plan.ways.find(({ name }) => name === at.factor);
      const proof = {
        factor: at.factor,
        class: way?.class ?? "app",
        channel: "",
        userVerified: false,
        amr: [],
        at: 0,
      };
      const entered = { ...at, state: "entry" as const };
      return move(plan, facts, entered, { input: "respond", proof });
    },
    "one proof is always enough": (plan, facts, at, said) =>
      move(plan, { ...facts, secondFactors: [] }, at, said),
    "a key that is demanded may be declined": (plan, facts, at, said) =>
      move({ ...plan, ways: plan.ways.map((way) => ({ ...way, mode: "optional" })) }, facts, at, said),
  };
  for (const [what, mutant] of Object.entries(mutants))
    it(`[T49] is not what a recovery does in which ${what}`, () => {
      const all = pairs.flatMap((onFile) => scenariosWith(onFile, ["always"]));
      expect(() => all.forEach((each) => exhaust(each, mutant, () => {}))).to.throw(Parted);
    });
});
