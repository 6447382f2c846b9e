import { guessesInARow, guessesPerHour } from "./guess-options.ts";
import type { OpenedCredential } from "../credentials/sealed-credentials.ts";
import { randomToken } from "../crypto/random-token.ts";
import { FactorError } from "../errors.ts";
import { chooseLanguage, translator } from "../locales/translate.ts";
import { custom, integer, parseOptions } from "../options.ts";
import { defineFactor } from "./define-factor.ts";
import type { JudgedFactor } from "./factor.ts";
import type { FactorKit } from "./definition.ts";
import { areRight, hashAnswer, judgeKnown, readAnswer, wordsOf, type HashedAnswer } from "./known-answer.ts";
import { OUR_QUESTIONS, questionIn, type Questions } from "./question-catalogue.ts";
import { secretQuestionsTexts } from "./secret-questions-texts.ts";
import { answerIn, MOST_QUESTIONS, readAnswers, readChosen, type Answers } from "./typed-answers.ts";

/** Options of `secretQuestions`; docs/options.md has every default, unit and range. */
export interface SecretQuestionsOptions {
  /** By id: lower-case letters, digits and dashes. @default ten of ours, in six languages */
  questions?: Questions;
  /** How many are put on file, and asked. @default 3 */
  count?: number;
  /** Wrong guesses of one account in any hour. */
  guessesPerHour?: number;
  /** Wrong guesses in a row after which the factor is off until it is bound anew (NIST SP 800-63B). */
  guessesInARow?: number;
}

/** The options of `secretQuestions`; the reference page is made from this. */
export const secretQuestionsSchema = {
  questions: custom<Questions>({
    default: OUR_QUESTIONS,
    shape: 'an object of at least 5 questions by id, each { en: "…" } and other languages beside it',
    is: isCatalogue,
    about: "What people choose from. Left out: ten questions of ours, in six languages.",
  }),
  count: integer({
    default: 3,
    min: 2,
    max: MOST_QUESTIONS,
    about: "How many are put on file, and asked, all of them each time.",
  }),
  guessesPerHour: guessesPerHour(),
  guessesInARow: guessesInARow(
    "Wrong answers in a row after which the questions are off until they are set up anew. One in five is kept for known devices.",
    20,
  ),
};

/** What is on file: answers that nobody can read, to questions that are named. */
interface AnswersOnFile {
  /** A new one for every set. */
  id: string;
  addedAt: number;
  answers: readonly (HashedAnswer & { question: string })[];
}

/** What was asked; `set` is null where there is nothing on file. */
interface Asked {
  set: string | null;
  questions: readonly string[];
}

type Kit = FactorKit<AnswersOnFile>;
type Opened = OpenedCredential<AnswersOnFile>;

/**
 * Questions whose answers somebody has once given. A way back for who has proven something else: never asked first and never enough. OWASP ASVS 5.0 6.4.2 does not
 * allow them. Throws a TypeError that names the option when one is out of range.
 *
 * @example
 * const factors = createFactors({ secret, accounts, factors: [sms({ transport }), secretQuestions()] });
 */
