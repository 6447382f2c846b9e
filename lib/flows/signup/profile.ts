import { FactorError } from "../../errors.ts";

/** What a new account is made with, beside its number: the texts that the app asked for. */
export type Profile = Readonly<Record<string, string>>;

/** Looks at a profile before the code is judged: answers the name of the field that will not do. */
export type ProfileCheck = (profile: Profile) => string | undefined | Promise<string | undefined>;

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
