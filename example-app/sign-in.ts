import { createHash } from "node:crypto";
import { callbackify } from "node:util";
import type { NextFunction, Request, RequestHandler, Response } from "express";
import passport from "passport";
import { Strategy as LocalStrategy } from "passport-local";
import { isFactorError, type Factors } from "passport-factors";
import { isLocalPath, userOf } from "./http.ts";
import { isPassword } from "./passwords.ts";
import type { User, Users } from "./users.ts";

export type Passport = InstanceType<typeof passport.Passport>;

export const TERMS = "/sms_auth_term";
export const REGISTRATION = "/sms_registration/new";
export const VERIFICATION = "/sms_verification/new";
export const CHOICE = "/second_factor/new";
export const CHAT = "/chat";

/** Passport with the first factor: email and password. The session holds the user's id, and which password it is of. */
export function createPassport(users: Users): Passport {
  const authenticator = new passport.Passport();
  authenticator.serializeUser((user, done) => done(null, `${(user as User).id} ${stampOf(user as User)}`));
  authenticator.deserializeUser(
    callbackify(async (kept: unknown) => {
      const [id = "", stamp] = String(kept).split(" ");
      const user = await users.byId(id);
      return user !== undefined && stamp === stampOf(user) ? user : false;
    }),
  );
  authenticator.use(
    new LocalStrategy(
      { usernameField: "email", passwordField: "password" },
      callbackify(
        async (email: unknown, password: unknown) => (await checkPassword(users, email, password)) ?? false,
      ),
    ),
  );
  return authenticator;
}

/** A session is of one password: a new one ends them all, wherever they are kept. */
const stampOf = ({ passwordHash }: User): string =>
  createHash("sha256")
    .update(passwordHash ?? "")
    .digest("base64url")
    .slice(0, 16);

/** Any types may arrive. An unknown email takes as long as a wrong password. */
async function checkPassword(users: Users, email: unknown, password: unknown): Promise<User | undefined> {
  if (typeof email !== "string" || typeof password !== "string") return undefined;
  const user = await users.byEmail(email);
  return (await isPassword(password, user?.passwordHash)) ? user : undefined;
}

/** Asks one of Passport's strategies who this is, without signing in. Undefined where it says no. */
export function whoIs(
  authenticator: Passport,
  strategy: string,
  req: Request,
  res: Response,
): Promise<User | undefined> {
  return new Promise((resolve, reject) => {
    const decided = (error: unknown, user?: Express.User | false | null) =>
      error ? reject(error as Error) : resolve((user || undefined) as User | undefined);
    const handler = authenticator.authenticate(strategy, { session: false }, decided) as RequestHandler;
    void handler(req, res, ((error?: unknown) => reject(error as Error)) as NextFunction);
  });
}

/** Signs in after the first factor: under a new session id, of which the way back is all that survives. */
export async function signIn(
  req: Request,
  user: User,
  factors: Factors,
  amr: readonly string[],
): Promise<void> {
  const session = req.session as { returnTo?: unknown } | undefined;
  const returnTo = session?.returnTo;
  await new Promise<void>((resolve, reject) => {
    req.logIn(user as Express.User, (error: unknown) => (error ? reject(error as Error) : resolve()));
  });
  if (isLocalPath(returnTo)) (req.session as { returnTo?: string }).returnTo = returnTo;
  await factors.signedIn(req, { amr });
}

/**
 * Begins the second step of a login, and answers where it goes on. With one way to send, the code is on its way; who has just had one is
 * not turned away, the page says when the next may come.
 */
export async function askSecondFactor(req: Request, factors: Factors): Promise<string> {
  if (await factors.devices.recognize(req)) return CHAT;
  if (factors.paths.verification !== VERIFICATION) return CHOICE;
  try {
    await factors.begin(req);
  } catch (error) {
    if (!isFactorError(error)) throw error;
    // A backup code needs no delivery.
    if (error.code === "delivery_disabled") return CHOICE;
    if (error.code !== "too_many_requests") throw error;
  }
  return VERIFICATION;
}

/** By a factor that was passed in this session, or by a remembered device. */
async function isIn(req: Request, factors: Factors): Promise<boolean> {
  try {
    await factors.require(req);
    return true;
  } catch (error) {
    if (isFactorError(error) && error.code === "factor_required") return false;
    throw error;
  }
}

/** What a signed-in user still has to do before the chat, or the chat. */
export async function nextStep(req: Request, factors: Factors): Promise<string> {
  if (userOf(req)?.active !== true) return TERMS;
  return (await isIn(req, factors)) ? CHAT : factors.paths.verification;
}
