import { guessesPerHour } from "./guess-options.ts";
import { parseOptions } from "../options.ts";
import { defineFactor } from "./define-factor.ts";
import type { JudgedFactor } from "./factor.ts";
import { canBeNumber, isNumber, numberRequests, shownRequest, type NumberAsked } from "./number-match.ts";
import { trustedDeviceTexts } from "./trusted-device-texts.ts";

/** Options of `trustedDevice`; docs/options.md has every default, unit and range. */
export interface TrustedDeviceOptions {
  /** Wrong guesses of one account in any hour. */
  guessesPerHour?: number;
}

/** The options of `trustedDevice`; the reference page is made from this. */
export const trustedDeviceSchema = {
  guessesPerHour: guessesPerHour(),
};

/** Long enough to fetch a device; short enough to be about this one attempt. */
const LIFE_SECONDS = 300;

/**
 * A device that the account has told to remember it, on which it is still signed in: who tries to get back sees a number, and types it there. It asks at most
 * three times in ten minutes and five times a day, and never while one request waits. Needs `rememberDevice`. Throws a TypeError that names an option out of range.
 *
 * @example
 * const factors = createFactors({ secret, accounts, rememberDevice: {}, factors: [sms({ transport }), trustedDevice()] });
 */
export function trustedDevice(options: TrustedDeviceOptions = {}): JudgedFactor {
  const limits = parseOptions("trustedDevice", trustedDeviceSchema, options);
  return defineFactor<true, never, NumberAsked>({
    name: "trusted-device",
    amr: "user",
    class: "device",
    uses: ["recovery"],
    texts: trustedDeviceTexts,
    prompt: "elsewhere",
    limits,
    check({ remembersDevices }) {
      if (!remembersDevices)
        throw new TypeError('createFactors: rememberDevice must be on for the factor "trusted-device"');
    },
    async onFile(account, kit) {
      const devices = await kit.devices(account);
      return devices.map(({ id, name }) => ({ id, label: name }));
    },
    // The same where there is no device: a number that nobody can type anywhere.
    async begin({ account, state }, kit) {
      const { id, number } = await numberRequests(kit, LIFE_SECONDS).begin(account, state);
      return { state: { request: id }, ttlSeconds: LIFE_SECONDS, shown: { number } };
    },
    // There is nothing to type.
    parse: () => true,
    async judge({ account, state }, _nothing, kit) {
      const requests = numberRequests(kit, LIFE_SECONDS);
      const request = await requests.read(account);
      if (state === undefined || request?.id !== state.request) return "wrong";
      const decision = await requests.decision(request);
      if (decision === undefined) return "pending";
      return decision.approved ? "right" : "wrong";
    },
    approval: {
      by: "device",
      async waiting(account, kit) {
        const requests = numberRequests(kit, LIFE_SECONDS);
        const request = await requests.read(account);
        const waits = request !== undefined && (await requests.decision(request)) === undefined;
        return waits ? [shownRequest(request)] : [];
      },
      async decide(account, id, decision, kit) {
        const requests = numberRequests(kit, LIFE_SECONDS);
        const request = await requests.read(account);
        if (request?.id !== id) return { outcome: "gone" };
        if (decision.approves && !canBeNumber(decision.number)) return { outcome: "unreadable" };
        const approved = decision.approves && isNumber(decision.number, request);
        if (!(await requests.decide(request, { approved, by: account }))) return { outcome: "gone" };
        if (approved) return { outcome: "approved" };
        return { outcome: decision.approves ? "wrong" : "denied" };
      },
    },
  });
}
