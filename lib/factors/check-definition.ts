import { EVENT_NAMES, NOTICE_KINDS } from "../events.ts";
import { checkNames } from "../options.ts";
import { checkCodeSection } from "./check-code-section.ts";
import type { CodeDefinition } from "./code-section.ts";
import type { FactorDefinition, FactorEnrol, FactorIssue, FactorSignIn, FactorTexts } from "./definition.ts";
import type { FactorEventNames, FactorNotices } from "./factor-events.ts";
import type { FactorGuesses } from "./guess-options.ts";

const NAMES: Readonly<Record<keyof FactorDefinition, true>> = {
  name: true,
  amr: true,
  class: true,
  uses: true,
  texts: true,
  prompt: true,
  field: true,
  length: true,
  digits: true,
  capitals: true,
  autocomplete: true,
  check: true,
  onFile: true,
  begin: true,
  parse: true,
  judge: true,
  signIn: true,
  enrol: true,
  issue: true,
  events: true,
  notices: true,
  approval: true,
  invitations: true,
  limits: true,
};
/** The package does the rest. */
const CODE_NAMES: Readonly<Record<keyof CodeDefinition, true>> = {
  name: true,
  amr: true,
  class: true,
  uses: true,
  texts: true,
  field: true,
  code: true,
  limits: true,
};
const CLASSES: readonly unknown[] = [
  "key",
  "app",
  "phone",
  "address",
  "saved",
  "person",
  "device",
  "knowledge",
  "verified-key",
];
const PROMPTS: readonly unknown[] = ["typed", "ceremony", "elsewhere"];
const USES: readonly unknown[] = ["login", "step-up", "recovery"];

/** Throws a TypeError that names the factor and what is wrong with it. */
export function checkDefinition(given: object): void {
  const definition = (given ?? {}) as Partial<FactorDefinition>;
  const { name } = definition;
  if (typeof name !== "string" || !/^[a-z][a-z0-9-]{0,31}$/.test(name))
    throw new TypeError("defineFactor: name must be 1 to 32 lower-case letters, digits and dashes");
  const where = `factor "${name}"`;
  const { code } = definition as Partial<CodeDefinition>;
  if (code === undefined) checkNames<FactorDefinition>(where, definition as FactorDefinition, NAMES);
  else checkNames(`${where} with code`, definition as unknown as CodeDefinition, CODE_NAMES);

  function must(isRight: boolean, what: string): void {
    if (!isRight) throw new TypeError(`${where}: ${what}`);
  }

  const { amr, uses, texts, prompt, field, length, autocomplete, enrol, issue, limits } = definition;
  const amrs: unknown[] = [amr].flat();
  must(amrs.length > 0 && amrs.every(isWord), "amr must be a text of RFC 8176, or a list of them");
  must(CLASSES.includes(definition.class), `class must be one of ${CLASSES.join(", ")}`);
  must(
    uses === undefined || (Array.isArray(uses) && uses.length > 0 && uses.every((use) => USES.includes(use))),
    `uses must be a list of ${USES.join(", ")}`,
  );
  must(isObject(texts?.en) && isWord(texts?.en.label), "texts.en.label must be a text");
  for (const [language, of] of Object.entries(texts ?? {})) {
    must(isObject(of), `texts.${language} must be an object`);
    checkNames<FactorTexts>(`${where}: texts.${language}`, of as FactorTexts, TEXT_NAMES);
    for (const [text, value] of Object.entries(of))
      must(value === undefined || isWord(value), `texts.${language}.${text} must be a text`);
  }
  must(isWord(texts?.en.field), "texts.en.field must be a text");
  if (code !== undefined) checkCodeSection(name, code, must);
  for (const verb of code === undefined ? (["onFile", "parse", "judge"] as const) : [])
    must(typeof definition[verb] === "function", `${verb} must be a function`);
  for (const verb of ["begin", "check"] as const)
    must(
      definition[verb] === undefined || typeof definition[verb] === "function",
      `${verb} must be a function, or left out`,
    );
  must(prompt === undefined || PROMPTS.includes(prompt), `prompt must be one of ${PROMPTS.join(", ")}`);
  must(
    prompt !== "ceremony" || definition.begin !== undefined,
    "begin must be a function: a ceremony has options",
  );
  must(
    field === undefined || (typeof field === "string" && /^\w{1,64}$/.test(field)),
    "field must be 1 to 64 letters, digits and _",
  );
  must(length === undefined || isWithin(length, 1, 10_000), "length must be an integer from 1 to 10000");
  for (const flag of ["digits", "capitals"] as const)
    must([undefined, true, false].includes(definition[flag]), `${flag} must be true or false`);
  must(autocomplete === undefined || isWord(autocomplete), "autocomplete must be a text");
  must(enrol === undefined || issue === undefined, "enrol and issue cannot both be there");
  for (const [part, verbs] of Object.entries(PARTS)) {
    const given = definition[part as keyof typeof PARTS] as object | undefined;
    if (given === undefined) continue;
    must(isObject(given), `${part} must be an object`);
    checkNames(`${where}: ${part}`, given, verbs);
    for (const verb of Object.keys(verbs).filter((each) => !OPTIONAL.includes(each)))
      must(typeof given[verb as keyof object] === "function", `${part}.${verb} must be a function`);
  }
  const { most } = enrol ?? {};
  for (const verb of ["parse", "rename"] as const)
    must(
      [undefined, "function"].includes(enrol?.[verb] && typeof enrol[verb]),
      `enrol.${verb} must be a function, or left out`,
    );
  must(most === undefined || isWithin(most, 1, 100), "enrol.most must be an integer from 1 to 100");
  for (const [table, { names, of }] of Object.entries(TABLES)) {
    const given = definition[table as keyof typeof TABLES] as object | undefined;
    if (given === undefined) continue;
    must(isObject(given), `${table} must be an object`);
    checkNames(`${where}: ${table}`, given, names);
    for (const [what, name] of Object.entries(given))
      must(name === undefined || of.includes(name), `${table}.${what} must be one of ${of.join(", ")}`);
  }
  const { approval, invitations } = definition;
  checkVerbs(where, "approval", approval, { by: true, waiting: true, decide: true }, ["waiting", "decide"]);
  checkVerbs(where, "invitations", invitations, { list: true, sent: true, answer: true }, [
    "list",
    "sent",
    "answer",
  ]);
  must(
    approval === undefined || approval.by === "device" || approval.by === "person",
    "approval.by must be device or person",
  );
  if (limits === undefined) return;
  must(isObject(limits), "limits must be an object");
  checkNames<FactorGuesses>(`${where}: limits`, limits, LIMIT_NAMES);
  for (const [limit, value] of Object.entries(limits))
    must(value === undefined || isWithin(value, 1, 100), `limits.${limit} must be an integer from 1 to 100`);
}

