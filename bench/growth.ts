import { measure, type Bench } from "./rounds.ts";
import type { ServerProcess } from "./server-process.ts";

/** What codes cost when so many others are pending. */
export interface Growth {
  pending: number;
  /** Redis memory of one pending code, all keys of it counted. */
  bytes: number;
  /** Time of a send and its verify, each round as a ratio to the smallest size in the same round. */
  ratios: number[];
}

/** Fills one database for each size and measures them in turns. */
export async function growth(
  server: ServerProcess,
  sizes: readonly number[],
  rounds: number,
  count: number,
  connections: number,
): Promise<Growth[]> {
  const filled: (Growth & { bench: Bench })[] = [];
  for (const [i, pending] of sizes.entries()) {
    const { port } = await server.open({ database: i + 2, sessions: "plain" });
    const bytes = (await server.fill({ port, count: pending })) / pending;
    filled.push({ pending, bytes, ratios: [], bench: { server, port, withCookies: false, connections } });
  }
  for (let round = 0; round <= rounds; round++) {
    let smallest: number | undefined;
    for (const { bench, pending, ratios } of filled) {
      const seconds = await sendAndVerify(bench, pending + round * count, count);
      smallest ??= seconds;
      if (round > 0) ratios.push(seconds / smallest);
    }
  }
  return filled.map(({ pending, bytes, ratios }) => ({ pending, bytes, ratios }));
}

async function sendAndVerify(bench: Bench, from: number, count: number): Promise<number> {
  const send = await measure(bench, "send", from, count);
  const verify = await measure(bench, "verify", from, count);
  return 1 / send.perSecond + 1 / verify.perSecond;
}
