import { expect } from "chai";
import type { Response } from "supertest";
import { email, redisStore, type Accounts } from "../../lib/index.ts";
import { outbox } from "../../lib/testing/outbox.ts";
import { seeded } from "../support/alike.ts";
import type { User } from "../support/app.ts";
import { PASSWORD, recoveryApp } from "../support/recovery-scene.ts";
import { proxiedRedis } from "../support/proxied-redis.ts";
import { until } from "../support/redis-server.ts";
import { stranger } from "../support/strangers.ts";

const OWNERS = 80;
const IMPOSTORS = 20;
const WORKERS = 20;
/** Faults of each kind, spread over the recoveries. */
const FAULTS_EACH = 6;
const WITHIN_MS = 120_000;

interface View {
  state: string;
  gen: number;
  code?: string;
}

describe("recoveries while Redis misbehaves at random moves", function () {
  this.timeout(600_000);
  const redis = proxiedRedis({ retryStrategy: () => 5 });
  const { suite } = redis;

  /** `forgets`: what was kept is lost with it, and people begin anew. */
  const FAULTS: Record<
    string,
    { forgets: boolean; happen(random: (below: number) => number): Promise<void> }
  > = {
    "replies cut on the wire": {
      forgets: false,
      async happen(random) {
        await Promise.race([redis.proxy.cutReplyTo("{factors}", random(9)), hold(500)]);
      },
    },
    "CLIENT PAUSE": {
      forgets: false,
      async happen(random) {
        await suite.client.call("CLIENT", "PAUSE", String(200 + random(1500)));
        await hold(200);
      },
    },
    SIGSTOP: {
      forgets: false,
      async happen(random) {
        suite.server.hang();
        await hold(200 + random(1800));
        suite.server.wake();
      },
    },
    FLUSHALL: {
      forgets: true,
      async happen() {
        await suite.client.flushall();
      },
    },
    SIGKILL: {
      forgets: true,
      async happen(random) {
        await suite.server.kill();
        await hold(random(800));
        await suite.server.start();
      },
    },
  };

  for (const [name, { forgets, happen }] of Object.entries(FAULTS))
    it(`[R71][T35] ${OWNERS} end with one password each, none of ${IMPOSTORS} impostors proves anything, and none that was answered is lost: ${name}`, async () => {
      const mails = outbox();
      const emails: Accounts<User>["emails"] = ({ id }) => [`${id}@example.net`];
      const app = recoveryApp({
        store: redisStore(redis.client),
        trustProxy: true,
        more: [email({ transport: mails, cooldownSeconds: [1] })],
        recovery: { factors: ["email"] },
        factors: {
          clock: Date.now,
          accounts: { emails, find: async (id: string) => ({ id }) } as unknown as Accounts<User>,
        },
      });
      const random = seeded(71);
      let [left, away] = [OWNERS + IMPOSTORS, 0];
      const lost: string[] = [];

      /** Says what a person would at each state, and the same again wherever it is told that something is away. */
      async function walk(id: string, isOwner: boolean): Promise<View> {
        const me = stranger(app);
        let view: View = { state: "identify", gen: 0 };
        const end = performance.now() + WITHIN_MS;
        for (let wrong = 0; view.state !== "done" && performance.now() < end;) {
          const { state, gen } = view;
          if (!isOwner && wrong > 1) return view;
          const { status, body } = await ask(me, id, isOwner, view);
          expect(status, JSON.stringify(body)).to.be.oneOf([200, 201, 400, 409, 429, 503]);
          if (status === 503) away += 1;
          if (status === 429) await hold(300);
          if (!isOwner && status === 200 && state === "entry") wrong += 1;
          if (status < 300) view = body as View;
          else {
            const now = await me.get("/recovery");
            if (now.status === 200) view = now.body as View;
          }
          if (view.state === "identify" && gen > 0) lost.push(`${state}: ${status}`);
          if (!isOwner) expect(view.state, id).not.to.be.oneOf(["reset", "more", "done", "hold"]);
        }
        return view;
      }

      function ask(
        me: ReturnType<typeof stranger>,
        id: string,
        isOwner: boolean,
        view: View,
      ): PromiseLike<Response> {
        const { state, gen } = view;
        const step = (input: string, response?: string) =>
          me.post("/recovery/step", { gen, input, response });
        if (state === "identify") return me.post("/recovery", { identifier: id });
        if (state === "offer") return step("yes");
        if (state === "failed") return step("again");
        if (state === "reset") return me.post("/recovery/password", { gen, password: PASSWORD });
        const sent = mails.messages.findLast(({ to }) => to === `${id}@example.net`)?.code ?? "000000";
        return step("respond", isOwner ? sent : String((Number(sent) + 1) % 1_000_000).padStart(6, "0"));
      }

      const owners = Array.from({ length: OWNERS }, (_, i) => `owner${i}`);
      const people = [...owners, ...Array.from({ length: IMPOSTORS }, (_, i) => `victim${i}`)];
      people.sort(() => random(3) - 1);
      const ends = new Map<string, string>();
      const worker = async () => {
        for (let id = people.pop(); id !== undefined; id = people.pop(), left -= 1)
          ends.set(id, (await walk(id, id.startsWith("owner"))).state);
      };
      const faults = async () => {
        for (let i = FAULTS_EACH; i > 0; i--) {
          const at = Math.floor(((OWNERS + IMPOSTORS) * i) / (FAULTS_EACH + 1));
          await until(() => left <= at, WITHIN_MS);
          await happen(random);
        }
      };
      await Promise.all([faults(), ...Array.from({ length: WORKERS }, worker)]);

      expect(owners.filter((id) => ends.get(id) !== "done")).to.deep.equal([]);
      expect(app.written.map(({ user }) => user).sort()).to.deep.equal([...owners].sort());
      for (const { about } of app.written)
        expect(about.proofs).to.deep.equal([{ factor: "email", class: "address" }]);
      if (!forgets) expect(lost, "answered, and lost").to.deep.equal([]);
      if (name === "SIGSTOP" || name === "SIGKILL") expect(away, "503s").to.be.greaterThan(0);
    });
});

/** As long as a fault lasts. */
async function hold(ms: number): Promise<void> {
  const end = performance.now() + ms;
  await until(() => performance.now() > end);
}
