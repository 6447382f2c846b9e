import { createHmac, timingSafeEqual } from "node:crypto";
import express, { type Express, type Request } from "express";
import type passport from "passport";
import { Strategy as LocalStrategy } from "passport-local";
import OAuth2Strategy from "passport-oauth2";
import type { Factors } from "passport-factors";

/** Signs in under a new session id, says how, and answers where to go on; the same after every first factor. */
async function enter(req: Request, user: Express.User, factors: Factors, amr: string[]): Promise<string> {
  // Of the session before, the way back is all that goes on; the doors look whether it is a path on this site.
  const { returnTo } = req.session as { returnTo?: string };
  await new Promise<void>((resolve, reject) => {
    req.logIn(user, (error: unknown) => (error ? reject(error as Error) : resolve()));
  });
  if (returnTo !== undefined) Object.assign(req.session, { returnTo });
  await factors.signedIn(req, { amr });
  // A device that somebody has told to remember stands in for the code; see `rememberDevice`.
  return (await factors.devices.recognize(req)) ? factors.paths.success : factors.paths.verification;
}

type FindUser = (name: string, secret: string) => Promise<Express.User | undefined>;

/** A password first. */
export function passwordDoor(
  app: Express,
  passport: passport.Authenticator,
  factors: Factors,
  find: FindUser,
): void {
  passport.use(
    new LocalStrategy((name, password, done) => {
      find(name, password).then((user) => done(null, user ?? false), done);
    }),
  );
  app.post(
    "/login",
    express.urlencoded({ extended: false }),
    passport.authenticate("local", { session: false }),
    (req, res, next) => {
      enter(req, req.user as Express.User, factors, ["pwd"]).then((path) => res.redirect(303, path), next);
    },
  );
}

/** An OAuth provider first: whatever it asked for, the second factor is asked for here. */
export function oauthDoor(
  app: Express,
  passport: passport.Authenticator,
  factors: Factors,
  { options, find }: { options: OAuth2Strategy.StrategyOptions; find: FindUser },
): void {
  passport.use(
    new OAuth2Strategy(
      { ...options, state: true, pkce: true },
      (token: string, _refresh: string, _profile: unknown, done: OAuth2Strategy.VerifyCallback) => {
        find("oauth", token).then((user) => done(null, user ?? false), done);
      },
    ),
  );
  app.get("/auth", passport.authenticate("oauth2"));
  app.get("/auth/callback", passport.authenticate("oauth2", { session: false }), (req, res, next) => {
    enter(req, req.user as Express.User, factors, ["fed"]).then((path) => res.redirect(303, path), next);
  });
}

/** A link by mail first. It ends after ten minutes; a GET only shows a button, since mail scanners follow links. */
export function magicLinkDoor(
  app: Express,
  factors: Factors,
  {
    secret,
    find,
    mail,
  }: { secret: string; find: FindUser; mail: (to: string, path: string) => Promise<void> },
): void {
  const sign = (text: string) => createHmac("sha256", secret).update(text).digest("base64url");
  const isSigned = (text: string, signature: string) => {
    const [one, other] = [Buffer.from(sign(text)), Buffer.from(signature)];
    return one.length === other.length && timingSafeEqual(one, other);
  };

  app.post("/link", express.urlencoded({ extended: false }), (req, res, next) => {
    const email = String((req.body as Record<string, unknown>)["email"]);
    const text = `${Buffer.from(email).toString("base64url")}.${Date.now() + 600_000}`;
    // The same answer whether or not somebody has that address.
    mail(email, `/link/${text}.${sign(text)}`).then(() => res.send("Look into your mail."), next);
  });
  app.get(
    "/link/:token",
    (_req, res) => void res.send(`<form method="post"><button>Sign in</button></form>`),
  );
  app.post("/link/:token", (req, res, next) => {
    const [address = "", until = "", signature = ""] = String(req.params["token"]).split(".");
    const good = isSigned(`${address}.${until}`, signature) && Date.now() < Number(until);
    const found = good
      ? find("link", Buffer.from(address, "base64url").toString())
      : Promise.resolve(undefined);
    found
      .then(async (user) => {
        if (user === undefined)
          return res.status(401).set("WWW-Authenticate", "Link").send("This link has ended.");
        return res.redirect(303, await enter(req, user, factors, ["email"]));
      })
      .catch(next);
  });
}
