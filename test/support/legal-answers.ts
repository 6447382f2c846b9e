import { types } from "node:util";
import type { Fault } from "./faults.ts";
import { ODD } from "./odd-values.ts";

const none = (value: unknown) => value === undefined || value === null;
const text = (value: unknown) => typeof value === "string";
const anything = () => true;
/** Whatever is read of an app's user is read by its own `accounts`. */
const user = (value: unknown) =>
  none(value) || (value !== "" && ["object", "string", "number", "bigint"].includes(typeof value));
const yesOrNo = (value: unknown) => typeof value === "boolean";

/** Of the odd values, those that are an answer by the function's contract. Nobody looks at what a void function answers. */
const LEGAL: Readonly<Record<string, (value: unknown) => boolean>> = {
  "accounts.id": (value) => text(value) && value !== "" && (value as string).length <= 200,
  "accounts.phone": none,
  "accounts.phoneTaken": yesOrNo,
  "accounts.setPhone": yesOrNo,
  "accounts.createFromPhone": user,
  "accounts.byPhone": user,
  "accounts.byEmail": user,
  "accounts.byId": user,
  "accounts.find": user,
  "accounts.locale": (value) => none(value) || text(value),
  "provider.isAuthentic": yesOrNo,
  "provider.read": (value) => value === undefined,
  "store.amend": yesOrNo,
  "store.flows.put": anything,
  "store.flows.move": yesOrNo,
  "store.flows.remove": anything,
  "store.unlock": anything,
  "store.revoke": anything,
  "store.reset": anything,
  "store.guesses.clear": anything,
  "store.credentials.replace": yesOrNo,
  "store.credentials.list": (value) => Array.isArray(value) && value.length === 0,
  "store.trusted.add": anything,
  "store.trusted.remove": anything,
  "store.trusted.removeAll": anything,
  "store.notes.put": anything,
  "store.notes.read": (value) => value === undefined || text(value),
  "store.notes.take": (value) => value === undefined || text(value),
  "store.notes.drop": anything,
  "store.notes.advance": yesOrNo,
  "store.trusted.list": (value) => Array.isArray(value) && value.length === 0,
  "store.trusted.replace": yesOrNo,
  beforeSend: (value) => value === undefined || value === true,
  check: (value) => value === undefined,
  authorize: yesOrNo,
};

/** Told, and nothing hangs on it. */
const UNNEEDED = ["notify", "onError", "logger.info", "logger.warn"];
/** Where a door can do without: a device is not remembered, the lock of a registration ends by itself, an outcome is not imitated, what the provider said is not kept. */
const SPARED: Readonly<Record<string, readonly string[]>> = {
  "store.notes.put": ["a managed send", "a managed code"],
  "store.amend": ["a call"],
  "store.trusted.add": ["a code, and the device remembered"],
  "store.notes.drop": [
    "the code of a registration",
    "new backup codes",
    "a backup code",
    "rest confirmSetup",
  ],
};

/** Whether the request may go well all the same. */
export function mayPass(scene: string, { target, mode, value }: Fault): boolean {
  if (UNNEEDED.includes(target) || SPARED[target]?.includes(scene) === true) return true;
  const odd = ODD[value]?.[1]();
  if (types.isPromise(odd)) odd.catch(() => undefined);
  // A callback without an error is a success, whoever calls it.
  if (
    target === "session.save" ||
    target === "session.regenerate" ||
    target === "logIn" ||
    target === "verify"
  )
    return mode === "rejects" && none(odd);
  if (target === "view") return false;
  return mode === "answers" && (LEGAL[target]?.(odd) ?? false);
}
