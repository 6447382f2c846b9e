import { parseEmail } from "../email/address.ts";
import { asError } from "../errors.ts";
import type { InTime } from "../in-time.ts";
import { wrongAnswer } from "../wrong-answer.ts";
import type { Accounts, AnyAccounts } from "./accounts.ts";

const LONGEST_ID = 200;
const MOST_EMAILS = 20;

/**
 * The app's accounts, each answer looked at where it comes in: what the contract does not know is a TypeError that names the function, what
 * never comes is an error, and whatever is thrown is an Error. Where an app has no phones, nobody has one.
 */
export function checkedAccounts<User>(accounts: AnyAccounts<User>, inTime: InTime): Accounts<User> {
  async function asked<Answer>(
    name: keyof Accounts,
    run: () => Answer | Promise<Answer>,
    isKnown: (answer: unknown) => boolean,
    shape: string,
  ): Promise<Answer> {
    const answer = await inTime(`accounts.${name}`, run);
    if (!isKnown(answer)) throw wrongAnswer(`accounts.${name}`, answer, shape);
    return answer;
  }

  const user = (
    name: "byId" | "byPhone" | "byEmail" | "createFromPhone" | "find",
    run: () => ReturnType<Required<Accounts<User>>["byPhone"]>,
  ) => asked(name, run, isUserOrNone, "a user, null or undefined");

  return {
    id(of) {
      const id: unknown = atOnce("accounts.id", () => accounts.id(of));
      if (typeof id === "string" && id !== "" && id.length <= LONGEST_ID) return id;
      throw wrongAnswer("accounts.id", id, `a text of 1 to ${LONGEST_ID} characters`);
    },
    phone: (of) =>
      asked("phone", () => accounts.phone?.(of), isNumberOrNone, "an E.164 number, null or undefined"),
    phoneTaken: (phone, of) =>
      asked("phoneTaken", () => accounts.phoneTaken?.(phone, of) as boolean, isBoolean, "true or false"),
    setPhone: (of, phone) =>
      asked("setPhone", () => accounts.setPhone?.(of, phone) as boolean, isBoolean, "true or false"),
    ...(accounts.createFromPhone === undefined
      ? {}
      : { createFromPhone: (...what) => user("createFromPhone", () => accounts.createFromPhone?.(...what)) }),
    ...(accounts.byId === undefined
      ? {}
      : { byId: (...what) => user("byId", () => accounts.byId?.(...what)) }),
    ...(accounts.byPhone === undefined
      ? {}
      : { byPhone: (...what) => user("byPhone", () => accounts.byPhone?.(...what)) }),
    ...(accounts.byEmail === undefined
      ? {}
      : { byEmail: (...what) => user("byEmail", () => accounts.byEmail?.(...what)) }),
    ...(accounts.find === undefined
      ? {}
      : { find: (...what) => user("find", () => accounts.find?.(...what)) }),
    ...(accounts.resetPassword === undefined
      ? {}
      : {
          resetPassword: (...what) =>
            asked<true | "refused">(
              "resetPassword",
              () => accounts.resetPassword?.(...what) as true,
              (answer) => answer === true || answer === "refused",
              'true or "refused"',
            ),
        }),
    ...(accounts.endSessions === undefined
      ? {}
      : { endSessions: async (of) => inTime("accounts.endSessions", () => accounts.endSessions?.(of)) }),
    ...(accounts.emails === undefined
      ? {}
      : {
          emails: (of) =>
            asked(
              "emails",
              () => accounts.emails?.(of),
              isEmailsOrNone,
              `a list of at most ${MOST_EMAILS} email addresses, null or undefined`,
            ),
        }),
    ...(accounts.wasPassword === undefined
      ? {}
      : {
          wasPassword: (of, typed) =>
            asked(
              "wasPassword",
              () => accounts.wasPassword?.(of, typed) as boolean,
              isBoolean,
              "true or false",
            ),
        }),
    ...(accounts.locale === undefined
      ? {}
      : {
          locale(of) {
            const locale: unknown = atOnce("accounts.locale", () => accounts.locale?.(of)) ?? undefined;
            if (locale === undefined || typeof locale === "string") return locale;
            throw wrongAnswer("accounts.locale", locale, "a text or undefined");
          },
        }),
  };
}

function atOnce<Answer>(who: string, run: () => Answer): Answer {
  try {
    return run();
  } catch (thrown) {
    throw asError(thrown, who);
  }
}

const isBoolean = (answer: unknown) => typeof answer === "boolean";
const isNone = (answer: unknown) => answer === undefined || answer === null;
const isNumberOrNone = (answer: unknown) =>
  isNone(answer) || (typeof answer === "string" && /^\+[1-9]\d{6,14}$/.test(answer));
const isEmailsOrNone = (answer: unknown) =>
  isNone(answer) ||
  (Array.isArray(answer) &&
    answer.length <= MOST_EMAILS &&
    answer.every((each) => parseEmail(each) !== undefined));

/** An app's user may be an id; `false`, an empty text or NaN is how some databases say "none", and no user. */
function isUserOrNone(answer: unknown): boolean {
  if (typeof answer === "boolean" || typeof answer === "symbol" || typeof answer === "function") return false;
  return answer !== "" && !Number.isNaN(answer);
}
