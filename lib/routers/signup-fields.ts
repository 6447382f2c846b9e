import type { Request } from "express";
import { readField } from "../http/fields.ts";
import { inLanguage } from "../locales/tags.ts";
import type { ProfileInput } from "../views/pages.ts";
import { LONGEST_TEXT, profileOf, type Profile, type ProfileField } from "../flows/signup/profile.ts";
import { checkNames } from "../options.ts";

/** A text that the app asks for beside the code. */
export interface SignupField extends ProfileField {
  /** The name of the form field, and in the profile: letters, digits and underscores. */
  name: string;
  /** What stands beside it: one text, or one for each language (BCP 47) with `en` among them. */
  label: string | Readonly<Record<string, string>>;
  /** @default "text" */
  type?: "text" | "email" | "password";
  /** HTML's autocomplete. @default "off" */
  autocomplete?: string;
  /** @default true */
  required?: boolean;
  /** What is asked of it, beside the field: "At least 8 characters". One text, or one for each language with `en` among them. */
  hint?: string | Readonly<Record<string, string>>;
}

const FIELD_NAMES = {
  name: true,
  label: true,
  type: true,
  autocomplete: true,
  required: true,
  hint: true,
} as const;

const SCOPE = "phone_signup";
const RESERVED = ["pin_number", "code", "country_code", "phone_number", "tenant_id", "client_id"];

/** Throws a TypeError that names what is wrong with the list. */
export function checkFields(fields: readonly SignupField[]): void {
  const names = new Set<string>(RESERVED);
  for (const [i, field] of fields.entries()) {
    checkNames(`signup: fields[${i}]`, field, FIELD_NAMES);
    const { name, label } = field;
    if (typeof name !== "string" || !/^[a-z]\w{0,40}$/i.test(name) || names.has(name))
      throw new TypeError(
        `signup: fields[${i}]: name must be letters, digits and underscores, and no other field's`,
      );
    if (typeof label !== "string" && typeof (label as Record<string, unknown> | null)?.["en"] !== "string")
      throw new TypeError(
        `signup: fields[${i}]: label must be a text, or texts by language with "en" among them`,
      );
    const { hint } = field;
    if (
      hint !== undefined &&
      typeof hint !== "string" &&
      typeof (hint as Record<string, unknown> | null)?.["en"] !== "string"
    )
      throw new TypeError(
        `signup: fields[${i}]: hint must be a text, or texts by language with "en" among them`,
      );
    names.add(name);
  }
}

/** The texts of a request. Throws `invalid_request` that names the field. */
export const readProfile = (req: Request, fields: readonly SignupField[]): Profile =>
  profileOf((name) => readField(req.body, SCOPE, [name]), fields);

/** The fields as the page shows them, with what was typed before. */
export function inputsOf(req: Request, fields: readonly SignupField[], locale: string): ProfileInput[] {
  return fields.map(({ name, label, type = "text", autocomplete = "off", required = true, hint }) => {
    const typed = readField(req.body, SCOPE, [name]);
    const value = typeof typed === "string" && type !== "password" ? typed.slice(0, LONGEST_TEXT) : "";
    const text = inLanguage(label, locale) as string;
    const rules = inLanguage(hint, locale);
    return {
      name,
      label: text,
      type,
      autocomplete,
      required,
      value,
      ...(rules === undefined ? {} : { hint: rules }),
    };
  });
}
