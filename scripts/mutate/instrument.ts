import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Instrumenter } from "@stryker-mutator/instrumenter";
import type { LuaChange, Mutant } from "./mutant.ts";
import { switchLua } from "./lua-texts.ts";
import { ROOT } from "./scope.ts";

export interface Instrumented {
  files: { name: string; content: string }[];
  mutants: Mutant[];
  luaChanges: Record<string, LuaChange>;
}

/** The part of Babel's NodePath that is looked at. */
interface Path {
  node: { type: string; value?: unknown; quasis?: { value: { raw: string } }[] };
}

const silent = { isDebugEnabled: () => false, debug() {}, info() {}, warn() {}, error() {}, trace() {} };

/** Sentences are for people, and script texts have changes of their own. */
const ignorer = {
  shouldIgnore(path: unknown): string | undefined {
    const { node } = path as Path;
    if (node.type === "TaggedTemplateExpression") return "script text";
    const text =
      node.type === "StringLiteral"
        ? String(node.value)
        : node.type === "TemplateLiteral"
          ? (node.quasis ?? []).map(({ value }) => value.raw).join("x")
          : "";
    return /\S \S+ \S/.test(text) ? "words for people" : undefined;
  },
};

/** All mutants of these files at once, each of them behind a switch: `__STRYKER_ACTIVE_MUTANT__` names the one that is on. */
export async function instrument(names: readonly string[], luaSwitchAt: string): Promise<Instrumented> {
  const mutants: Mutant[] = [];
  const luaChanges: Record<string, LuaChange> = {};
  const inputs = names.map((name) => {
    const source = readFileSync(join(ROOT, name), "utf8");
    if (!source.includes("redis.call")) return { name, mutate: true, content: source };
    const switched = switchLua(name, source, luaSwitchAt);
    mutants.push(...switched.mutants);
    Object.assign(luaChanges, switched.changes);
    return { name, mutate: true, content: switched.content };
  });
  type Arguments = ConstructorParameters<typeof Instrumenter>;
  const instrumenter = new Instrumenter(silent as unknown as Arguments[0]);
  const done = await instrumenter.instrument(inputs, {
    plugins: null,
    excludedMutations: [],
    ignorers: [ignorer],
  });
  for (const { id, fileName, location, mutatorName, replacement, status } of done.mutants) {
    if (status !== undefined) continue;
    const lines = (inputs.find(({ name }) => name === fileName)?.content ?? "").split("\n");
    mutants.push({
      id,
      kind: "code",
      file: fileName,
      line: location.start.line + 1,
      mutator: mutatorName,
      before: textAt(lines, location),
      after: replacement ?? "",
    });
  }
  return { files: done.files.map(({ name, content }) => ({ name, content })), mutants, luaChanges };
}

type Place = { line: number; column: number };

function textAt(lines: readonly string[], { start, end }: { start: Place; end: Place }): string {
  const found = lines.slice(start.line, end.line + 1);
  found[found.length - 1] = (found.at(-1) as string).slice(0, end.column);
  found[0] = (found[0] as string).slice(start.column);
  return found.join("\n");
}
