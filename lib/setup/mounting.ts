import { inProduction } from "../environment.ts";
import type { Factor } from "../factors/factor.ts";
import type { IncomingRequest } from "../flows/request-context.ts";
import type { Paths } from "./options.ts";
import { mountOf } from "./paths.ts";

/** A path of `paths` at which a router of ours stands, unless the app has pages of its own there: `registration`, `doors.sms`, … */
export type MountName = "registration" | "secondFactor" | "backupCodes" | `doors.${string}`;

/**
 * Watches how an app mounts what it was given, and tells each mistake once, in development: a mistake that is told nowhere ends at a login page that nobody can
 * get past.
 */
export interface Mounting {
  built(name: MountName): void;
  /** A request reached that router there, as browsers see it; `isPage`: for its page. */
  reached(name: MountName, at: string, isPage: boolean): void;
  /** A browser is sent to that path. */
  sends(name: MountName | "verification" | "login"): void;
  /** A request came to something that needs a session, and somebody signed in. */
  came(request: IncomingRequest, who: string): void;
  /** The app has clients without sessions, too: the guard is right to get their requests. */
  takesProofs(): void;
}

const SILENT: Mounting = { built() {}, reached() {}, sends() {}, came() {}, takesProofs() {} };

/** As `requireFactors` names itself. */
export const GUARD = "requireFactors";

const ROUTERS: Readonly<Record<string, string>> = {
  registration: "smsRegistration(factors)",
  secondFactor: "secondFactor(factors)",
  backupCodes: "backupCodes(factors)",
};
const routerOf = (name: MountName) =>
  ROUTERS[name] ?? `verification(factors, "${name.slice("doors.".length)}")`;

export function createMounting(
  paths: Paths,
  given: Partial<Paths>,
  factors: readonly Factor[],
  warn: (code: string, message: string) => void = emit,
): Mounting {
  if (inProduction()) return SILENT;
  const built = new Set<string>();
  const told = new Set<string>();
  let hasProofs = false;
  const once = (code: string, about: string, message: string) => {
    if (told.has(`${code} ${about}`)) return;
    told.add(`${code} ${about}`);
    warn(`PASSPORT_FACTORS_${code}`, message);
  };
  const [only, ...others] = factors;
  /** Where the app has named no page of its own, and so must have mounted ours. */
  function ours(name: MountName | "verification" | "login"): MountName | undefined {
    if (name === "login") return undefined;
    if (name !== "verification") return name;
    if (given.verification !== undefined) return undefined;
    return others.length === 0 && only !== undefined ? `doors.${only.name}` : "secondFactor";
  }
  function isGiven(name: MountName): boolean {
    if (!name.startsWith("doors.")) return given[name as "registration"] !== undefined;
    // The page of the only factor is told by `verification` alone.
    const isOnly = others.length === 0 && given.verification !== undefined;
    return isOnly || given.doors?.[name.slice("doors.".length)] !== undefined;
  }
  const pageOf = (name: MountName) =>
    name.startsWith("doors.")
      ? `${paths.doors[name.slice("doors.".length)]}/new`
      : paths[name as "registration"];

  return {
    built: (name) => void built.add(name),
    reached(name, at, isPage) {
      const expected = mountOf(pageOf(name));
      // A proxy may have taken the beginning of the address off.
      if (expected === at || (at !== "" && expected.endsWith(at))) return;
      // A page of the app's own may post to our router, wherever that is.
      if (isGiven(name) && !isPage) return;
      // No router stands where the page is at the root of the site: there is one thing to do.
      const mend = expected === "" ? "" : `mount it at ${expected}, or `;
      once(
        "PATHS",
        name,
        `${routerOf(name)} is mounted at ${at || "/"}, but people are sent to ${pageOf(name)}: ${mend}say paths: ${said(name, at)}`,
      );
    },
    sends(name) {
      const own = ours(name);
      if (own === undefined || isGiven(own) || built.has(own)) return;
      once(
        "NOT_MOUNTED",
        own,
        `people are sent to ${pageOf(own)}, but ${routerOf(own)} was never called: mount it at ${mountOf(pageOf(own))}, or say with paths where your own page is`,
      );
    },
    takesProofs: () => void (hasProofs = true),
    came({ session, user, ...request }, who) {
      if (hasProofs && who === GUARD) return;
      if (session === undefined || session === null)
        return once(
          "NO_SESSION",
          "",
          `${who} got a request without a session: mount express-session before it`,
        );
      const { passport } = session as { passport?: { user?: unknown } };
      const isUnread = passport?.user !== undefined && user === undefined;
      if (isUnread && typeof (request as { logIn?: unknown }).logIn !== "function")
        once(
          "NO_PASSPORT",
          "",
          `${who} got a request of somebody whose user was not looked up: mount passport.session() before it`,
        );
    },
  };
}

const said = (name: MountName, at: string) =>
  name.startsWith("doors.")
    ? `{ doors: { "${name.slice("doors.".length)}": "${at}" } }`
    : `{ ${name}: "${at}/new" }`;

function emit(code: string, message: string): void {
  process.emitWarning(message, {
    type: "PassportFactorsWarning",
    code,
    detail: "See docs/mounting.md of the package passport-factors. Told once, and not in production.",
  });
}
