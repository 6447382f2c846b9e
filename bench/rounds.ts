import { load } from "./load.ts";
import { addressOf, cookieOf, RIGHT_CODE, WRONG_CODE } from "./people.ts";
import type { RoundTrips } from "./round-trips.ts";
import type { ServerProcess } from "./server-process.ts";

export const STEPS = {
  floor: { path: "/floor", body: { pin_number: RIGHT_CODE }, status: 200 },
  send: { path: "/sms_verification/challenge", body: {}, status: 201 },
  wrong: { path: "/sms_verification", body: { pin_number: WRONG_CODE }, status: 400 },
  verify: { path: "/sms_verification", body: { pin_number: RIGHT_CODE }, status: 200 },
  /** The floor, and a new session id as after a right code: what that alone costs. */
  renew: { path: "/floor/renewed", body: { pin_number: RIGHT_CODE }, status: 200 },
} as const;

export type Step = keyof typeof STEPS;
export const MEASURED: Step[] = ["send", "wrong", "verify", "renew"];

export interface Sample {
  perSecond: number;
  /** Microseconds of the server's CPU time for one request. */
  cpu: number;
}

/** One step of one round, with what the floor did just before and just after. */
export interface Pair {
  step: Step;
  sample: Sample;
  floor: Sample;
}

export interface Bench {
  server: ServerProcess;
  port: number;
  withCookies: boolean;
  connections: number;
}

/** Sends one step of people `from` to `from + count`. */
export async function measure(
  { server, port, withCookies, connections }: Bench,
  step: Step,
  from: number,
  count: number,
): Promise<Sample> {
  const headers = (n: number) =>
    `X-Person: ${n}\r\nX-Forwarded-For: ${addressOf(n)}\r\n${withCookies ? `Cookie: ${cookieOf(n)}\r\n` : ""}`;
  const before = await server.cpu();
  const seconds = await load({ ...STEPS[step], port, headers, from, count, connections });
  const cpu = (await server.cpu()) - before;
  return { perSecond: count / seconds, cpu: cpu / count };
}

/** Rounds of floor, send, floor, wrong guess, floor, right guess, floor, new session id, floor: whatever else the machine does hits neighbours alike. */
export async function alternate(bench: Bench, rounds: number, count: number): Promise<Pair[]> {
  const pairs: Pair[] = [];
  // The round before the first only warms up.
  for (let round = 0; round <= rounds; round++) {
    const from = round * count;
    const newSessions = () => bench.server.prepare({ port: bench.port, from, count });
    await newSessions();
    let before = await measure(bench, "floor", from, count);
    for (const step of MEASURED) {
      const sample = await measure(bench, step, from, count);
      // These end the sessions that they came with, and a floor without sessions has less to do.
      if (step === "verify" || step === "renew") await newSessions();
      const after = await measure(bench, "floor", from, count);
      if (round > 0) pairs.push({ step, sample, floor: mean(before, after) });
      before = after;
    }
  }
  return pairs;
}

/** What a single request of each step asks of Redis. `person` must be somebody new. */
export async function countRoundTrips(bench: Bench, person: number): Promise<Map<Step, RoundTrips>> {
  const { server, port } = bench;
  const newSession = () => server.prepare({ port, from: person, count: 1 });
  await newSession();
  const counted = new Map<Step, RoundTrips>();
  for (const step of ["floor", ...MEASURED] as Step[]) {
    if (step === "renew") await newSession();
    await server.watch({ port });
    await measure(bench, step, person, 1);
    counted.set(step, await server.watched());
  }
  return counted;
}

function mean(a: Sample, b: Sample): Sample {
  return { perSecond: 2 / (1 / a.perSecond + 1 / b.perSecond), cpu: (a.cpu + b.cpu) / 2 };
}
