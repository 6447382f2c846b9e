import { digestKey } from "../secret.ts";
import type { House } from "./house.ts";

/** What is kept of a remembered device. Times are milliseconds since the epoch. */
export interface Remembered {
  /** SHA-256 of the secret that the browser holds: 128 random bits need no more. */
  hash: string;
  name: string;
  addedAt: number;
  usedAt: number;
  expiresAt: number;
  logins: number;
}

/** Under which an account's devices are kept. */
export const devicesOf = (house: Pick<House, "tenant">, { account }: { account: string }): string =>
  digestKey(["trusted", house.tenant, account]);

/** Whether a device still stands in for the second factor: neither forgotten nor over. A session that it opened ends with it. */
export async function isRemembered(
  house: Pick<House, "trusted" | "trust" | "clock" | "tenant">,
  visit: { account: string },
  id: string,
): Promise<boolean> {
  if (house.trust === undefined) return false;
  const now = house.clock();
  const found = (await house.trusted.list(devicesOf(house, visit), now)).find((each) => each.id === id);
  return found !== undefined && now < (JSON.parse(found.value) as Remembered).expiresAt;
}
