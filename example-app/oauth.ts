import { callbackify } from "node:util";
import OAuth2Strategy from "passport-oauth2";
import type { OAuthConfig } from "./config.ts";
import { isRefusal, Refusal } from "./http.ts";
import type { Passport } from "./sign-in.ts";
import type { User, Users } from "./users.ts";

const PROVIDER = "oauth";
const PATIENCE_MS = 5000;
export const CALLBACK = "/auth/oauth/callback";

/** The OAuth door: authorization code with state and PKCE (RFC 9700). It is a first factor and no more. */
export function useOAuth(authenticator: Passport, users: Users, oauth: OAuthConfig, publicUrl: URL): void {
  const options = {
    authorizationURL: oauth.authorizationUrl,
    tokenURL: oauth.tokenUrl,
    clientID: oauth.clientId,
    clientSecret: oauth.clientSecret,
    callbackURL: new URL(CALLBACK, publicUrl).href,
    scope: ["openid", "email", "profile"],
    state: true,
    pkce: true,
    skipUserProfile: true,
  };
  const whoHolds = async (token: string, _refresh: string, _profile: unknown): Promise<Express.User> =>
    findOrCreate(users, await fetchProfile(oauth.userinfoUrl, token));
  authenticator.use(PROVIDER, new OAuth2Strategy(options, callbackify(whoHolds)));
}

/** What went wrong between us and the provider is no crash of ours; what the app refused stays what it is. */
export function oauthRefusal(error: unknown): unknown {
  const theirs = ["AuthorizationError", "TokenError", "InternalOAuthError", "TimeoutError"];
  if (isRefusal(error) || !theirs.includes((error as { name?: string }).name ?? "")) return error;
  return new Refusal(401, "oauth_failed", "refusal.oauth_failed");
}

interface Profile {
  uid: string;
  email: string;
  name?: string;
  nickname: string;
}

async function fetchProfile(url: string, token: string): Promise<Profile> {
  const headers = { Authorization: `Bearer ${token}`, Accept: "application/json" };
  const answer = await fetch(url, { headers, signal: AbortSignal.timeout(PATIENCE_MS) }).catch(
    () => undefined,
  );
  const claims = (answer?.ok === true ? await answer.json().catch(() => ({})) : {}) as Record<
    string,
    unknown
  >;
  const text = (name: string) => (typeof claims[name] === "string" ? claims[name].trim() : "");
  const uid = typeof claims["id"] === "number" ? String(claims["id"]) : text("sub") || text("id");
  const email = text("email");
  if (uid === "" || email === "" || claims["email_verified"] === false) {
    throw new Refusal(401, "oauth_failed", "refusal.oauth_unconfirmed");
  }
  const nickname = (text("nickname") || text("name") || email.split("@")[0] || email).slice(0, 40);
  return { uid, email, nickname, ...(text("name") === "" ? {} : { name: text("name") }) };
}

/** An email that has a password here is not handed to whoever holds it elsewhere. */
async function findOrCreate(users: Users, profile: Profile): Promise<User> {
  const known = await users.byProvider(PROVIDER, profile.uid);
  const user = known ?? (await users.create({ ...profile, provider: PROVIDER }));
  if (user !== undefined) return user;
  throw new Refusal(400, "email_taken", "refusal.email_has_password", { field: "email" });
}