export function secretQuestions(options: SecretQuestionsOptions = {}): JudgedFactor {
  const parsed = parseOptions("secretQuestions", secretQuestionsSchema, options);
  const { questions: catalogue, count, ...limits } = parsed;
  const ids = Object.keys(catalogue);
  if (ids.length < count)
    throw new TypeError("secretQuestions: count must not be more than there are questions");
  const isKnown = (id: string) => Object.hasOwn(catalogue, id);
  const textIn = (id: string, locale: string) => questionIn(catalogue[id] as Questions[string], locale);

  /** A set that has lost a question can be answered no more: it has to be set up anew. */
  async function read(account: string, kit: Kit): Promise<Opened | undefined> {
    const [only] = await kit.credentials.list(account);
    return only?.value.answers.every(({ question }) => isKnown(question)) === true ? only : undefined;
  }

  /** The same ones each time, for an account that has none, as if it had chosen them. */
  function decoyFor(account: string, kit: Kit): string[] {
    const drawn = ids.map((id) => ({ id, lot: kit.digest("questions", account, id) }));
    drawn.sort((one, other) => (one.lot < other.lot ? -1 : 1));
    return drawn.slice(0, count).map(({ id }) => id);
  }

  const inOrder = (some: readonly string[]) => ids.filter((id) => some.includes(id));

  /** Throws `answer_refused`. */
  function checkAnswers(given: Answers): [question: string, answer: string][] {
    const pairs = Object.entries(given);
    const answers = new Set(pairs.map(([, answer]) => answer));
    const isGood = ([question, answer]: [string, string]) =>
      isKnown(question) &&
      readAnswer(answer) !== undefined &&
      !Object.values(catalogue[question] as object).some((text: string) => wordsOf(text).includes(answer));
    if (pairs.length !== count || answers.size !== count || !pairs.every(isGood))
      throw new FactorError("answer_refused", { field: FIELD });
    return pairs;
  }

  return defineFactor<Answers, AnswersOnFile, Asked, Record<string, never>>({
    name: "secret-questions",
    amr: "kba",
    class: "knowledge",
    uses: ["recovery"],
    texts: secretQuestionsTexts,
    // What is shown is the same for who has none: it may be shown to anybody.
    prompt: "typed",
    field: FIELD,
    autocomplete: "off",
    limits,
    parse: readAnswers,
    async onFile(account, kit) {
      const found = await read(account, kit);
      return found && { id: found.value.id, added_at: new Date(found.value.addedAt).toISOString() };
    },
    // Always all of them: who asks again is asked the same, and cannot wait for the easiest.
    async begin({ account, locale }, kit) {
      const found = await read(account, kit);
      const decoy = decoyFor(account, kit);
      const questions = inOrder(found?.value.answers.map(({ question }) => question) ?? decoy);
      const fields = questions.map((id) => ({ name: id, label: textIn(id, locale) }));
      return { state: { set: found?.value.id ?? null, questions }, shown: { fields } };
    },
    judge: async ({ account, state }, given, kit) =>
      judgeKnown(kit, account, async () => {
        const found = await read(account, kit);
        const isAsked = state !== undefined && found !== undefined && found.value.id === state.set;
        const onFile = isAsked ? found.value.answers : [];
        const answers = onFile.map(
          ({ question }) => answerIn(given, question) ?? answerIn(given, placeOf(state, question)),
        );
        return areRight(isAsked ? answers : Object.values(given), onFile, count);
      }),
    enrol: {
      begin({ locale }) {
        const t = translator(chooseLanguage(locale));
        const all = ids.map((id) => ({ value: id, label: textIn(id, locale) }));
        const fields = Array.from({ length: count }, (_, i) => [
          {
            name: `question_${i + 1}`,
            label: t("questions.question", { n: i + 1 }),
            options: all,
            value: ids[i],
          },
          { name: `answer_${i + 1}`, label: t("questions.answer", { n: i + 1 }) },
        ]).flat();
        return { state: {}, ttlSeconds: 600, shown: { fields } };
      },
      parse: readChosen,
      async confirm({ account }, given, kit) {
        const pairs = checkAnswers(given);
        const answers = await Promise.all(
          pairs.map(async ([question, answer]) => ({ question, ...(await hashAnswer(answer)) })),
        );
        const set: AnswersOnFile = { id: randomToken(12), addedAt: kit.clock(), answers };
        // A set that cannot be asked any more is replaced like any other.
        const [before] = await kit.credentials.list(account);
        const written =
          before === undefined
            ? await kit.credentials.add(account, kit.digest("place", account), set, 1)
            : await kit.credentials.replace(account, before, set);
        return written ? "right" : "wrong";
      },
      async remove(account, id, kit) {
        const [found] = await kit.credentials.list(account);
        const isThat = found !== undefined && (id === undefined || found.value.id === id);
        return isThat && kit.credentials.remove(account, found.id);
      },
    },
  });
}

const FIELD = "secret_questions";

/** Answers may come as a list, in the order in which the questions were asked. */
const placeOf = (state: Asked | undefined, question: string) => String(state?.questions.indexOf(question));

function isCatalogue(value: unknown): boolean {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  const all = Object.entries(value);
  return (
    all.length >= MOST_QUESTIONS &&
    all.every(
      ([id, texts]) =>
        /^[a-z][a-z0-9-]{0,31}$/.test(id) &&
        typeof (texts as { en?: unknown } | null)?.en === "string" &&
        Object.values(texts as object).every((text) => typeof text === "string" && text.trim() !== ""),
    )
  );
}
