import { expect } from "chai";
import { luaChanges } from "../../scripts/mutate/lua.ts";
import type { Mutant } from "../../scripts/mutate/mutant.ts";
import { createPlanner } from "../../scripts/mutate/plan.ts";
import { chooseMutants } from "../../scripts/mutate/sample.ts";

const mutant = (id: string, change: Partial<Mutant> = {}): Mutant => ({
  id,
  kind: "code",
  file: "lib/a.ts",
  line: 1,
  mutator: "",
  before: "",
  after: "",
  ...change,
});

describe("the mutation runner", () => {
  const changed = (text: string) =>
    luaChanges(text).map(({ start, end, after }) => text.slice(0, start) + after + text.slice(end));

  it("changes a script's comparisons, conditions, keys, numbers and words, and leaves out its calls", () => {
    expect(changed("if a <= 1 then")).to.deep.equal(["if a < 1 then", "if a > 1 then", "if a <= 2 then"]);
    expect(changed("if not a or b then")).to.have.members([
      "if not (not a or b) then",
      "if  a or b then",
      "if not a and b then",
    ]);
    expect(changed("redis.call('SET', KEYS[2], ARGV[1], 'PX', n - 1, 'NX')")).to.have.members([
      "",
      "redis.call('SET', KEYS[1], ARGV[1], 'PX', n - 1, 'NX')",
      "redis.call('SET', KEYS[2], ARGV[2], 'PX', n - 1, 'NX')",
      "redis.call('SET', KEYS[2], ARGV[1], 'PX', n + 1, 'NX')",
      "redis.call('SET', KEYS[2], ARGV[1], 'PX', n - 2, 'NX')",
      "redis.call('SET', KEYS[2], ARGV[1], 'PX', n - 1)",
    ]);
  });

  it("changes nothing in a script's comments and patterns, and takes no sign for a minus", () => {
    expect(changed("-- if 1 == 2 then\nlocal a = string.match(b, '^%d+')")).to.deep.equal([]);
    expect(changed("local a = f(-n)")).to.deep.equal([]);
  });

  it("chooses the same for the same seed, a fifth of it in scripts", () => {
    const all = Array.from({ length: 200 }, (_, i) => mutant(String(i), { kind: i < 50 ? "Lua" : "code" }));
    const choose = (seed: number) => chooseMutants(all, { only: [], kind: undefined, seed, count: 20 });
    expect(choose(1)).to.deep.equal(choose(1));
    expect(choose(1)).not.to.deep.equal(choose(2));
    expect(choose(1).filter(({ kind }) => kind === "Lua")).to.have.length(4);
  });

  it("chooses all of a folder, a file or a line", () => {
    const all = [mutant("1"), mutant("2", { line: 2 }), mutant("3", { file: "lib/b.ts" })];
    const chosen = (place: string) =>
      chooseMutants(all, { only: [place], kind: undefined, seed: 1, count: undefined }).map(({ id }) => id);
    expect(chosen("lib/")).to.deep.equal(["1", "2", "3"]);
    expect(chosen("lib/a.ts")).to.deep.equal(["1", "2"]);
    expect(chosen("lib/a.ts:2")).to.deep.equal(["2"]);
  });

  it("asks only tests that run the mutant, the cheapest first, and as far as the budget goes", () => {
    const tests = (ms: number, mutants: string[]) => [{ title: `${ms}`, ms, mutants }];
    const coverage = [
      { file: "slow", loaded: [], ms: 0, failed: [], tests: tests(900, ["1"]) },
      { file: "other", loaded: [], ms: 0, failed: [], tests: tests(1, ["2"]) },
      { file: "fast", loaded: [], ms: 0, failed: [], tests: tests(100, ["1"]) },
    ];
    const planned = (budget: number) => createPlanner([mutant("1")], coverage, budget).plan(mutant("1"));
    expect(planned(2000).parts.map(({ file }) => file)).to.deep.equal(["fast", "slow"]);
    expect(planned(500)).to.deep.equal({
      parts: [{ file: "fast", tests: [{ title: "100", ms: 100 }], ms: 100 }],
      left: 1,
    });
  });

  it("asks who noticed the last mutant of a file first about its next", () => {
    const one = { loaded: [], failed: [], ms: 0, tests: [{ title: "t", ms: 100, mutants: ["1"] }] };
    const other = { ...one, ms: 100 };
    const planner = createPlanner(
      [mutant("1")],
      [
        { ...one, file: "one" },
        { ...other, file: "other" },
      ],
      1000,
    );
    planner.noticed(mutant("1"), "other");
    expect(planner.plan(mutant("1")).parts.map(({ file }) => file)).to.deep.equal(["other", "one"]);
  });

  it("asks whoever runs a script about each change of its text", () => {
    const lua = mutant("lib/a.ts#1.0:12:one more", { kind: "Lua" });
    const tests = [{ title: "t", ms: 1, mutants: ["lib/a.ts#1"] }];
    const coverage = [{ file: "f", loaded: [], ms: 0, failed: [], tests }];
    expect(createPlanner([lua], coverage, 1000).plan(lua).parts).to.have.length(1);
  });
});
