import type { Failure, Part } from "./messages.ts";
import type { Mutant } from "./mutant.ts";
import type { Planner } from "./plan.ts";
import type { Lane, Pool } from "./pool.ts";

export interface Result {
  mutant: Mutant;
  /** "not run": no test runs it. */
  status: "noticed" | "timeout" | "crash" | "survived" | "not run";
  by?: Failure | undefined;
  /** How long the test that noticed it takes without a mutant. */
  ms: number;
  /** Tests that run it, and were not asked any more. */
  left: number;
}

/** Runs for each mutant the tests that run it, until one of them fails. */
export async function tryMutants(
  mutants: readonly Mutant[],
  { pool, planner }: { pool: Pool; planner: Planner },
  onResult: (result: Result) => void,
): Promise<Result[]> {
  const results: Result[] = [];
  await pool.each(mutants, async (mutant, lane) => {
    const { parts, left } = planner.plan(mutant);
    const result: Result =
      parts.length === 0
        ? { mutant, status: "not run", ms: 0, left }
        : await tryOne(mutant, parts, left, lane);
    if (result.by !== undefined) planner.noticed(mutant, result.by.file);
    results.push(result);
    onResult(result);
  });
  return results;
}

async function tryOne(mutant: Mutant, files: Part[], left: number, lane: Lane): Promise<Result> {
  let by: Failure | undefined;
  const how = await lane.worker().run({ type: "try", mutant: mutant.id, files }, (report) => {
    if (report.type === "noticed") by = report.failure;
  });
  lane.renew();
  if (how !== "done") return { mutant, status: how, ms: 0, left };
  const { file, title } = by ?? {};
  const asked = files.find((part) => part.file === file)?.tests.find((test) => test.title === title);
  return { mutant, status: by === undefined ? "survived" : "noticed", by, ms: asked?.ms ?? 0, left };
}

/** Tests that failed under a mutant are run once more without one, each file's together: those that fail then too have noticed nothing. */
export async function untrusted(results: readonly Result[], pool: Pool): Promise<Failure[]> {
  const parts = new Map<string, Part>();
  for (const { by, ms } of results) {
    if (by === undefined || by.title.includes('" hook')) continue;
    const part = parts.get(by.file) ?? { file: by.file, tests: [], ms: 0 };
    if (!part.tests.some(({ title }) => title === by.title)) part.tests.push({ title: by.title, ms });
    parts.set(by.file, part);
  }
  const failures: Failure[] = [];
  await pool.each([...parts.values()], async (part, lane) => {
    await lane.worker().run({ type: "try", mutant: undefined, files: [part] }, (report) => {
      if (report.type === "noticed") failures.push(report.failure);
    });
    lane.renew();
  });
  return failures;
}
