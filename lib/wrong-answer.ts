const KINDS = {
  undefined: "undefined",
  object: "an object",
  function: "a function",
  string: "a text",
  number: "a number",
  boolean: "a boolean",
  bigint: "a bigint",
  symbol: "a symbol",
} as const;

/** For an answer of the app's own code that its contract does not know. What it was is told as a kind: it may hold a number or a code. */
export function wrongAnswer(who: string, answer: unknown, shape: string): TypeError {
  // Where an answer was expected at once, a promise that fails is heard by nobody, and would end the process.
  void (async () => answer)().catch(() => {});
  const kind = answer === null ? "null" : answer === "" ? "an empty text" : KINDS[typeof answer];
  return new TypeError(`${who} answered ${kind}; it must answer ${shape}`);
}
