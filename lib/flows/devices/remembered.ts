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

type Devices = Pick<Engine, "trusted" | "trust" | "clock" | "tenant">;

/** The devices of an account that are neither forgotten nor over. */
export async function rememberedDevices(
  engine: Devices,
  account: string,
): Promise<{ id: string; name: string; kept: Remembered }[]> {
  if (engine.trust === undefined) return [];
  const now = engine.clock();
  const listed = await engine.trusted.list(devicesOf(engine, { account }), now);
  return listed
    .map(({ id, value }) => ({ id, kept: JSON.parse(value) as Remembered }))
    .filter(({ kept }) => now < kept.expiresAt)
    .map(({ id, kept }) => ({ id, name: kept.name, kept }));
}

/** Whether a device still stands in for the second factor. A session that it opened ends with it. */
export async function isRemembered(
  engine: Devices,
  { account }: { account: string },
  id: string,
): Promise<boolean> {
  return (await rememberedDevices(engine, account)).some((each) => each.id === id);
}
