import { domainToASCII } from "node:url";

/** RFC 5321 §4.5.3.1: octets of a local part, and of a path without its angle brackets. */
const LONGEST_LOCAL = 64;
const LONGEST = 254;

/** RFC 5321 §4.1.2, Dot-string: no quotes, so no character that a list, a group or a name is made of. */
const LOCAL = /^[\w!#$%&'*+/=?^`{|}~-]+(?:\.[\w!#$%&'*+/=?^`{|}~-]+)*$/;
/** Letters, digits, hyphens and dots of any script, before they are mapped to ASCII: what a URL's host would decode is not read as a name. */
const NAME = /^[\p{L}\p{M}\p{N}.\u3002-]+$/u;
const LABEL = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
/** Two labels at least, the last not of digits only: no bare host, no IP address. */
const TOP = /^(?=.*[a-z]).{2,}$/;

/** Spaces, tabs and marks that nobody sees, which come along when an address is pasted. A line break does not. */
const AROUND = /^[^\S\r\n]+|[^\S\r\n]+$|^\p{Cf}+|\p{Cf}+$/gu;

/**
 * Reads one email address, in its one canonical form: the domain in lower case and ASCII (RFC 5321 §2.4, RFC 5891), the local part as it is, because only
 * its own server knows which spellings are one mailbox. Undefined for anything else: a list, a group, a name with an address, quotes, comments, line
 * breaks, other scripts in the local part.
 */
export function parseEmail(typed: unknown): string | undefined {
  if (typeof typed !== "string" || typed.length > 2 * LONGEST) return undefined;
  const [local, domain, ...more] = typed.replace(AROUND, "").split("@");
  if (local === undefined || domain === undefined || more.length > 0) return undefined;
  if (!LOCAL.test(local) || local.length > LONGEST_LOCAL || !NAME.test(domain)) return undefined;
  const ascii = domainToASCII(domain);
  const labels = ascii.split(".");
  if (labels.length < 2 || !labels.every((label) => LABEL.test(label)) || !TOP.test(labels.at(-1) as string))
    return undefined;
  const address = `${local}@${ascii}`;
  return address.length > LONGEST ? undefined : address;
}

/** `a***@example.net`: the first character and the domain; of a local part of one character not even that. */
export function emailDisplay(address: string): string {
  const at = address.lastIndexOf("@");
  return `${at > 1 ? address.charAt(0) : ""}***${address.slice(at)}`;
}

/** What stands behind the `@`. */
export const domainOf = (address: string): string => address.slice(address.lastIndexOf("@") + 1);
