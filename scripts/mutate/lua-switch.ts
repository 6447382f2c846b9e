// Goes into the copy that is mutated, beside lua-changes.json; the scripts of the copy are read through it.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { LuaChange } from "./mutant.ts";

const changes = JSON.parse(readFileSync(join(import.meta.dirname, "lua-changes.json"), "utf8")) as Record<
  string,
  LuaChange
>;

/** A tag for a script text: the text itself, or as it is under the mutant. Its first line says which text it is, so that it is seen which ran. */
export function luaSwitch(text: string) {
  return ({ raw }: TemplateStringsArray, ...values: unknown[]): string => {
    const change = changes[process.env["__STRYKER_ACTIVE_MUTANT__"] ?? ""];
    const parts = raw.map((part, i) => {
      const changed =
        change?.text === text && change.part === i
          ? part.slice(0, change.start) + change.after + part.slice(change.end)
          : part;
      return changed.replaceAll(/\\(.)/gs, "$1");
    });
    return `--[[${text}]]${String.raw({ raw: parts }, ...values)}`;
  };
}
