import type { Failure, FileCoverage, Part } from "./messages.ts";
import type { Mutant } from "./mutant.ts";

export interface Planner {
  /** What to run for a mutant, cheapest first, as far as the budget goes; `left` is how many tests it does not reach. */
  plan(mutant: Mutant): { parts: Part[]; left: number };
  /** Tests that noticed a mutant of a file are asked first about its next. */
  noticed(mutant: Mutant, testFile: string): void;
  /** These tests are not asked any more: they fail without a mutant too. */
  distrust(failures: readonly Failure[]): void;
}

export function createPlanner(
  mutants: readonly Mutant[],
  coverage: readonly FileCoverage[],
  budgetMs: number,
): Planner {
  const fileOf = new Map(mutants.map((mutant) => [mutant.id, mutant.file]));
  const loaded = new Set(coverage.flatMap((each) => each.loaded));
  // For each file of tests, what each test runs: mutants, texts of scripts, and the files that they stand in.
  const tests = coverage.map((each) => ({
    ...each,
    tests: each.tests.map((test) => {
      const ids = new Set(test.mutants);
      return { ...test, ids, sources: new Set(test.mutants.map((id) => fileOf.get(id) ?? "")) };
    }),
  }));
  const distrusted = new Set<string>();
  const noticing = new Map<string, Map<string, number>>();

  return {
    plan(mutant) {
      const text = textOf(mutant);
      const runs = (test: { ids: Set<string>; sources: Set<string> }) =>
        test.ids.has(text) || (loaded.has(mutant.id) && test.sources.has(mutant.file));
      let parts = partsOf(runs);
      // Constants of a file that has nothing else: whoever loads it may notice.
      if (parts.length === 0 && loaded.has(mutant.id)) parts = partsOf(() => true);
      const before = noticing.get(mutant.file);
      const rank = ({ file, ms }: Part) => ms / (1 + 4 * (before?.get(file) ?? 0));
      parts.sort((one, other) => rank(one) - rank(other));
      let spent = 0;
      const within = parts.filter((part, i) => {
        spent += part.ms;
        return i === 0 || spent <= budgetMs;
      });
      const count = (list: readonly Part[]) => list.reduce((sum, part) => sum + part.tests.length, 0);
      return { parts: within, left: count(parts) - count(within) };
    },
    distrust(failures) {
      for (const { file, title } of failures) distrusted.add(`${file} ${title}`);
    },
    noticed(mutant, testFile) {
      const counts = noticing.get(mutant.file) ?? new Map<string, number>();
      counts.set(testFile, (counts.get(testFile) ?? 0) + 1);
      noticing.set(mutant.file, counts);
    },
  };

  function partsOf(runs: (test: { ids: Set<string>; sources: Set<string> }) => boolean): Part[] {
    return tests.flatMap(({ file, ms, tests: all }) => {
      const running = all.filter((test) => runs(test) && !distrusted.has(`${file} ${test.title}`));
      if (running.length === 0) return [];
      const asked = running.map((test) => ({ title: test.title, ms: test.ms }));
      return [{ file, tests: asked, ms: ms + running.reduce((sum, test) => sum + test.ms, 0) }];
    });
  }
}

/** A script is covered as a whole text. */
const textOf = ({ id, kind }: Mutant) => (kind === "Lua" ? id.replace(/(#\d+)\..*$/, "$1") : id);
