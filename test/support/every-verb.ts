import { expect } from "chai";
import { isFactorError } from "../../lib/errors.ts";
import type { Store } from "../../lib/stores/store.ts";
import { until } from "./redis-server.ts";
import { asker, DEFAULTS } from "./store-scene.ts";

export async function refused(act: () => Promise<unknown>): Promise<void> {
  const began = performance.now();
  const error = await act().then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(performance.now() - began).to.be.lessThan(1000);
  if (!isFactorError(error)) throw new Error(`store_unavailable was expected, got ${String(error)}`);
  expect(error.code).to.equal("store_unavailable");
  expect(error.details.retryAfter).to.equal(1);
  expect(error.cause).to.be.instanceOf(Error);
}

const CREDENTIAL = { tenant: "t", account: "ann", kind: "totp", id: "1", value: "value" };
const RECORD = { sealed: "sealed", fingerprint: "fingerprint" };
const FLOW = { generation: 1, state: "offer", value: "value" };
const DEVICES = { most: 3, ttlMs: 60_000 };

/** In an order in which each finds what it needs. */
export function everyVerb(store: Store): [string, () => Promise<unknown>][] {
  const me = asker({ store, salt: "" });
  const { credentials, notes, flows, records, trusted } = store;
  const now = me.now();
  const guesses = DEFAULTS.guesses;
  return [
    ["ping", () => store.ping()],
    ["issue", () => me.issue()],
    ["read", () => me.read()],
    ["verify wrong", () => me.wrong()],
    ["takeBack", () => store.takeBack({ keys: me.keys, now })],
    ["verify right", () => me.right()],
    ["revoke", () => me.revoke(true)],
    ["reset", () => store.reset(me.keys.failures)],
    ["unlock", () => store.unlock(me.keys.guesses)],
    ["guesses.count", () => store.guesses.count({ keys: me.keys, now, guesses })],
    ["guesses.clear", () => store.guesses.clear(me.keys, now)],
    ["credentials.add", () => credentials.add(CREDENTIAL, 1)],
    ["credentials.list", () => credentials.list("t", "ann", "totp")],
    ["credentials.find", () => credentials.find("t", "totp", "1")],
    ["credentials.replace", () => credentials.replace(CREDENTIAL, "other")],
    ["credentials.scan", () => credentials.scan("t", "")],
    ["credentials.remove", () => credentials.remove(CREDENTIAL)],
    ["credentials.removeAll", () => credentials.removeAll("t", "ann")],
    ["notes.put", () => notes.put("note", "text", now, 60_000)],
    ["notes.read", () => notes.read("note", now)],
    ["notes.take", () => notes.take("note", now)],
    ["notes.advance", () => notes.advance("status", { rank: 1, value: "sent" }, now, 60_000)],
    ["flows.put", () => flows.put("flow", FLOW, now, 60_000)],
    ["flows.read", () => flows.read("flow", now)],
    ["flows.move", () => flows.move("flow", { from: FLOW, to: { ...FLOW, generation: 2 } }, now, 60_000)],
    ["flows.remove", () => flows.remove("flow")],
    ["records.write", () => records.write({ id: "id", record: RECORD, taken: ["other"], before: undefined })],
    ["records.read", () => records.read("id")],
    ["records.find", () => records.find(["fingerprint"])],
    ["records.scan", () => records.scan("")],
    ["records.remove", () => records.remove("id", RECORD)],
    ["trusted.add", () => trusted.add("account", "1", "value", now, DEVICES)],
    ["trusted.list", () => trusted.list("account", now)],
    ["trusted.replace", () => trusted.replace("account", "1", { before: "value", after: "other" }, now)],
    ["trusted.remove", () => trusted.remove("account", "1")],
    ["trusted.removeAll", () => trusted.removeAll("account")],
  ];
}

export async function outcome(name: string, act: () => Promise<unknown>): Promise<string> {
  const answer = await act().then(
    () => "answered",
    (error: unknown) => (isFactorError(error) ? error.code : "another error"),
  );
  return `${name}: ${answer}`;
}

export async function refusesAll(store: Store): Promise<void> {
  await Promise.all(everyVerb(store).map(([, verb]) => refused(verb)));
}

export async function worksWithinASecond(store: Store): Promise<void> {
  const began = performance.now();
  await until(
    () =>
      store.ping().then(
        () => true,
        () => false,
      ),
    2000,
  );
  expect(performance.now() - began).to.be.lessThan(1000);
}
