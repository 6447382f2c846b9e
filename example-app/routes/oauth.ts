import { Router, type RequestHandler } from "express";
import type { Factors } from "passport-factors";
import { Refusal } from "../http.ts";
import { CALLBACK, oauthRefusal } from "../oauth.ts";
import { signIn, TERMS, whoIs, type Passport } from "../sign-in.ts";
import type { User, Users } from "../users.ts";

export interface OAuthParts {
  passport: Passport;
  users: Users;
  factors: Factors;
}

/** Sign-in through somebody else. The callback is a GET, and a GET never sends a code: the next page offers the button. */
export function oauthRoutes({ passport, users, factors }: OAuthParts): Router {
  const router = Router();
  router.get("/auth/oauth", passport.authenticate("oauth", { session: false }) as RequestHandler);
  router.get(CALLBACK, async (req, res) => {
    // Passport's strategy takes a callback without a code for the start of a new sign-in.
    if (req.query["code"] === undefined && req.query["error"] === undefined) {
      throw new Refusal(401, "oauth_failed", "refusal.oauth_failed");
    }
    let user: User | undefined;
    try {
      user = await whoIs(passport, "oauth", req, res);
    } catch (error) {
      throw oauthRefusal(error);
    }
    if (user === undefined) throw new Refusal(401, "oauth_failed", "refusal.oauth_failed");
    await signIn(req, user, factors, ["fed"]);
    await users.noteSignIn(user, req.ip);
    res.set("Cache-Control", "no-store").redirect(303, user.active ? factors.paths.verification : TERMS);
  });
  return router;
}
