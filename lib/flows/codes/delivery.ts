import { namesOf } from "../../factors/code-names.ts";
import { sendsCode } from "../../factors/define-factor.ts";
import type { CallScript } from "../../factors/factor.ts";
import type { FactorEventName } from "../../events.ts";
import { randomToken } from "../../crypto/random-token.ts";
import { digestKey } from "../../crypto/secret.ts";
import {
  priceOf,
  type CallbackUrls,
  type DeliveryStatus,
  type StatusReport,
  type Transport,
} from "../../transports/transport.ts";
import { wrongAnswer } from "../../wrong-answer.ts";
import { emit, type Engine } from "../engine.ts";
import type { PendingNote } from "./pending.ts";

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

const isStatus = (value: unknown): value is DeliveryStatus =>
  typeof value === "string" && Object.hasOwn(RANKS, value);

/** Longer than any code lives; reports that come later interest nobody. */
const KEEP_MS = 60 * 60_000;

const statusKey = (engine: Engine, id: string) => digestKey(["delivery", engine.tenant, id]);

/** Notes what a provider says became of a message. Answers whether that was news. */
export async function reportDelivery(
  engine: Engine,
  provider: string,
  report: StatusReport,
): Promise<boolean> {
  const { id, status, price, refusal } = report;
  if (typeof id !== "string" || id === "") throw wrongAnswer(`${provider}: id`, id, "a text");
  if (!isStatus(status)) throw wrongAnswer(`${provider}: status`, status, "one of the known statuses");
  const step = { rank: RANKS[status], value: refusal === undefined ? status : `${status}:${refusal}` };
  const isNews = await engine.notes.advance(statusKey(engine, id), step, engine.clock(), KEEP_MS);
  if (isNews)
    emit(engine, reportedBy(engine, provider), {
      factor: "",
      purpose: "",
      provider,
      delivery: status,
      reason: refusal,
      price: priceOf(price),
    });
  return isNews;
}

/** A report names its message and nothing else: it is told of as those of the first factor are that this provider carries. */
function reportedBy(engine: Engine, provider: string): FactorEventName {
  const factor = engine.factors
    .filter(sendsCode)
    .find(({ code }) => code.transport.callbacks?.some(({ path }) => path === provider));
  return namesOf(factor?.code.destination.kind ?? "").events.reported;
}

/** What became of a message, as doors show it. */
export interface Delivery {
  /** What is known of its delivery. */
  delivery: DeliveryStatus;
  /** With `failed`: one of our error codes, where the provider said what the person should know. */
  delivery_reason?: string;
}

/** Nothing came of it that anybody could type. */
export const isLost = (status: DeliveryStatus): boolean => status === "failed" || status === "missed";

/** As if the provider told nothing more: where nothing may have been sent, what became of the others must not be told either. */
export function withoutReports(note: PendingNote): PendingNote {
  if (note.receipts === undefined) return note;
  const silent = Object.entries(note.receipts).map(([name, each]) => [name, { ...each, reports: false }]);
  return { ...note, receipts: Object.fromEntries(silent) as NonNullable<PendingNote["receipts"]> };
}

/** What is known of the message by which this factor carries a pending code. */
export async function deliveryOf(engine: Engine, note: PendingNote, factor: string): Promise<Delivery> {
  if (note.undelivered === true) return { delivery: "failed" };
  const { id, status, reports } = note.receipts?.[factor] ?? { status: "sent" };
  if (id === undefined || reports !== true) return { delivery: status };
  const reported = await engine.notes.read(statusKey(engine, id), engine.clock());
  const [told, reason] = reported?.split(" ")[1]?.split(":") ?? [];
  if (!isStatus(told) || RANKS[told] < RANKS[status]) return { delivery: status };
  return { delivery: told, ...(reason === undefined ? {} : { delivery_reason: reason }) };
}

/** Where providers reach this app; undefined until `deliveryStatus` is mounted and the app has a `publicUrl`. */
export interface CallbackBase {
  url: string | undefined;
}

const scriptKey = (engine: Pick<Engine, "tenant">, token: string) =>
  digestKey(["voice", engine.tenant, token]);

/** The addresses for one message. A call's script waits under an unguessable token: the code itself stands in no address. */
export async function callbacksFor(
  engine: Pick<Engine, "notes" | "box" | "clock" | "tenant">,
  base: CallbackBase,
  transport: Transport,
  script: CallScript | undefined,
): Promise<CallbackUrls | undefined> {
  if (base.url === undefined || transport.callbacks === undefined) return undefined;
  if (script === undefined) return { base: base.url };
  const token = randomToken();
  const sealed = engine.box.seal(JSON.stringify(script), token);
  const now = engine.clock();
  await engine.notes.put(scriptKey(engine, token), sealed, now, Math.max(1, script.expiresAt - now));
  return { base: base.url, voiceToken: token };
}

/** What a call should read out; `once` forgets it, so that a second caller hears nothing. */
export async function callScript(
  engine: Engine,
  token: string,
  once: boolean,
): Promise<CallScript | undefined> {
  const key = scriptKey(engine, token);
  const sealed = await (once
    ? engine.notes.take(key, engine.clock())
    : engine.notes.read(key, engine.clock()));
  const text = sealed === undefined ? undefined : engine.box.open(sealed, token);
  return text === undefined ? undefined : (JSON.parse(text) as CallScript);
}
