// A process of its own that runs test files of the copy, as its parent orders by messages. What most tests load it has loaded before.
import "chai";
import "express";
import "supertest";
import { watchScripts } from "./lua-coverage.ts";
import type { FileCoverage, Order, Report } from "./messages.ts";
import { limitOf } from "./limit.ts";
import { runFile } from "./run-file.ts";

const MEASURE_TIMEOUT_MS = 60_000;

interface Namespace {
  mutantCoverage: {
    static: Record<string, number>;
    perTest: Record<string, Record<string, number>>;
  };
  currentTestId?: string | undefined;
}

const tell = (report: Report) => process.send?.(report);
// As where mocha runs files in parallel: what nobody waits for ends no test.
process.on("unhandledRejection", () => {});

process.on("message", (order: Order) => {
  void (order.type === "measure" ? measure(order.file) : attempt(order)).catch((error: unknown) =>
    tell({ type: "noticed", failure: { file: "", title: "loading", message: String(error) } }),
  );
});

const stryker = ((globalThis as { __stryker__?: Namespace }).__stryker__ = {
  mutantCoverage: { static: {}, perTest: {} },
} as Namespace);

watchScripts((text) => {
  const { perTest, static: loaded } = stryker.mutantCoverage;
  const covered = stryker.currentTestId === undefined ? loaded : (perTest[stryker.currentTestId] ??= {});
  covered[text] = 1;
});

async function measure(file: string): Promise<void> {
  const { mutantCoverage } = stryker;
  mutantCoverage.static = {};
  mutantCoverage.perTest = {};
  stryker.currentTestId = undefined;
  const coverage: FileCoverage = { file, loaded: [], tests: [], ms: 0, failed: [] };
  const start = performance.now();
  let testsMs = 0;
  await runFile(
    file,
    { bail: false, timeoutMs: MEASURE_TIMEOUT_MS },
    {
      hook(hook) {
        if (/^"(before|after) all"/.test(hook.title)) stryker.currentTestId = `*${suiteOf(hook)}`;
      },
      test(test) {
        tell({ type: "alive" });
        stryker.currentTestId = test.fullTitle();
      },
      passed(test) {
        testsMs += test.duration ?? 0;
        coverage.tests.push({ title: test.fullTitle(), ms: test.duration ?? 0, mutants: [] });
      },
      failed: (title, error) => coverage.failed.push(`${title}: ${String(error)}`),
    },
  );
  stryker.currentTestId = undefined;
  coverage.ms = performance.now() - start - testsMs;
  coverage.loaded = Object.keys(mutantCoverage.static);
  const suites = Object.entries(mutantCoverage.perTest).filter(([id]) => id.startsWith("*"));
  for (const test of coverage.tests) {
    const around = suites.filter(([id]) => test.title.startsWith(id.slice(1)));
    const own = mutantCoverage.perTest[test.title] ?? {};
    test.mutants = [
      ...new Set([own, ...around.map(([, hits]) => hits)].flatMap((each) => Object.keys(each))),
    ];
  }
  tell({ type: "measured", coverage });
}

const suiteOf = (hook: Mocha.Hook) => hook.parent?.fullTitle() ?? "";

async function attempt({ mutant, files }: Order & { type: "try" }): Promise<void> {
  // What a test starts as a process of its own is mutated too.
  if (mutant !== undefined) process.env["__STRYKER_ACTIVE_MUTANT__"] = mutant;
  for (const { file, tests } of files) {
    const only = new Map(tests.map(({ title, ms }) => [title, limitOf(ms)]));
    let noticed = false;
    tell({ type: "alive" });
    await runFile(
      file,
      { bail: mutant !== undefined, timeoutMs: limitOf(0), only },
      {
        test: () => tell({ type: "alive" }),
        failed(title, error) {
          noticed = true;
          tell({ type: "noticed", failure: { file, title, message: String(error) } });
        },
      },
    );
    if (noticed && mutant !== undefined) return;
  }
  tell({ type: "survived" });
}
