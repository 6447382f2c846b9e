import type { Response } from "express";
import type { FactorError } from "../errors.ts";
import type { FactorPrompt } from "../factors/definition.ts";
import type { Begin } from "../flows/begin-factor.ts";
import { answerJson } from "../http/answer-json.ts";
import { pageError } from "../http/refuse.ts";
import type { Translate } from "../locales/translate.ts";
import type { PageError } from "../views/pages.ts";

/** 201 with the options of a ceremony, as a page hands them to its browser. */
export function answerOptions(res: Response, { shown, expires_in_seconds }: Begin): void {
  answerJson(res, 201, { ...shown, expires_in_seconds });
}

/** What a page says of a refusal: where nothing was typed, it does not speak of codes. */
export function factorError(error: FactorError, prompt: FactorPrompt, t: Translate): PageError {
  const told = pageError(error, t);
  if (prompt === "typed") return told;
  const { field: _nothingTyped, ...rest } = told;
  if (error.code === "invalid_code") return { ...rest, message: t("ceremony.refused") };
  return error.code === "code_expired" ? { ...rest, message: t("ceremony.expired") } : rest;
}
