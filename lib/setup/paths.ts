import type { Factor } from "../factors/factor.ts";
import { proves } from "../flows/on-file.ts";
import type { Paths } from "./options.ts";

/** The paths of an app: what it says, else the defaults, which follow from its factors. */
export function pathsOf(given: Partial<Paths>, factors: readonly Factor[]): Paths {
  const secondFactor = given.secondFactor ?? "/second_factor/new";
  const defaults = Object.fromEntries(
    factors.map(({ name }) => [name, `/${name.replaceAll("-", "_")}_verification`]),
  );
  const [only, ...others] = factors.filter((each) => proves(each, "login", "step-up"));
  const page = `${given.doors?.[only?.name ?? ""] ?? defaults[only?.name ?? ""]}/new`;
  const verification = given.verification ?? (others.length === 0 ? page : secondFactor);
  // An app with one factor says where its page is by `verification` alone.
  const told = others.length === 0 && only !== undefined ? { [only.name]: mountOf(verification) } : {};
  return {
    login: "/login",
    registration: "/sms_registration/new",
    backupCodes: "/backup_codes/new",
    success: "/",
    delivery: "/delivery",
    ...given,
    secondFactor,
    verification,
    doors: { ...defaults, ...told, ...given.doors },
  };
}

/** Where a router is mounted whose page is at `/new`. */
export function mountOf(page: string): string {
  return page.replace(/\/[^/]*$/, "");
}
