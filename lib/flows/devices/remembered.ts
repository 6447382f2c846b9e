import { digestKey } from "../../crypto/secret.ts";
import type { Engine } from "../engine.ts";

/** What is kept of a remembered device. Times are milliseconds since the epoch. */
export interface Remembered {
  /** SHA-256 of the secret that the browser holds: 128 bits that nobody can guess need no more. */
  hash: string;
  /** The hash before; its secret was replaced at `usedAt`. */
  previous?: string;
  name: string;
  addedAt: number;
  usedAt: number;
  expiresAt: number;
  logins: number;
}

/** Under which an account's devices are kept. */
export const devicesOf = (engine: Pick<Engine, "tenant">, { account }: { account: string }): string =>
  digestKey(["trusted", engine.tenant, account]);

/** Whether a device still stands in for the second factor: neither forgotten nor over. A session that it opened ends with it. */
export async function isRemembered(
  engine: Pick<Engine, "trusted" | "trust" | "clock" | "tenant">,
  context: { account: string },
  id: string,
): Promise<boolean> {
  if (engine.trust === undefined) return false;
  const now = engine.clock();
  const found = (await engine.trusted.list(devicesOf(engine, context), now)).find((each) => each.id === id);
  return found !== undefined && now < (JSON.parse(found.value) as Remembered).expiresAt;
}
