import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { FileCoverage } from "./messages.ts";
import type { Lane, Pool } from "./pool.ts";
import { testFiles, WORK } from "./scope.ts";
import { digestOfTest, type Tree } from "./tree.ts";

const STORE = join(WORK, "coverage");

/** Which test runs which mutant; kept for each test file as long as it and what it runs on are the same. */
export async function measureCoverage(tree: Tree, pool: Pool): Promise<FileCoverage[]> {
  mkdirSync(STORE, { recursive: true });
  const files = testFiles();
  // Once: who edits a test in the meantime has it measured the next time.
  const places = new Map(files.map((file) => [file, join(STORE, `${digestOfTest(tree, file)}.json`)]));
  const storedAt = (file: string) => places.get(file) as string;
  const missing = files.filter((file) => !existsSync(storedAt(file)));
  let left = missing.length;
  await pool.each(missing, async (file, lane) => {
    let measured = await measureFile(file, lane);
    // Not what another file has left behind in the same process.
    if (measured.failed.length > 0) measured = await measureFile(file, lane);
    if (measured.failed.length > 0)
      console.log(`${file}: not counted, they fail without a mutant:\n  ${measured.failed.join("\n  ")}`);
    writeFileSync(storedAt(file), JSON.stringify(measured));
    left--;
    if (left % 20 === 0) console.log(`coverage: ${left} files left`);
  });
  return files.map((file) => JSON.parse(readFileSync(storedAt(file), "utf8")) as FileCoverage);
}

async function measureFile(file: string, lane: Lane): Promise<FileCoverage> {
  let measured: FileCoverage = { file, loaded: [], tests: [], ms: 0, failed: [] };
  const how = await lane.worker().run({ type: "measure", file }, (report) => {
    if (report.type === "measured") measured = report.coverage;
    if (report.type === "noticed") measured.failed.push(report.failure.message);
  });
  if (how !== "done") measured.failed.push(how);
  if (measured.failed.length > 0) lane.renew();
  return measured;
}
