import { randomToken } from "../../crypto/random-bytes.ts";
import { digestKey } from "../../crypto/secret.ts";
import type { Engine } from "../engine.ts";

/** Longer than any recovery, and any login that is half done, lives. */
const LIFE_MS = 10 * 86_400_000;

const keyOf = (tenant: string, account: string) => digestKey(["recovered", tenant, account]);

type Parts = Pick<Engine, "notes" | "clock" | "tenant">;

/** The last reset of an account. What was begun before it is over. */
export interface Epoch {
  /** An empty text as long as there was none. */
  id: string;
  /** Milliseconds since the epoch. */
  at: number;
}

const NEVER: Epoch = { id: "", at: 0 };

export async function readEpoch({ notes, clock, tenant }: Parts, account: string): Promise<Epoch> {
  const [at, id] = (await notes.read(keyOf(tenant, account), clock()))?.split(" ") ?? [];
  return id === undefined ? NEVER : { id, at: Number(at) };
}

/** Ends what was begun for the account before. Answers the new epoch. */
export async function renewEpoch({ notes, clock, tenant }: Parts, account: string): Promise<Epoch> {
  const epoch = { id: randomToken(9), at: clock() };
  await notes.put(keyOf(tenant, account), `${epoch.at} ${epoch.id}`, epoch.at, LIFE_MS);
  return epoch;
}
