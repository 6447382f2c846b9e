import type { Request } from "express";
import type { Factors } from "../setup/create-factors.ts";
import type { Translate } from "../locales/languages.ts";
import { en, type Texts } from "../locales/en.ts";

interface WaysOut {
  /** Where another factor can be chosen; absent where none is on file. */
  otherWays?: string;
  /** Where the same code can be had by another channel. */
  instead?: { action: string; label: string }[];
}

/** What else the account has on file, for who cannot use this factor; nothing is offered that is not there. */
export async function waysOut(
  req: Request,
  factors: Factors,
  current: string,
  t: Translate,
): Promise<WaysOut> {
  if (factors.list.length < 2) return {};
  const others = (await factors.offers(req)).filter(({ name }) => name !== current);
  if (others.length === 0) return {};
  const instead = others.flatMap(({ name, phone_display, begin }) => {
    const key = `verification.instead.${name}`;
    const isSameCode = phone_display !== undefined && begin !== undefined && Object.hasOwn(en, key);
    return isSameCode ? [{ action: begin, label: t(key as keyof Texts) }] : [];
  });
  return { otherWays: factors.paths.secondFactor, ...(instead.length === 0 ? {} : { instead }) };
}