function checkVerbs<Part extends object>(
  where: string,
  part: string,
  given: Part | undefined,
  names: Readonly<Record<keyof Part, true>>,
  verbs: readonly (keyof Part & string)[],
): void {
  if (given === undefined) return;
  if (!isObject(given)) throw new TypeError(`${where}: ${part} must be an object`);
  checkNames(`${where}: ${part}`, given, names);
  const missing = verbs.find((verb) => typeof given[verb] !== "function");
  if (missing !== undefined) throw new TypeError(`${where}: ${part}.${missing} must be a function`);
}

const TEXT_NAMES = { label: true, name: true, field: true, hint: true, begin: true } as const;
const LIMIT_NAMES = { guessesPerHour: true, guessesInARow: true, beginsPerHour: true } as const;
const ENROL_VERBS: Readonly<Record<keyof FactorEnrol<unknown, unknown, unknown>, true>> = {
  begin: true,
  parse: true,
  confirm: true,
  remove: true,
  rename: true,
  most: true,
};
const SIGN_IN_VERBS: Readonly<Record<keyof FactorSignIn<unknown, unknown, unknown>, true>> = {
  begin: true,
  idOf: true,
  accountOf: true,
};
const ISSUE_VERBS: Readonly<Record<keyof FactorIssue, true>> = {
  issue: true,
  replace: true,
  inventory: true,
  remove: true,
};
const PARTS = { enrol: ENROL_VERBS, issue: ISSUE_VERBS, signIn: SIGN_IN_VERBS } as const;
const OPTIONAL = ["parse", "rename", "most", "replace"];

const EVENT_TABLE: Readonly<Record<keyof FactorEventNames, true>> = {
  passed: true,
  failed: true,
  added: true,
  low: true,
};
const NOTICE_TABLE: Readonly<Record<keyof FactorNotices, true>> = { passed: true, added: true, low: true };
const TABLES = {
  events: { names: EVENT_TABLE, of: EVENT_NAMES as readonly unknown[] },
  notices: { names: NOTICE_TABLE, of: NOTICE_KINDS as readonly unknown[] },
} as const;

const isWord = (value: unknown) => typeof value === "string" && value !== "";
const isObject = (value: unknown) => typeof value === "object" && value !== null && !Array.isArray(value);
const isWithin = (value: unknown, min: number, max: number) =>
  Number.isInteger(value) && (value as number) >= min && (value as number) <= max;
