// Whether the tests notice when the code is changed: `npm run mutate`, with `-- --only lib/stores`, `-- --seed 7`, `-- --count 60` or `-- --all`.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { measureCoverage } from "./coverage.ts";
import type { Mutant } from "./mutant.ts";
import { createPlanner } from "./plan.ts";
import { createPool } from "./pool.ts";
import { placeOf, reportOf } from "./report.ts";
import { chooseMutants } from "./sample.ts";
import { WORK } from "./scope.ts";
import { makeTree } from "./tree.ts";
import { tryMutants, untrusted, type Result } from "./try-mutants.ts";

const { values } = parseArgs({
  options: {
    only: { type: "string", multiple: true, default: [] },
    /** "code" or "Lua". */
    kind: { type: "string" },
    seed: { type: "string", default: "1" },
    count: { type: "string", default: "300" },
    all: { type: "boolean", default: false },
    /** Seconds of tests that a mutant gets at most; one that lives on then counts as a survivor. */
    budget: { type: "string", default: "60" },
    /** More than processors, because tests wait for Redis. */
    jobs: { type: "string", default: "3" },
  },
});

process.on("SIGINT", () => process.exit(130));
process.on("SIGTERM", () => process.exit(143));

const start = performance.now();
const since = () => `${((performance.now() - start) / 60_000).toFixed(1)} min`;
const pool = createPool(Number(values.jobs));
const tree = await makeTree();
const chosen = chooseMutants(tree.mutants, {
  only: values.only,
  kind: values.kind,
  seed: Number(values.seed),
  count: values.all ? undefined : Number(values.count),
});
console.log(`${since()}: ${tree.mutants.length} mutants, ${chosen.length} of them chosen`);
const coverage = await measureCoverage(tree, pool);
console.log(`${since()}: it is known which test runs what`);
const planner = createPlanner(tree.mutants, coverage, Number(values.budget) * 1000);

const results = await tryAll(chosen);
// Whom a test that fails by itself has hidden is tried again without it.
for (let again = 3; again > 0; again--) {
  const failing = await untrusted(results, pool);
  if (failing.length === 0) break;
  for (const { file, title } of failing) console.log(`fails without a mutant too: ${file} ${title}`);
  planner.distrust(failing);
  const isHidden = ({ by }: Result) =>
    failing.some((each) => each.file === by?.file && each.title === by?.title);
  const hidden = results.filter(isHidden).map(({ mutant }) => mutant);
  const rest = results.filter((result) => !isHidden(result));
  results.splice(0, results.length, ...rest, ...(await tryAll(hidden)));
}
const text = `seed ${values.seed}, ${chosen.length} mutants, ${since()}\n\n${reportOf(results)}`;
writeFileSync(join(WORK, "report.txt"), `${text}\n`);
writeFileSync(join(WORK, "results.json"), JSON.stringify(results, null, 1));
console.log(`\n${text}`);
process.exit();

function tryAll(mutants: readonly Mutant[]): Promise<Result[]> {
  let done = 0;
  return tryMutants(mutants, { pool, planner }, ({ mutant, status, by }) => {
    done++;
    console.log(`${done}/${mutants.length} ${status} ${placeOf(mutant)} ${mutant.mutator} ${by?.file ?? ""}`);
  });
}
