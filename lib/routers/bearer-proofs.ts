import type { Request, Response, Router } from "express";
import type { Factors } from "../setup/create-factors.ts";
import { answerJson } from "../http/answer-json.ts";
import { checkFactors } from "../http/check-factors.ts";
import { mountedRouter } from "../http/mounted-router.ts";
import { readField } from "../http/fields.ts";
import { noStore } from "../http/headers.ts";
import { integer, parseOptions } from "../options.ts";
import { forPrograms } from "./second-factor.ts";
import { translator } from "../locales/translate.ts";

/** Options of `bearerProofs`; docs/options.md has every default, unit and range. */
export interface BearerProofsOptions {
  /** Seconds that a proof is good for, 30 to 3600. @default 600 */
  ttlSeconds?: number;
}

/** The bounds; the reference page is made from this. */
export const bearerProofsSchema = {
  ttlSeconds: integer({
    default: 600,
    min: 30,
    max: 3600,
    unit: "seconds",
    about:
      "How long a proof is good for. A changed phone or factor, `endOtherSessions` and a reset end it at once.",
  }),
};

const SCOPE = "proof";

/**
 * For clients without sessions: `POST /challenge` with `factor` has a code sent (201 `{ handle, … }`), `POST /` with `factor`, `code` and `handle` answers a proof,
 * a signed text that `requireFactors` takes from the `Authorization` header. Both take a `purpose`, which the proof is good for then, and nothing else. Mount
 * it behind what tells who is asking (`req.user`). Needs the package `jose`.
 *
 * @example
 * app.use("/proofs", passport.authenticate("jwt", { session: false }), bearerProofs(factors));
 */
export function bearerProofs(factors: Factors, options: BearerProofsOptions = {}): Router {
  checkFactors("bearerProofs", factors);
  const { ttlSeconds } = parseOptions("bearerProofs", bearerProofsSchema, options);
  factors.proofs.enable(ttlSeconds * 1000);
  factors.mounting.takesProofs();

  const asked = ({ body }: Request) => ({
    factor: readField(body, SCOPE, ["factor"]),
    purpose: readField(body, SCOPE, ["purpose"]),
  });

  async function show(req: Request, res: Response): Promise<void> {
    const offers = await factors.proofs.offers(req);
    noStore(res);
    answerJson(res, 200, {
      factors: offers.map(forPrograms).map((offer) => ({
        ...offer,
        ...(offer.begin === undefined ? {} : { begin: `${req.baseUrl}/challenge` }),
        verify: req.baseUrl || "/",
      })),
    });
  }

  async function begin(req: Request, res: Response): Promise<void> {
    const { handle, shown } = await factors.proofs.begin(req, asked(req));
    noStore(res);
    answerJson(res, 201, { success: true, handle, ...shown });
  }

  async function prove(req: Request, res: Response): Promise<void> {
    const { factor } = asked(req);
    const own = factors.list.find(({ name }) => name === factor)?.field ?? "code";
    const made = await factors.proofs.verify(req, {
      ...asked(req),
      handle: readField(req.body, SCOPE, ["handle"]),
      answer: readField(req.body, SCOPE, [own, "code"]),
    });
    noStore(res);
    const message = translator(factors.locale(req))("message.verified");
    answerJson(res, 200, { success: true, message, ...made });
  }

  return mountedRouter(factors, { get: { "/": show }, post: { "/": prove, "/challenge": begin } });
}
