import { Router, type NextFunction, type Request, type Response } from "express";
import { field, goOn, Refusal } from "../http.ts";
import { LANGUAGES } from "../words/words.ts";
import { bodies } from "./body.ts";

const COOKIE = "chat.language";
const YEAR_MS = 365 * 86_400_000;

/** Whoever has chosen a language is answered in it, by the package's pages too: as if the browser had asked for it. */
export function preferLanguage(req: Request, _res: Response, next: NextFunction): void {
  const [, chosen = ""] = /(?:^|;\s*)chat\.language=([\w-]+)/.exec(req.headers.cookie ?? "") ?? [];
  if (Object.hasOwn(LANGUAGES, chosen)) req.headers["accept-language"] = chosen;
  next();
}

/** `POST /language`: the browser keeps it; an account has none. */
export function languageRoute(): Router {
  const router = Router();
  router.post("/language", bodies, (req: Request, res: Response) => {
    const language = field(req, "language");
    if (!Object.hasOwn(LANGUAGES, language))
      throw new Refusal(400, "invalid_language", "refusal.invalid_language", { field: "language" });
    res.cookie(COOKIE, language, { maxAge: YEAR_MS, httpOnly: true, sameSite: "lax" });
    goOn(req, res, "/");
  });
  return router;
}
