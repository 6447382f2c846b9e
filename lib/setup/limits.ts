import type { SpendingLimits } from "../challenges/spending-plan.ts";
import { custom, integer } from "../options.ts";

/** Limits of an address, a number block and the whole app; docs/limits.md says of each who can use it up. */
export interface LimitsOptions {
  /** The window of the limits of an address. */
  windowMs?: number;
  /** Sends of an address in a window. */
  sendsPerIp?: number;
  /** Guesses of an address in a window. */
  guessesPerIp?: number;
  /** Ceremonies of passkeys that an address begins in a window. */
  ceremoniesPerIp?: number;
  /** Sends of the whole app in a day. */
  sendsPerDay?: number;
  /** Sends to a calling code in a day. */
  sendsPerCallingCodePerDay?: number;
  /** Sends to a calling code in an hour. */
  sendsPerCallingCodePerHour?: number;
  /** Sends to neighbouring numbers. */
  sendsPerBlock?: number;
  /** Pauses sends to a calling code whose codes are not used. */
  breaker?: false | Partial<NonNullable<SpendingLimits["breaker"]>>;
}

const most = (about: string) =>
  custom<number | undefined>({
    default: undefined,
    shape: "an integer, 0 or more",
    is: (value) => Number.isInteger(value) && (value as number) >= 0,
    about,
  });

/** The limits over all accounts; the reference page is made from this. */
export const limitsSchema = {
  windowMs: integer({
    default: 3_600_000,
    min: 1000,
    max: 86_400_000,
    unit: "milliseconds",
    about: "The window of the three limits per client address.",
  }),
  sendsPerIp: integer({
    default: 20,
    min: 0,
    max: 1_000_000,
    about:
      "Sends and look-ups of numbers asked for from one client address (IPv6: one /64) in a window; the operation `phone_send_otp`.",
    source: "OWASP ASVS 5.0 2.4.1",
  }),
  guessesPerIp: integer({
    default: 100,
    min: 0,
    max: 1_000_000,
    about:
      "Codes typed from one client address (IPv6: one /64) in a window; the operation `phone_verify_otp`.",
  }),
  ceremoniesPerIp: integer({
    default: 600,
    min: 0,
    max: 1_000_000,
    about:
      "Options for passkeys and security keys asked for from one client address (IPv6: one /64) in a window; a login page with autofill asks each time that it is opened.",
  }),
  sendsPerDay: most(
    "The budget: sends in one day (UTC), over everything; sign-ups and registrations have half of it. Left out: no budget.",
  ),
  sendsPerCallingCodePerDay: most(
    "Sends to one calling code in one day (UTC); sign-ups and registrations have half. Left out: no budget.",
  ),
  sendsPerCallingCodePerHour: most(
    "Sends to one calling code in one hour; sign-ups and registrations have half. Left out: no cap.",
  ),
  sendsPerBlock: integer({
    default: 30,
    min: 0,
    max: 255,
    about:
      "Sends to one block of 1000 neighbouring numbers in ten minutes, each for logins on new devices, registrations and sign-ups.",
    source: "Twilio fraud guide: sends to the same range",
  }),
  breaker: custom<false | Partial<NonNullable<SpendingLimits["breaker"]>>>({
    default: {},
    shape: "false, or { share? (0 to 1), minimum? (1 or more), pauseSeconds? (60 or more) }",
    is: isBreaker,
    about:
      "Pauses a calling code when, of at least `minimum` sends (20) in an hour, less than `share` (0.1) were verified; after `pauseSeconds` (3600) one send is let through, and its code ends the pause. Each for logins on new devices, registrations and sign-ups.",
    source: "Twilio fraud guide: conversion rates; the figures are our own",
  }),
};

const BREAKER = { share: 0.1, minimum: 20, pauseSeconds: 3600 };

export function spendingLimits(parsed: {
  [Name in keyof typeof limitsSchema]: (typeof limitsSchema)[Name]["default"];
}): SpendingLimits {
  const { sendsPerDay, sendsPerCallingCodePerDay, sendsPerCallingCodePerHour, sendsPerBlock, breaker } =
    parsed;
  return {
    sendsPerDay,
    sendsPerCallingCodePerDay,
    sendsPerCallingCodePerHour,
    sendsPerBlock,
    breaker: breaker === false ? undefined : { ...BREAKER, ...breaker },
  };
}

function isBreaker(value: unknown): boolean {
  if (value === false) return true;
  if (typeof value !== "object" || value === null) return false;
  const { share = 0, minimum = 1, pauseSeconds = 60, ...rest } = value as Record<string, unknown>;
  return (
    Object.keys(rest).length === 0 &&
    typeof share === "number" &&
    share >= 0 &&
    share <= 1 &&
    Number.isInteger(minimum) &&
    (minimum as number) >= 1 &&
    Number.isInteger(pauseSeconds) &&
    (pauseSeconds as number) >= 60
  );
}

/**
 * The limits per client address from the environment: `AUTH_OTP_RATE_LIMIT_WINDOW_MS` and `AUTH_OTP_RATE_LIMIT_MAX_REQUESTS`,
 * for sends and for guesses alike. What is not set keeps its default. Throws a TypeError that names the variable.
 *
 * @example
 * createFactors({ limits: limitsFromEnv(process.env), ... });
 */
export function limitsFromEnv(
  env: Readonly<Record<string, string | undefined>>,
  { prefix = "AUTH_OTP_" }: { prefix?: string } = {},
): LimitsOptions {
  const read = (name: string, { min, max }: { min: number; max: number }) => {
    const text = env[`${prefix}${name}`]?.trim() ?? "";
    if (text === "") return undefined;
    const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
    if (!(value >= min && value <= max))
      throw new TypeError(`${prefix}${name} must be an integer from ${min} to ${max}`);
    return value;
  };
  const windowMs = read("RATE_LIMIT_WINDOW_MS", { min: 1000, max: 86_400_000 });
  const requests = read("RATE_LIMIT_MAX_REQUESTS", { min: 0, max: 1_000_000 });
  return {
    ...(windowMs === undefined ? {} : { windowMs }),
    ...(requests === undefined ? {} : { sendsPerIp: requests, guessesPerIp: requests }),
  };
}
