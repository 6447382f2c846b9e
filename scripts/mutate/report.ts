import type { Kind, Mutant } from "./mutant.ts";
import type { Result } from "./try-mutants.ts";

const isDetected = ({ status }: Result) => status !== "survived" && status !== "not run";

/** How many of each kind were noticed, and what was not. */
export function reportOf(results: readonly Result[]): string {
  const lines = (["code", "Lua"] as const).map((kind) => shareOf(kind, results));
  const survivors = results.filter((result) => !isDetected(result));
  survivors.sort(({ mutant: one }, { mutant: other }) =>
    one.file === other.file ? one.line - other.line : one.file < other.file ? -1 : 1,
  );
  return [...lines, "", ...survivors.map(survivorLines)].join("\n");
}

function shareOf(kind: Kind, results: readonly Result[]): string {
  const of = results.filter(({ mutant }) => mutant.kind === kind);
  if (of.length === 0) return `${kind}: none`;
  const detected = of.filter(isDetected);
  const stopped = of.filter(({ status }) => status === "timeout" || status === "crash").length;
  const share = ((detected.length / of.length) * 100).toFixed(1);
  return `${kind}: ${detected.length} of ${of.length} noticed, ${share} % (${stopped} by a timeout or a crash)`;
}

function survivorLines({ mutant, status, left }: Result): string {
  const note = status === "not run" ? " (no test runs it)" : left > 0 ? ` (${left} more tests run it)` : "";
  return [
    `${placeOf(mutant)} ${mutant.mutator}${note}`,
    `  - ${short(mutant.before)}`,
    `  + ${short(mutant.after)}`,
  ].join("\n");
}

export const placeOf = ({ file, line }: Mutant): string => `${file}:${line}`;

function short(text: string): string {
  const flat = text.replaceAll(/\s+/g, " ").trim();
  return flat.length > 160 ? `${flat.slice(0, 160)} …` : flat;
}
