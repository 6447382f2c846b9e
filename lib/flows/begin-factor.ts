import { FactorError, tooManyRequests } from "../errors.ts";
import type { FactorAttempt, FactorUse } from "../factors/definition.ts";
import type { DefinedFactor } from "../factors/define-factor.ts";
import { digestKey } from "../secret.ts";
import { wrongAnswer } from "../wrong-answer.ts";
import { occasionOf } from "./challenge.ts";
import { tell, type House } from "./house.ts";
import { bindingOf } from "./pending.ts";
import type { SessionState } from "./session-state.ts";
import type { Visit } from "./visit.ts";

/** What a factor that was made by `defineFactor` has begun, as doors show it. */
export interface Begin {
  method: string;
  expires_in_seconds: number;
  shown: Readonly<Record<string, unknown>>;
}

const HOUR_MS = 3_600_000;
const MOST_SECONDS = 600;

export const useOf = (state: SessionState): FactorUse => (state.passed.length > 0 ? "step-up" : "login");

/** Whether a factor proves for this use; throws `not_enrolled` where it does not, or the account has none. Answers what may be shown of it. */
export async function onFileFor(
  house: House,
  visit: Visit,
  { name, definition }: DefinedFactor,
  use: FactorUse,
): Promise<Readonly<Record<string, unknown>>> {
  const { uses = ["login", "step-up"] } = definition;
  const who = `factor "${name}": onFile`;
  const onFile: unknown = uses.includes(use)
    ? await house.inTime(who, () => definition.onFile(visit.account, house.tools.kit(name)))
    : undefined;
  if (onFile === undefined) throw new FactorError("not_enrolled");
  if (!isRecord(onFile)) throw wrongAnswer(who, onFile, "an object or undefined");
  return onFile;
}

/**
 * Lets a factor send, or make, what is answered afterwards; what it leaves is kept for this session. Throws `not_enrolled`, `too_many_requests`,
 * `delivery_failed`.
 */
export async function beginFactor(house: House, visit: Visit, factor: DefinedFactor): Promise<Begin> {
  const { name, definition } = factor;
  const { begin } = definition;
  if (begin === undefined) throw new TypeError(`factor "${name}" has nothing to begin`);
  const state = await house.sessions.open(visit);
  await house.sends.consume(visit.ip);
  const purpose = useOf(state);
  await onFileFor(house, visit, factor, purpose);
  await takeSlot(house, visit, factor);
  const attempt: FactorAttempt = { account: visit.account, purpose, locale: visit.locale, held: undefined };
  const who = `factor "${name}": begin`;
  let answer: unknown;
  try {
    answer = await house.inTime(who, () => begin(attempt, house.tools.kit(name)));
  } catch (cause) {
    const failed = new FactorError("delivery_failed", { cause });
    house.onError(failed);
    throw failed;
  }
  if (!isRecord(answer)) throw wrongAnswer(who, answer, "an object with held");
  const { held, ttlSeconds = 300, shown = {} } = answer;
  const text = JSON.stringify(held) as string | undefined;
  if (text === undefined) throw wrongAnswer(`${who}: held`, held, "what JSON can say");
  if (!Number.isInteger(ttlSeconds) || (ttlSeconds as number) < 1 || (ttlSeconds as number) > MOST_SECONDS)
    throw wrongAnswer(`${who}: ttlSeconds`, ttlSeconds, `a whole number from 1 to ${MOST_SECONDS}`);
  if (!isRecord(shown)) throw wrongAnswer(`${who}: shown`, shown, "an object");
  const seconds = ttlSeconds as number;
  const key = heldKey(house, visit, name);
  const until = house.clock() + seconds * 1000;
  const sealed = house.box.seal(JSON.stringify({ text, until }), key);
  await house.notes.put(key, sealed, house.clock(), seconds * 1000);
  tell(house, "factor_begun", { ...occasionOf(visit, factor), purpose });
  return { method: name, expires_in_seconds: seconds, shown };
}

/** What `begin` left for this session, and forgetting it once: of all who ask at once, one gets it. */
export interface HeldNote {
  held: unknown;
  use(): Promise<boolean>;
}

export async function heldOf(house: House, visit: Visit, name: string): Promise<HeldNote | undefined> {
  const key = heldKey(house, visit, name);
  const sealed = await house.notes.read(key, house.clock());
  const opened = sealed === undefined ? undefined : house.box.open(sealed, key);
  if (opened === undefined) return undefined;
  const { text, until } = JSON.parse(opened) as { text: string; until: number };
  if (house.clock() >= until) return undefined;
  return {
    held: JSON.parse(text) as unknown,
    use: async () => (await house.notes.take(key, house.clock())) === sealed,
  };
}

const heldKey = (house: House, visit: Visit, name: string) =>
  digestKey(["held", house.tenant, visit.account, bindingOf(visit, name)]);

/** So many begins have a place in any hour; who finds none free waits for the oldest. Each place is taken in one step. */
async function takeSlot(house: House, visit: Visit, { name, beginsPerHour }: DefinedFactor): Promise<void> {
  const lane = house.devices.laneOf(visit.request, visit.account);
  const now = house.clock();
  let oldest = now;
  for (let slot = 0; slot < beginsPerHour; slot++) {
    const key = digestKey(["begin", house.tenant, visit.account, name, lane, String(slot)]);
    if (await house.notes.advance(key, { rank: 1, value: String(now) }, now, HOUR_MS)) return;
    // A note that was advanced is "rank value".
    const taken = (await house.notes.read(key, now))?.split(" ")[1];
    oldest = Math.min(oldest, Number(taken ?? now));
  }
  throw tooManyRequests(oldest + HOUR_MS - now);
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
