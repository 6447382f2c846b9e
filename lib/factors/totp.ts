import { guessesInARow, guessesPerHour } from "./guess-options.ts";
import { readCode } from "../challenges/code.ts";
import { chooseLanguage, translator } from "../locales/translate.ts";
import { custom, integer, parseOptions } from "../options.ts";
import { DIGITS } from "../totp/code.ts";
import { issuerFault, issuerOf, keyUri } from "../totp/key-uri.ts";
import { qrSvg } from "../totp/qr-svg.ts";
import { createSecrets, newSecret, type SecretOnFile } from "../totp/secrets.ts";
import { wrongAnswer } from "../wrong-answer.ts";
import { defineFactor } from "./define-factor.ts";
import type { Enrolment, FactorKit } from "./definition.ts";
import type { DefinedFactor } from "./factor.ts";
import { totpTexts } from "./totp-texts.ts";

/** Options of `totp`; docs/options.md has every default, unit and range. */
export interface TotpOptions {
  /** The name that apps show over the code, without ":". @default the app's name */
  issuer?: string;
  /** What apps show under it: an email address, a user name. @default the account's id */
  label?: (account: string) => string | Promise<string>;
  /** Steps of 30 seconds on either side of now whose codes are right too. @default 1 */
  window?: number;
  /** Wrong guesses of one account in any hour. */
  guessesPerHour?: number;
  /** Wrong guesses in a row after which the factor is off until it is bound anew (NIST SP 800-63B). */
  guessesInARow?: number;
}

/** The options of `totp`; the reference page is made from this. */
export const totpSchema = {
  issuer: custom<string | undefined>({
    default: undefined,
    shape: 'a text of 1 to 64 characters without ":", spaces around it or control characters',
    is: (value) => typeof value === "string" && issuerFault(value) === undefined,
    about: "The name that authenticator apps show over the code. Left out: the app's name.",
  }),
  label: custom<((account: string) => string | Promise<string>) | undefined>({
    default: undefined,
    shape: "a function",
    is: (value) => typeof value === "function",
    about:
      "Answers what apps show under the name for an account's id: an email address, a user name. Left out: the account's id.",
  }),
  window: integer({
    default: 1,
    min: 0,
    max: 2,
    unit: "steps of 30 seconds",
    about: "So many steps before and after now have codes that are right too, for clocks that differ.",
    source: "RFC 6238 §5.2: at most one is recommended",
  }),
  guessesPerHour: guessesPerHour(),
  guessesInARow: guessesInARow(
    "Wrong guesses in a row after which the app's codes are off until an app is set up anew. One in five is kept for known devices.",
  ),
};

/**
 * Codes of authenticator apps (RFC 6238): SHA-1, six digits, thirty seconds, as every app does them. Throws a TypeError that names the option when one is
 * out of range.
 *
 * @example
 * const factors = createFactors({ secret, accounts, factors: [totp({ label: emailOf }), sms({ transport })] });
 */
export function totp(options: TotpOptions = {}): DefinedFactor {
  const { issuer, label, window, ...limits } = parseOptions("totp", totpSchema, options);
  const secretsOf = (kit: FactorKit<SecretOnFile>) => createSecrets(kit, window);

  async function labelOf(account: string): Promise<string> {
    const answer: unknown = label === undefined ? account : await label(account);
    if (typeof answer !== "string" || answer.trim() === "")
      throw wrongAnswer("totp: label", answer, "a text");
    return answer;
  }

  return defineFactor<string, SecretOnFile, never, SecretOnFile>({
    name: "totp",
    amr: "otp",
    class: "app",
    uses: ["login", "step-up", "recovery"],
    texts: totpTexts,
    field: "totp_code",
    // Room for the code in groups, as some apps show it.
    length: 16,
    digits: true,
    limits,
    parse: (response) => readCode(response, DIGITS),
    async onFile(account, kit) {
      const found = await secretsOf(kit).read(account);
      return found && { id: found.id, ...datesOf(found) };
    },
    async judge({ account }, code, kit) {
      return (await secretsOf(kit).judge(account, code)) === "right" ? "right" : "wrong";
    },
    enrol: {
      async begin({ account, locale }, kit) {
        const state = newSecret(kit.clock());
        const { id, secret } = state;
        const uri = keyUri({
          issuer: issuer ?? issuerOf(kit.appName),
          label: await labelOf(account),
          secret,
        });
        const qr = qrSvg(uri, translator(chooseLanguage(locale))("totp.qr"));
        return { state, ttlSeconds: PENDING_SECONDS, shown: { id, secret, uri, qr } };
      },
      async confirm({ account, state }: Enrolment<SecretOnFile>, code, kit) {
        if (state === undefined) return "wrong";
        const said = await secretsOf(kit).confirm(account, state, code);
        return said === "right" ? { outcome: "right", id: state.id } : "wrong";
      },
      remove: (account, id, kit) => secretsOf(kit).remove(account, id),
    },
  });
}

/** Takes over a secret of another system, for an account that has none. */
export function importTotp(kit: FactorKit, account: string, base32: string): Promise<boolean> {
  return createSecrets(kit as unknown as FactorKit<SecretOnFile>, 1).import(account, base32);
}

/** A secret that is shown and not proven is forgotten after this. */
const PENDING_SECONDS = 600;

const datesOf = ({ addedAt, lastUsedAt }: SecretOnFile) => ({
  added_at: new Date(addedAt).toISOString(),
  last_used_at: lastUsedAt === undefined ? null : new Date(lastUsedAt).toISOString(),
});
