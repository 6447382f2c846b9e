import { Redis } from "ioredis";
import { createFactors, email, passkey, redisStore, type Accounts, type Transport } from "passport-factors";
import { authenticator, type PublicKeyOptions } from "../test/support/authenticator.ts";
import { addressOf, sessionIdOf } from "./people.ts";
import { watchRoundTrips, type RoundTrips } from "./round-trips.ts";

/** What one recovery costs, from the identifier to the new password, without HTTP. */
export interface RecoveryCost extends RoundTrips {
  way: string;
  /** How often a person posts. */
  steps: number;
  /** Milliseconds of CPU time. */
  cpu: number;
}

interface Person {
  n: number;
}

const PASSWORD = "seven quiet lanterns";
const ORIGIN = "https://chat.example";

const accounts: Accounts<Person> = {
  id: ({ n }) => `account-${n}`,
  phone: () => undefined,
  phoneTaken: () => false,
  setPhone: () => false,
  emails: ({ n }) => [`person${n}@example.net`],
  find: (identifier) => ({ n: Number(identifier) }),
  resetPassword: () => true,
};

/** Walks so many recoveries by each way, one after the other; the first of each only warms up. */
export async function recoveryCosts(redisPort: number, count: number): Promise<RecoveryCost[]> {
  // The first ones are those of the other tables.
  const client = new Redis(redisPort, "127.0.0.1", { db: 15, enableAutoPipelining: true });
  await client.ping();
  let code = "";
  const mails: Transport = {
    name: "mails",
    async send(message) {
      code = message.code;
      return { status: "sent" };
    },
  };
  const factors = createFactors<Person>({
    secret: "a benchmark's secret of at least thirty-two characters",
    accounts,
    store: redisStore(client),
    factors: [passkey(), email({ transport: mails })],
    publicUrl: ORIGIN,
  });
  const request = (n: number) => ({ ip: addressOf(n * 1000), headers: {} });

  async function enrolled(n: number) {
    const device = authenticator({ origin: ORIGIN });
    const session = { regenerate: (done: () => void) => done() };
    const me = { ...request(n), user: { n }, sessionID: sessionIdOf(n), session };
    const { shown } = await factors.enrol.begin(me, "passkey");
    const { publicKey } = shown as { publicKey: PublicKeyOptions };
    await factors.enrol.confirm(me, "passkey", device.create(publicKey));
    return device;
  }

  async function walk(way: string, n: number): Promise<RecoveryCost> {
    const flows = factors.recovery({ factors: [way] }, undefined);
    const device = way === "passkey" ? await enrolled(n) : undefined;
    const stop = watchRoundTrips(client);
    const [from, start] = [request(n), process.cpuUsage()];
    const begun = await flows.begin(from, String(n));
    const { handle, view } = await flows.step(from, begun.handle, begun.view.gen, { input: "yes" });
    const response = device?.get(view.prompt?.["publicKey"] as PublicKeyOptions) ?? code;
    const proven = await flows.step(from, handle, view.gen, { input: "respond", response });
    const done = await flows.password(from, proven.handle, proven.view.gen, PASSWORD);
    if (done.view.state !== "done") throw new Error(`a recovery by ${way} came to ${done.view.state}`);
    const { user, system } = process.cpuUsage(start);
    return { way, steps: 4, cpu: (user + system) / 1000, ...stop() };
  }

  try {
    const costs: RecoveryCost[] = [];
    for (const way of ["email", "passkey"]) {
      const all: RecoveryCost[] = [];
      for (let n = 0; n <= count; n++) all.push(await walk(way, n));
      const [, ...warm] = all;
      const cpu = warm.reduce((sum, each) => sum + each.cpu, 0) / count;
      costs.push({ ...(warm.at(-1) as RecoveryCost), cpu });
    }
    return costs;
  } finally {
    client.disconnect();
  }
}
