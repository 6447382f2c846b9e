import type { Clock } from "../../clock.ts";
import { randomToken } from "../../crypto/random-token.ts";
import { digestKey, type SecretBox } from "../../crypto/secret.ts";
import { emit, type Engine } from "../engine.ts";
import type { Notes } from "../../stores/notes.ts";
import { undo } from "../undone.ts";
import { PERMIT_MS } from "./record.ts";

/**
 * A reset that waits. Its recovery is over as soon as its hold is gone: by the link that its owner was sent, by the owner's login, or by another recovery of the
 * account that has proven something. An account has one at most.
 */
interface Parts {
  notes: Notes;
  box: SecretBox;
  clock: Clock;
  tenant: string;
}

const holdKey = (tenant: string, id: string) => digestKey(["hold", tenant, id]);
const ofAccount = (tenant: string, account: string) => digestKey(["hold of", tenant, account]);
const linkKey = (tenant: string, token: string) => digestKey(["hold ended by", tenant, token]);

/** Until the permit behind it is over, however late somebody comes for it. */
const lifeOf = (holdMs: number) => holdMs + 2 * PERMIT_MS;

/** Begins it, in the place of any other of the account. Answers the token that ends it. */
export async function beginHold(
  engine: Engine,
  { account, id, holdMs }: { account: string; id: string; holdMs: number },
): Promise<string> {
  await endHold(engine, account, "another");
  const { notes, box, clock, tenant } = engine;
  const token = randomToken(16);
  const key = linkKey(tenant, token);
  const life = lifeOf(holdMs);
  await notes.put(key, box.seal(JSON.stringify({ account, id }), key), clock(), life);
  await notes.put(ofAccount(tenant, account), id, clock(), life);
  await notes.put(holdKey(tenant, id), "held", clock(), life);
  return token;
}

export async function isHeld({ notes, clock, tenant }: Parts, id: string): Promise<boolean> {
  return (await notes.read(holdKey(tenant, id), clock())) !== undefined;
}

/** Of all who would end it and the one who would set the password, one is first. */
export async function takeHold({ notes, clock, tenant }: Parts, id: string): Promise<boolean> {
  return (await notes.take(holdKey(tenant, id), clock())) !== undefined;
}

/** The password was not written: it may still be ended, or gone on with. */
export async function giveBackHold({ notes, clock, tenant }: Parts, id: string): Promise<void> {
  await notes.put(holdKey(tenant, id), "held", clock(), PERMIT_MS);
}

/** Ends what waits for an account, whoever began it. */
export async function endHold(engine: Engine, account: string, reason: "another" | "login"): Promise<void> {
  const { notes, clock, tenant } = engine;
  const id = await notes.read(ofAccount(tenant, account), clock());
  if (id === undefined || !(await takeHold(engine, id))) return;
  emit(engine, "recovery_cancelled", { account, factor: "", purpose: "recovery", reason });
}

/** The owner has signed in, and passed a factor: nobody else's reset goes on beside that. Where it cannot be ended now, it is in a moment. */
export async function endHoldAtLogin(engine: Engine, account: string): Promise<void> {
  if ((engine.recovers.settings()?.holdHours ?? 0) === 0) return;
  await undo(engine, async () => endHold(engine, account, "login"));
}

/** Ends the one that a link in a mail is about. Answers false for whatever else was posted, and for one that is over. */
export async function cancelHold(engine: Engine, typed: unknown, ip: string | undefined): Promise<boolean> {
  await engine.guesses.consume(ip);
  const token = typeof typed === "string" ? typed.trim().split("#").at(-1) : undefined;
  if (token === undefined || !/^[\w-]{22}$/.test(token)) return false;
  const { notes, box, clock, tenant } = engine;
  const key = linkKey(tenant, token);
  const sealed = await notes.read(key, clock());
  const text = sealed === undefined ? undefined : box.open(sealed, key);
  if (text === undefined) return false;
  const { account, id } = JSON.parse(text) as { account: string; id: string };
  if (!(await takeHold(engine, id))) return false;
  emit(engine, "recovery_cancelled", { account, factor: "", purpose: "recovery", ip, reason: "link" });
  return true;
}
