import { luaChanges } from "./lua.ts";
import type { LuaChange, Mutant } from "./mutant.ts";

/** A template of several lines in which a script is written. */
const SCRIPT = /`(?:\\.|[^`\\])*`/gs;
const IS_LUA = /\n[^`]*\b(redis\.call|local)\b/;

export interface SwitchedLua {
  content: string;
  mutants: Mutant[];
  changes: Record<string, LuaChange>;
}

/**
 * Puts a tag before each script text of a file, by which lua-switch.ts hands out the text as it is under a mutant. Only whole texts are told apart,
 * and in them the parts between what is put in.
 */
export function switchLua(file: string, content: string, switchAt: string): SwitchedLua {
  const mutants: Mutant[] = [];
  const changes: Record<string, LuaChange> = {};
  let count = 0;
  const switched = content.replaceAll(SCRIPT, (template: string, at: number) => {
    if (!IS_LUA.test(template)) return template;
    const text = `${file}#${count++}`;
    let offset = at + 1;
    template
      .slice(1, -1)
      .split(/(\$\{[^}]*\})/)
      .forEach((raw, i) => {
        if (i % 2 === 0) addMutants(text, i / 2, raw, offset);
        offset += raw.length;
      });
    return `luaSwitch_9fa48(${JSON.stringify(text)})${template}`;
  });
  if (count === 0) return { content, mutants, changes };
  return {
    content: `${switched}\nimport { luaSwitch as luaSwitch_9fa48 } from ${JSON.stringify(switchAt)};\n`,
    mutants,
    changes,
  };

  function addMutants(text: string, part: number, raw: string, offset: number): void {
    for (const { mutator, start, end, after } of luaChanges(raw)) {
      const lineOf = content.slice(0, offset + start).split("\n").length;
      const [from, to] = [raw.lastIndexOf("\n", start) + 1, raw.indexOf("\n", end)];
      const rest = raw.slice(end, to === -1 ? undefined : to);
      const id = `${text}.${part}:${start}${mutator === "comparison" ? after : `:${mutator}`}`;
      mutants.push({
        id,
        kind: "Lua",
        file,
        line: lineOf,
        mutator,
        before: raw.slice(from, end) + rest,
        after: raw.slice(from, start) + after + rest,
      });
      changes[id] = { text, part, start, end, after };
    }
  }
}
