export interface KeyUri {
  /** The app's name. */
  issuer: string;
  /** Whose secret it is, as the person knows the account: an email address, a user name. */
  label: string;
  /** Base32 without padding. */
  secret: string;
}

/** A longer one makes a QR code that phones do not read from a screen. */
const LONGEST_LABEL = 100;

/**
 * The `otpauth` URI that authenticator apps scan. SHA-1, six digits and thirty seconds are what every app does, so they are left out: some apps refuse
 * them written out, others ignore what differs. The issuer stands in the label and as a parameter, both alike.
 */
export function keyUri({ issuer, label, secret }: KeyUri): string {
  const wellFormed = label.trim().replace(/\p{Surrogate}/gu, "\uFFFD");
  const account = Array.from(wellFormed).slice(0, LONGEST_LABEL).join("");
  const name = encodeURIComponent(issuer);
  return `otpauth://totp/${name}:${encodeURIComponent(account)}?secret=${secret}&issuer=${name}`;
}

/** Undefined for a name that apps show as it is; else what is wrong with it. */
export function issuerFault(issuer: string): string | undefined {
  if (issuer.includes(":")) return 'must have no ":", which apps take for the end of the name';
  if (issuer.trim() !== issuer || issuer === "") return "must be a text without spaces around it";
  if (/\p{Cc}|\p{Surrogate}/u.test(issuer)) return "must be well-formed text without control characters";
  return issuer.length > 64 ? "must have at most 64 characters" : undefined;
}

/** A name that apps show as it is, of one that they may not. */
export function issuerOf(name: string): string {
  const plain = name
    .replace(/[:\p{Cc}\p{Surrogate}]+/gu, " ")
    .replace(/\s+/g, " ")
    .trim();
  return Array.from(plain).slice(0, 32).join("").trim() || "App";
}

/** In groups of four, to be typed from a screen. */
export const inGroups = (secret: string): string => (secret.match(/.{1,4}/g) ?? []).join(" ");
