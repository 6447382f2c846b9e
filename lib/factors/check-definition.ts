import { checkNames } from "../options.ts";
import type {
  FactorDefinition,
  FactorEnrol,
  FactorGuesses,
  FactorSignIn,
  FactorTexts,
} from "./definition.ts";

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
  autocomplete: true,
  check: true,
  onFile: true,
  begin: true,
  parse: true,
  judge: true,
  signIn: true,
  enrol: true,
  approval: true,
  invitations: true,
  limits: true,
};
const CLASSES: readonly unknown[] = [
  "key",
  "verified-key",
  "app",
  "phone",
  "address",
  "saved",
  "person",
  "device",
  "knowledge",
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
  checkNames<FactorDefinition>(where, definition as FactorDefinition, NAMES);

  function must(isRight: boolean, what: string): void {
    if (!isRight) throw new TypeError(`${where}: ${what}`);
  }

  const { amr, uses, texts, prompt, field, length, digits, autocomplete, signIn, enrol, limits } = definition;
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
  for (const verb of ["onFile", "parse", "judge"] as const)
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
  must(digits === undefined || typeof digits === "boolean", "digits must be true or false");
  must(autocomplete === undefined || isWord(autocomplete), "autocomplete must be a text");
  if (enrol !== undefined) {
    must(isObject(enrol), "enrol must be an object");
    checkNames(`${where}: enrol`, enrol, ENROL_NAMES);
    for (const verb of ["begin", "confirm", "remove"] as const)
      must(typeof enrol[verb] === "function", `enrol.${verb} must be a function`);
    const { rename, most } = enrol;
    must(
      enrol.parse === undefined || typeof enrol.parse === "function",
      "enrol.parse must be a function, or left out",
    );
    must(
      rename === undefined || typeof rename === "function",
      "enrol.rename must be a function, or left out",
    );
    must(most === undefined || isWithin(most, 1, 100), "enrol.most must be an integer from 1 to 100");
  }
  if (signIn !== undefined) {
    must(isObject(signIn), "signIn must be an object");
    checkNames(`${where}: signIn`, signIn, SIGN_IN_NAMES);
    for (const verb of ["begin", "idOf", "accountOf"] as const)
      must(typeof signIn[verb] === "function", `signIn.${verb} must be a function`);
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
const ENROL_NAMES: Readonly<Record<keyof FactorEnrol<unknown, unknown, unknown>, true>> = {
  begin: true,
  parse: true,
  confirm: true,
  remove: true,
  rename: true,
  most: true,
};
const SIGN_IN_NAMES: Readonly<Record<keyof FactorSignIn<unknown, unknown, unknown>, true>> = {
  begin: true,
  idOf: true,
  accountOf: true,
};

const isWord = (value: unknown) => typeof value === "string" && value !== "";
const isObject = (value: unknown) => typeof value === "object" && value !== null && !Array.isArray(value);
const isWithin = (value: unknown, min: number, max: number) =>
  Number.isInteger(value) && (value as number) >= min && (value as number) <= max;
