import type { Growth } from "./growth.ts";
import type { RecoveryCost } from "./recovery.ts";
import type { RoundTrips } from "./round-trips.ts";
import { MEASURED, type Pair, type Step } from "./rounds.ts";

const NAMES: Record<Step, string> = {
  floor: "the floor",
  send: "send",
  wrong: "verify, wrong code",
  verify: "verify, right code",
  renew: "the floor, and a new session id",
};

/** The table of one kind of sessions; ratios first. */
export function ratioTable(
  title: string,
  pairs: readonly Pair[],
  roundTrips: ReadonlyMap<Step, RoundTrips>,
): string {
  const line = (step: Step, ratios: readonly number[] | undefined, samples: readonly Pair["sample"][]) => [
    NAMES[step],
    ratios === undefined ? "1" : `${median(ratios).toFixed(2)} (${range(ratios)})`,
    String(roundTrips.get(step)?.sequential ?? ""),
    String(roundTrips.get(step)?.commands ?? ""),
    `${Math.round(median(samples.map((each) => each.cpu)))} µs`,
    String(Math.round(median(samples.map((each) => each.perSecond)))),
  ];
  return table([
    [title, "requests/s, of the floor", "Redis round trips", "commands", "server CPU", "requests/s"],
    ...MEASURED.map((step) => {
      const own = pairs.filter((pair) => pair.step === step);
      const ratios = own.map(({ sample, floor }) => sample.perSecond / floor.perSecond);
      return line(
        step,
        ratios,
        own.map(({ sample }) => sample),
      );
    }),
    line(
      "floor",
      undefined,
      pairs.map(({ floor }) => floor),
    ),
  ]);
}

export function growthTable(sizes: readonly Growth[]): string {
  return table([
    ["codes pending", "send + verify, of the first", "bytes in Redis for a code"],
    ...sizes.map(({ pending, bytes, ratios }, i) => [
      String(pending),
      i === 0 ? "1" : `${median(ratios).toFixed(2)} (${range(ratios)})`,
      String(Math.round(bytes)),
    ]),
  ]);
}

export function recoveryTable(costs: readonly RecoveryCost[]): string {
  return table([
    ["a recovery, without HTTP", "steps", "Redis round trips", "commands", "CPU"],
    ...costs.map(({ way, steps, sequential, commands, cpu }) => [
      `by ${way}`,
      String(steps),
      String(sequential),
      String(commands),
      `${cpu.toFixed(1)} ms`,
    ]),
  ]);
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1
    ? (sorted[middle] as number)
    : ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2;
}

function range(values: readonly number[]): string {
  return `${Math.min(...values).toFixed(2)} to ${Math.max(...values).toFixed(2)}`;
}

function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] as readonly string[]).map((_, column) =>
    Math.max(...rows.map((row) => (row[column] as string).length)),
  );
  return rows
    .map((row) =>
      row
        .map((cell, i) => (i === 0 ? cell.padEnd(widths[i] as number) : cell.padStart(widths[i] as number)))
        .join("  "),
    )
    .join("\n");
}
