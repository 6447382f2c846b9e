import { Router, type Request, type Response } from "express";
import type { Factors, SecretBox } from "passport-factors";
import { field, goOn, Refusal, sendPage, wantsJson } from "../http.ts";
import { loginPage } from "../pages/login.ts";
import { signupPage } from "../pages/signup.ts";
import { hashPassword } from "../passwords.ts";
import { askSecondFactor, nextStep, signIn, TERMS, whoIs, type Passport } from "../sign-in.ts";
import { readSignup } from "../signup-form.ts";
import type { Users } from "../users.ts";
import { bodies } from "./body.ts";
import { passwordGuard } from "./password-guard.ts";

export interface SignInParts {
  passport: Passport;
  users: Users;
  factors: Factors;
  box: SecretBox;
  /** Other ways to sign in. */
  offers: { oauth: boolean; passkeys: boolean };
}

const faultOf = (refusal: Refusal, req: Request) => ({ field: refusal.field, message: refusal.told(req) });

/** The first factor: sign up, or sign in with a password. */
export function signInRoutes({ passport, users, factors, box, offers }: SignInParts): Router {
  const offersOAuth = offers.oauth;
  const guard = passwordGuard(factors.store, box);

  async function signUp(req: Request, res: Response): Promise<void> {
    try {
      const { password, ...form } = readSignup(req);
      const user = await users.create({ ...form, passwordHash: await hashPassword(password) });
      if (user === undefined)
        throw new Refusal(400, "email_taken", "refusal.email_taken", { field: "email" });
      await signIn(req, user, factors, ["pwd"]);
      await users.noteSignIn(user, req.ip);
      goOn(req, res, TERMS, 201);
    } catch (error) {
      if (!(error instanceof Refusal) || wantsJson(req)) throw error;
      sendPage(
        res,
        signupPage({
          error: faultOf(error, req),
          email: field(req, "email"),
          nickname: field(req, "nickname"),
          offersOAuth,
        }),
        422,
      );
    }
  }

  async function logIn(req: Request, res: Response): Promise<void> {
    const email = field(req, "email").trim();
    try {
      const attempt = await guard.begin(email, req.ip);
      const user = await whoIs(passport, "local", req, res);
      if (user === undefined) throw new Refusal(401, "invalid_credentials", "refusal.invalid_credentials");
      await signIn(req, user, factors, ["pwd"]);
      await attempt.succeeded();
      await users.noteSignIn(user, req.ip);
      goOn(req, res, user.active ? await askSecondFactor(req, factors) : TERMS);
    } catch (error) {
      if (!(error instanceof Refusal) || wantsJson(req)) throw error;
      if (error.retryAfter !== undefined) res.set("Retry-After", String(error.retryAfter));
      if (error.status === 401) res.set("WWW-Authenticate", 'Session realm="chat"');
      sendPage(res, loginPage({ error: faultOf(error, req), email, offers }), error.status);
    }
  }

  async function showLogin(req: Request, res: Response): Promise<void> {
    if (req.user !== undefined) res.redirect(303, await nextStep(req, factors));
    else sendPage(res, loginPage({ email: "", offers }));
  }

  async function showSignup(req: Request, res: Response): Promise<void> {
    if (req.user !== undefined) res.redirect(303, await nextStep(req, factors));
    else sendPage(res, signupPage({ email: "", nickname: "", offersOAuth }));
  }

  const router = Router();
  router.route("/signup").get(showSignup).post(bodies, signUp);
  router.route("/login").get(showLogin).post(bodies, logIn);
  return router;
}
