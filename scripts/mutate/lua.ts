/** A change of a script text: its characters from `start` to `end` become `after`. */
export interface Change {
  mutator: string;
  start: number;
  end: number;
  after: string;
}

interface Token {
  kind: "name" | "number" | "string" | "sign";
  text: string;
  start: number;
}

const TOKEN =
  /(--[^\n]*)|('(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*")|([A-Za-z_]\w*)|(\d+(?:\.\d+)?)|(==|~=|<=|>=|\.\.\.?|[^\s\w])/g;

/** Each comparison as its opposite, and with its bound on the other side. */
const COMPARISONS: Readonly<Record<string, readonly string[]>> = {
  "==": ["~="],
  "~=": ["=="],
  "<": ["<=", ">="],
  "<=": ["<", ">"],
  ">": [">=", "<="],
  ">=": [">", "<"],
};
const ARITHMETIC: Readonly<Record<string, string>> = { "+": "-", "-": "+", "*": "/", "/": "*" };
const WORDS: Readonly<Record<string, string>> = {
  and: "or",
  or: "and",
  true: "false",
  false: "true",
  HOUR: "DAY",
  DAY: "HOUR",
};
/** Words of a command that decide whether, and for how long. */
const COMMAND_WORDS: ReadonlySet<string> = new Set(["'NX'", "'KEEPTTL'", "'FAIL'"]);

/** Every change that we make to a script text, from its beginning on. */
export function luaChanges(text: string): Change[] {
  const tokens = tokensOf(text);
  const changes = [...tokens.flatMap((_, i) => ofToken(tokens, i)), ...conditions(text), ...calls(text)];
  return changes.sort((one, other) => one.start - other.start);
}

function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  for (const match of text.matchAll(TOKEN)) {
    const [all, comment, string, name, number] = match;
    if (comment !== undefined) continue;
    const kind =
      string !== undefined
        ? "string"
        : name !== undefined
          ? "name"
          : number !== undefined
            ? "number"
            : "sign";
    tokens.push({ kind, text: all, start: match.index });
  }
  return tokens;
}

function ofToken(tokens: readonly Token[], i: number): Change[] {
  const token = tokens[i] as Token;
  const { text, start } = token;
  const before = tokens[i - 1];
  const to = (mutator: string, after: string, from = start): Change => ({
    mutator,
    start: from,
    end: start + text.length,
    after,
  });
  if (token.kind === "number") {
    const list = tokens[i - 2]?.text;
    if (before?.text === "[" && (list === "KEYS" || list === "ARGV"))
      return [to("another key or argument", text === "1" ? "2" : String(Number(text) - 1))];
    return [to("one more", String(Number(text) + 1))];
  }
  if (token.kind === "string") {
    if (COMMAND_WORDS.has(text) && before?.text === ",")
      return [to("command's word removed", "", before.start)];
    return /^'-?\d+'$/.test(text) ? [to("another answer", text === "'2'" ? "'3'" : "'2'")] : [];
  }
  if (COMPARISONS[text] !== undefined) return COMPARISONS[text].map((after) => to("comparison", after));
  if (ARITHMETIC[text] !== undefined) return isOperand(before) ? [to("arithmetic", ARITHMETIC[text])] : [];
  if (WORDS[text] !== undefined) return before?.text === "local" ? [] : [to("word", WORDS[text])];
  return text === "not" ? [to("not removed", "")] : [];
}

/** A minus behind anything else is a sign. */
const isOperand = (token: Token | undefined) =>
  token !== undefined &&
  (token.kind !== "sign" || token.text === ")" || token.text === "]") &&
  !/^(return|and|or|not|then|if)$/.test(token.text);

/** A condition that is one comparison is turned round already. */
function conditions(text: string): Change[] {
  return [...text.matchAll(/\b((?:else)?if|while) (.+?) (?:then|do)\b/g)].flatMap((match) => {
    const [, word, condition] = match as unknown as [string, string, string];
    if (/[=~<>]=|[<>]/.test(condition) && !/ (and|or) /.test(condition)) return [];
    const start = match.index + word.length + 1;
    return [
      { mutator: "condition negated", start, end: start + condition.length, after: `not (${condition})` },
    ];
  });
}

/** A line that is a call and nothing else. */
function calls(text: string): Change[] {
  return [...text.matchAll(/^[ ]*((?:redis\.call|[a-z_]+)\(.*\))$/gm)].map((match) => {
    const [line, call] = match as unknown as [string, string];
    const start = match.index + line.length - call.length;
    return { mutator: "call removed", start, end: match.index + line.length, after: "" };
  });
}
