/** Checks of transport options. Errors name the option and never show the value: it may be a secret. */

export function textOption(name: string, option: string, value: unknown): string | undefined {
  if (value === undefined) return undefined;
  // What stands in a header must not end it.
  if (typeof value === "string" && value !== "" && !/\p{Cc}/u.test(value)) return value;
  throw new TypeError(`${name}: ${option} must be a text that is not empty and has no control characters`);
}

/** A text that a header can carry. */
export function headerOption(name: string, option: string, value: unknown): string | undefined {
  const text = textOption(name, option, value);
  if (text === undefined || /^[\x21-\x7E]+$/.test(text)) return text;
  throw new TypeError(`${name}: ${option} must be of printable ASCII characters without spaces`);
}

export function requiredText(name: string, option: string, value: unknown): string {
  const text = textOption(name, option, value);
  if (text === undefined) throw new TypeError(`${name}: ${option} is required`);
  return text;
}

export function urlOption(
  name: string,
  option: string,
  value: unknown,
  { httpsOnly }: { httpsOnly: boolean },
): string {
  const text = requiredText(name, option, value);
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol))
    throw new TypeError(`${name}: ${option} must be an http or https address`);
  if (url.username !== "" || url.password !== "")
    throw new TypeError(`${name}: ${option} must hold no user or password`);
  // What stays on the machine needs no TLS.
  const staysHere = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(url.hostname);
  if (httpsOnly && !staysHere && url.protocol !== "https:")
    throw new TypeError(`${name}: ${option} must be an https address in production`);
  return url.href;
}

export const DEFAULT_TIMEOUT_MS = 5000;

export function boundedTimeout(name: string, value: unknown): number {
  if (value === undefined) return DEFAULT_TIMEOUT_MS;
  if (Number.isInteger(value) && (value as number) >= 1 && (value as number) <= 30_000)
    return value as number;
  throw new TypeError(`${name}: timeoutMs must be an integer from 1 to 30000`);
}
