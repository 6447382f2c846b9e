import { Router, type Request, type Response } from "express";
import type { Factors } from "passport-factors";
import type { Room } from "../chat.ts";
import { forPrograms, goOn, sendPage, signedInUser, userOf } from "../http.ts";
import { homePage, type HomePage } from "../pages/home.ts";
import { termsPage } from "../pages/terms.ts";
import { nextStep, REGISTRATION, TERMS } from "../sign-in.ts";
import type { Users } from "../users.ts";

export interface AccountParts {
  users: Users;
  factors: Factors;
  room: Room;
  /** What the start page offers to try. */
  has: HomePage["has"];
}

/** Where a user stands: home, the terms, `/me`, and the way out. */
export function accountRoutes({ users, factors, room, has }: AccountParts): Router {
  async function showHome(req: Request, res: Response): Promise<void> {
    const user = userOf(req);
    const who = user === undefined ? {} : { nickname: user.nickname, next: await nextStep(req, factors) };
    sendPage(res, homePage({ ...who, has, locale: factors.locale(req) }));
  }

  async function showTerms(req: Request, res: Response): Promise<void> {
    if (signedInUser(req).active) res.redirect(303, await nextStep(req, factors));
    else sendPage(res, termsPage());
  }

  async function acceptTerms(req: Request, res: Response): Promise<void> {
    await users.acceptTerms(signedInUser(req));
    goOn(req, res, REGISTRATION);
  }

  async function me(req: Request, res: Response): Promise<void> {
    const user = signedInUser(req);
    const amr = await factors.amr(req);
    const { phone_display = null } = await factors.account(req);
    const { email, nickname, active, smsAuth } = user;
    res.json({ email, nickname, active, sms_auth: smsAuth, phone_display, amr });
  }

  async function logOut(req: Request, res: Response): Promise<void> {
    const user = userOf(req);
    if (user !== undefined) {
      room.leave(user.id);
      await new Promise<void>((resolve, reject) => {
        req.logOut((error: unknown) => (error ? reject(error as Error) : resolve()));
      });
    }
    goOn(req, res, "/");
  }

  const router = Router();
  router.get("/", showHome);
  router.route(TERMS).get(showTerms).post(acceptTerms);
  router.get("/me", forPrograms, me);
  router.post("/logout", logOut);
  return router;
}
