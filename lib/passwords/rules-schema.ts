import { custom, integer } from "../options.ts";
import { LONGEST } from "./fault.ts";

/** What an app may say of new passwords, wherever one is set. */
export interface PasswordRulesOptions {
  /** Characters, at the least, where the password is the only factor. @default 15 */
  minLength?: number;
  /** Characters, at the most. @default 256 */
  maxLength?: number;
  /** Asks a service whether the password is in a breach, or how often it was seen in one. */
  breached?: (password: string) => unknown;
}

/** The options that the policy and the recovery have in common; the reference page is made from this. */
export const passwordRulesSchema = {
  minLength: integer({
    default: 15,
    min: 8,
    max: 64,
    unit: "characters",
    about: "The fewest characters. 8 is enough only where every login asks for a second factor.",
    source: "NIST SP 800-63B-4 §3.1.1.2",
  }),
  maxLength: integer({
    default: LONGEST,
    min: 64,
    max: 1024,
    unit: "characters",
    about: "The most characters. What is longer is refused, never cut off.",
    source: "NIST SP 800-63B-4 §3.1.1.2: at least 64",
  }),
  breached: custom<((password: string) => unknown) | undefined>({
    default: undefined,
    shape: "a function",
    is: (value) => typeof value === "function",
    about:
      "Answers whether a password is known from a breach, or how often: `pwnedPassword` of the package hibp fits. Asked last. Where it fails, or answers anything else, the password is judged without it.",
    source: "ASVS 5.0 6.2.12",
  }),
};
