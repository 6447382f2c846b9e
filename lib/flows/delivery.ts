import type { CallScript } from "../factors/factor.ts";
import { randomToken } from "../random-bytes.ts";
import { digestKey } from "../secret.ts";
import type { CallbackUrls, DeliveryStatus, StatusReport, Transport } from "../transports/transport.ts";
import { tell, type House } from "./house.ts";
import type { PendingChallenge } from "./session-state.ts";

/** Statuses only move up: late, repeated and out-of-order reports change nothing. */
const RANKS: Readonly<Record<DeliveryStatus, number>> = {
  queued: 1,
  sent: 2,
  ringing: 2,
  answered: 3,
  delivered: 4,
  failed: 4,
  missed: 4,
};

/** Longer than any code lives; reports that come later interest nobody. */
const KEEP_MS = 60 * 60_000;

const statusKey = (house: House, id: string) => digestKey(["delivery", house.tenant, id]);

/** Notes what a provider says became of a message. Answers whether that was news. */
export async function reportDelivery(house: House, provider: string, report: StatusReport): Promise<boolean> {
  const { id, status, price } = report;
  const step = { rank: RANKS[status], value: status };
  const isNews = await house.notes.advance(statusKey(house, id), step, house.clock(), KEEP_MS);
  if (isNews)
    tell(house, "phone_otp_delivery_reported", {
      factor: "",
      purpose: "",
      provider,
      delivery: status,
      price,
    });
  return isNews;
}

/** As if the provider told nothing more: where nothing may have been sent, what became of the others must not be told either. */
export function withoutReports(pending: PendingChallenge): PendingChallenge {
  if (pending.receipts === undefined) return pending;
  const silent = Object.entries(pending.receipts).map(([name, note]) => [name, { ...note, reports: false }]);
  return { ...pending, receipts: Object.fromEntries(silent) as NonNullable<PendingChallenge["receipts"]> };
}

/** What is known of the message that carries a session's pending code. */
export async function deliveryOf(house: House, pending: PendingChallenge): Promise<DeliveryStatus> {
  if (pending.undelivered === true) return "failed";
  const { id, status, reports } = pending.receipts?.[pending.factor] ?? { status: "sent" };
  if (id === undefined || reports !== true) return status;
  const note = await house.notes.read(statusKey(house, id), house.clock());
  const told = note?.split(" ")[1] as DeliveryStatus | undefined;
  return told === undefined || RANKS[told] < RANKS[status] ? status : told;
}

/** Where providers reach this app; undefined until `deliveryStatus` is mounted and the app has a `publicUrl`. */
export interface CallbackBase {
  url: string | undefined;
}

const scriptKey = (house: Pick<House, "tenant">, token: string) => digestKey(["voice", house.tenant, token]);

/** The addresses for one message. A call's script waits under an unguessable token: the code itself stands in no address. */
export async function callbacksFor(
  house: Pick<House, "notes" | "box" | "clock" | "tenant">,
  base: CallbackBase,
  transport: Transport,
  script: CallScript | undefined,
): Promise<CallbackUrls | undefined> {
  if (base.url === undefined || transport.callbacks === undefined) return undefined;
  if (script === undefined) return { base: base.url };
  const token = randomToken();
  const sealed = house.box.seal(JSON.stringify(script), token);
  const now = house.clock();
  await house.notes.put(scriptKey(house, token), sealed, now, Math.max(1, script.expiresAt - now));
  return { base: base.url, voiceToken: token };
}

/** What a call should read out; `once` forgets it, so that a second caller hears nothing. */
export async function callScript(
  house: House,
  token: string,
  once: boolean,
): Promise<CallScript | undefined> {
  const key = scriptKey(house, token);
  const sealed = await (once ? house.notes.take(key, house.clock()) : house.notes.read(key, house.clock()));
  const text = sealed === undefined ? undefined : house.box.open(sealed, token);
  return text === undefined ? undefined : (JSON.parse(text) as CallScript);
}
