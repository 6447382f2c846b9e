import { FactorError } from "../../errors.ts";
import { wrongAnswer } from "../../wrong-answer.ts";

/** What a new account is made with, beside its number: the texts that the app asked for. */
export type Profile = Readonly<Record<string, string>>;

/** The field that will not do, and what the person is told of it, in the language that the app knows best. */
export interface WrongField {
  field: string;
  /** As it is shown; left out, the package says that the field is to be looked at again. */
  message?: string;
}

/** Looks at a profile before the code is judged: answers the field that will not do, or its name. */
export type ProfileCheck = (
  profile: Profile,
) => string | WrongField | undefined | Promise<string | WrongField | undefined>;

/** What a check answered. Throws a TypeError for what is no such answer: nobody signs up by that. */
export function wrongField(answer: unknown): WrongField | undefined {
  if (answer === undefined) return undefined;
  if (typeof answer === "string") return { field: answer };
  const { field, message } = own(answer);
  const told = message === undefined || (typeof message === "string" && message.length <= LONGEST_TEXT);
  if (typeof field !== "string" || field === "" || !told)
    throw wrongAnswer("check", answer, "{ field, message? }, the name of a field or undefined");
  return { field, ...(message === undefined ? {} : { message: message as string }) };
}

function own(answer: unknown): { field?: unknown; message?: unknown } {
  try {
    return typeof answer === "object" && answer !== null && Object.hasOwn(answer, "field")
      ? { ...answer }
      : {};
  } catch {
    return {};
  }
}

/** A text that is asked for. */
export interface ProfileField {
  name: string;
  type?: "text" | "email" | "password";
  required?: boolean;
}

export const LONGEST_TEXT = 200;

/** Reads the texts. Throws `invalid_request` that names the field. */
export function profileOf(read: (name: string) => unknown, fields: readonly ProfileField[]): Profile {
  const profile: Record<string, string> = {};
  for (const { name, type, required = true } of fields) {
    const value = read(name);
    if (value === undefined || value === "") {
      if (required) throw new FactorError("invalid_request", { field: name });
      continue;
    }
    const isText = typeof value === "string" && value.length <= LONGEST_TEXT && !/\p{Cc}/u.test(value);
    if (!isText || (type === "email" && !/^[^\s@]+@[^\s@]+$/.test(value)))
      throw new FactorError("invalid_request", { field: name });
    profile[name] = value;
  }
  return profile;
}
