export type Kind = "code" | "Lua";

/** One change, and where it stands; `line` counts from 1. */
export interface Mutant {
  id: string;
  kind: Kind;
  file: string;
  line: number;
  /** What kind of change it is. */
  mutator: string;
  before: string;
  after: string;
}

/** A script text in a file, and where the changes in it stand, counted from its beginning. */
export interface LuaText {
  id: string;
  file: string;
}

/** What a text becomes under the mutant: the characters from `start` to `end` of part `part` are `after`. */
export interface LuaChange {
  text: string;
  part: number;
  start: number;
  end: number;
  after: string;
}
