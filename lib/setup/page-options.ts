import { createHash } from "node:crypto";
import type { Request, Response } from "express";
import { appearanceOption, brandOf, type Appearance, type Brand } from "./appearance.ts";
import { textsOption } from "./texts.ts";
import { checkNested, custom } from "../options.ts";

/** Where people get help who are stuck: a path of this site, or an https, mailto or tel address. */
export interface Support {
  /** Where help is: https, mailto or tel. */
  url: string;
  /** What the link says: one text, or one for each language (BCP 47) with `en` among them. Left out: "Get help". */
  label?: string | Readonly<Record<string, string>>;
}

/** Names and values of hidden fields in every form of the built-in pages: the app's own CSRF token. Answers at once. */
export type FormFields = (req: Request, res: Response) => Readonly<Record<string, string>>;

/** What the built-in pages are made with. */
export interface PageSettings {
  readonly brand: Brand;
  /** Changes with the brand: part of the path of the stylesheet. */
  readonly brandVersion: string;
  readonly support: Support | undefined;
  readonly formFields: FormFields | undefined;
}

export const pageOptions = {
  appearance: appearanceOption,
  texts: textsOption,
  support: custom<Support | undefined>({
    default: undefined,
    shape: '{ url, label? }, such as { url: "/help", label: "Contact us" }',
    is: isSupport,
    about: "Where people get help who are stuck: a link on every page.",
  }),
  formFields: custom<FormFields | undefined>({
    default: undefined,
    shape: "a function (req, res) => ({ name: value })",
    is: (value) => typeof value === "function",
    about:
      "Hidden fields for every form of the built-in pages, such as the app's own CSRF token. What throws, or answers anything but an object of texts, shows no page.",
  }),
};

function isSupport(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  checkNested<Support>("support", value as Support, { url: true, label: true });
  const { url, label } = value as Record<string, unknown>;
  if (typeof url !== "string" || !/^(\/(?![/\\])|https:\/\/|mailto:|tel:)[^\s"'<>\\]+$/i.test(url))
    throw new TypeError("support: url must be a path of this site, or an https, mailto or tel address");
  if (label !== undefined && !isLabel(label))
    throw new TypeError('support: label must be a text, or texts by language with "en" among them');
  return true;
}

function isLabel(label: unknown): boolean {
  if (typeof label === "string") return label !== "";
  return (
    typeof label === "object" &&
    label !== null &&
    "en" in label &&
    Object.values(label).every((each) => typeof each === "string" && each !== "")
  );
}

export function pageSettings(parsed: {
  appearance: Appearance;
  support: Support | undefined;
  formFields: FormFields | undefined;
}): PageSettings {
  const brand = brandOf(parsed.appearance, (message) => {
    process.emitWarning(message, { code: "PASSPORT_FACTORS_CONTRAST" });
  });
  const brandVersion = createHash("sha256").update(JSON.stringify(brand)).digest("base64url").slice(0, 8);
  return { brand, brandVersion, support: parsed.support, formFields: parsed.formFields };
}
