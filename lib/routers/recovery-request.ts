import type { Request } from "express";
import { FactorError } from "../errors.ts";
import type { StepInput } from "../flows/recovery/recovery.ts";

const LONGEST_IDENTIFIER = 320;

type Body = Record<string, unknown>;

/** The fields that the sender sent, by their own names; a prototype's are none. */
function bodyOf(req: Request): Body {
  const body: unknown = req.body;
  if (typeof body !== "object" || body === null || Array.isArray(body)) return {};
  return Object.fromEntries(Object.entries(body));
}

/** Throws `invalid_request` for what is no single line of 1 to 320 characters. */
export function readIdentifier(req: Request): string {
  const { identifier } = bodyOf(req);
  const text = typeof identifier === "string" ? identifier.trim() : "";
  if (text === "" || text.length > LONGEST_IDENTIFIER || /\p{Cc}/u.test(text))
    throw new FactorError("invalid_request", { field: "identifier" });
  return text;
}

/** The generation that the sender has seen. */
export function readGen(req: Request): number | undefined {
  const { gen } = bodyOf(req);
  if (typeof gen === "string" && /^\d{1,9}$/.test(gen)) return Number(gen);
  return typeof gen === "number" ? gen : undefined;
}

export const readToken = (req: Request): unknown => bodyOf(req)["token"];
export const readPassword = (req: Request): unknown => bodyOf(req)["password"];

/** A program says its flow itself; a browser has a cookie. */
export function readFlow(req: Request): unknown {
  return bodyOf(req)["flow"] ?? req.headers["recovery-flow"];
}

/** Throws `invalid_request` that names the field. */
export function readStep(req: Request): StepInput {
  const { input, choice, factor, response } = bodyOf(req);
  switch (input) {
    case "yes":
    case "no":
    case "failed":
    case "again":
    case "another_way":
    case "start_over":
      return { input };
    case "choose":
      return { input, choice: text(choice, "choice") };
    case "pick":
      return { input, factor: text(factor, "factor") };
    case "respond":
      return { input, response };
    default:
      throw new FactorError("invalid_request", { field: "input" });
  }
}

function text(value: unknown, field: string): string {
  if (typeof value === "string" && value !== "" && value.length <= 64) return value;
  throw new FactorError("invalid_request", { field });
}
