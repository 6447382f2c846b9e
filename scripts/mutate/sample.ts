import type { Mutant } from "./mutant.ts";

/** Scripts are a tenth of the mutants, and where two requests meet; they get a fifth of a sample. */
const LUA_SHARE = 0.2;

export interface Choice {
  /** Beginnings of paths, each of them with `:line` where only that line is meant. */
  only: readonly string[];
  /** Left out: both. */
  kind: string | undefined;
  seed: number;
  /** Left out: all. */
  count: number | undefined;
}

/** The same mutants for the same seed, as long as the code is the same. */
export function chooseMutants(all: readonly Mutant[], { only, kind, seed, count }: Choice): Mutant[] {
  const asked = all.filter(
    (mutant) =>
      (kind === undefined || mutant.kind === kind) &&
      (only.length === 0 || only.some((place) => isAt(mutant, place))),
  );
  if (count === undefined || count >= asked.length) return asked;
  const random = generator(seed);
  const shuffled = asked
    .map((mutant) => ({ mutant, rank: random() }))
    .sort((one, other) => one.rank - other.rank)
    .map(({ mutant }) => mutant);
  const lua = shuffled.filter(({ kind }) => kind === "Lua");
  const code = shuffled.filter(({ kind }) => kind === "code");
  const ofLua = Math.min(lua.length, Math.max(Math.round(count * LUA_SHARE), count - code.length));
  return [...code.slice(0, count - ofLua), ...lua.slice(0, ofLua)];
}

function isAt({ file, line }: Mutant, place: string): boolean {
  const [, path = place, at] = /^(.*?)(?::(\d+))?$/.exec(place) ?? [];
  return file.startsWith(path) && (at === undefined || Number(at) === line);
}

/** Mulberry32: small, and the same everywhere. */
function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
