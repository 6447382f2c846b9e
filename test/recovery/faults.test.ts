import { expect } from "chai";
import { FactorError } from "../../lib/errors.ts";
import { memoryStore, redisStore, type Store } from "../../lib/index.ts";
import { letter, letterBox } from "../support/recovery-factors.ts";
import { PASSWORD, recoveryApp, walker, type RecoveryApp, type Walker } from "../support/recovery-scene.ts";
import { redisOfSuite } from "../support/redis-of-suite.ts";

const box = letterBox();

/** A store whose n-th command fails: before it is done, or once it is done. A move whose answer is lost is taken back, as on Redis. */
function faulty(): { store: Store; failAt(n: number, when: "before" | "after"): void; count(): number } {
  let [count, at, mode] = [0, -1, "before"];
  const failing =
    (run: (...args: never[]) => Promise<unknown>, isTakenBack: boolean) =>
    async (...args: never[]) => {
      count += 1;
      const fails = count === at;
      if (fails && (mode === "before" || isTakenBack))
        throw new FactorError("store_unavailable", { retryAfter: 1 });
      const answer = await run(...args);
      if (fails) throw new FactorError("store_unavailable", { retryAfter: 1 });
      return answer;
    };
  const store = memoryStore();
  const parts = { notes: store.notes, flows: store.flows, guesses: store.guesses, trusted: store.trusted };
  const wrapped = Object.fromEntries(
    Object.entries(parts).map(([name, part]) => [
      name,
      Object.fromEntries(
        Object.entries(part).map(([verb, run]) => [verb, failing(run as never, verb === "move")]),
      ),
    ]),
  );
  return {
    store: { ...store, ...wrapped },
    failAt(n, when) {
      [count, at, mode] = [0, n, when];
    },
    count: () => count,
  };
}

const appOn = (store: Store): RecoveryApp =>
  recoveryApp({ store, more: [letter(box)], recovery: { factors: ["letter"] } });

/** Asks again wherever it is told that something is away, as people do; counts how often. */
async function through(app: RecoveryApp): Promise<{ away: number; walk: Walker }> {
  const walk = walker(app);
  let away = 0;
  const orAgain = async (ask: () => Promise<{ status: number; body: object }>): Promise<void> => {
    for (let i = 0; i < 3; i++) {
      const { status, body } = await ask();
      expect(status, JSON.stringify(body)).to.be.oneOf([200, 201, 409, 503]);
      if (status === 503) away += 1;
      else walk.view = body as Walker["view"];
      if (status !== 503) return;
      const before = walk.view.state;
      const now = await walk.me.get("/recovery");
      if (now.status === 200) walk.view = now.body as Walker["view"];
      if (before === "reset") expect(walk.view.state, "a permit that was answered").to.equal("reset");
      if (walk.view.state !== "identify" && i > 0) return;
    }
  };
  for (let i = 0; i < 16 && walk.view.state !== "done"; i++) {
    const { state, gen } = walk.view;
    const step =
      (input: string, more: object = {}) =>
      () =>
        walk.me.post("/recovery/step", { gen: walk.view.gen, input, ...more });
    if (state === "identify") await orAgain(() => walk.me.post("/recovery", { identifier: "alice" }));
    else if (state === "offer") await orAgain(step("yes"));
    else if (state === "entry") await orAgain(step("respond", { response: box.code("alice") }));
    else if (state === "failed") await orAgain(step("again"));
    else await orAgain(() => walk.me.post("/recovery/password", { gen, password: PASSWORD }));
  }
  return { away, walk };
}

describe("a recovery while the store fails", () => {
  for (const when of ["before", "after"] as const)
    it(`[R71][T35] is answered 503 and goes on, loses no permit, and writes no second password: each command, once, ${when} it is done`, async () => {
      const counting = faulty();
      counting.failAt(-1, when);
      const whole = appOn(counting.store);
      await through(whole);
      const commands = counting.count();
      expect(commands).to.be.greaterThan(15);
      for (let n = 1; n <= commands; n++) {
        const { store, failAt } = faulty();
        const app = appOn(store);
        failAt(n, when);
        const { walk } = await through(app);
        expect([n, walk.view.state]).to.deep.equal([n, "done"]);
        expect(app.written.length, `command ${n}`).to.equal(1);
        expect(app.notices.length, `command ${n}`).to.equal(1);
      }
    });

  it("[R76] goes on where the secret was rotated, and is over where it is gone", async () => {
    const store = memoryStore();
    const secrets = ["an old secret of thirty-two characters", "a new secret of thirty-two characters!"];
    const on = (secret: string[]) =>
      recoveryApp({ store, more: [letter(box)], recovery: { factors: ["letter"] }, factors: { secret } });
    const before = walker(on([secrets[0] as string]));
    const { flow } = await before.start();
    const ask = (app: RecoveryApp) =>
      walker(app).me.get("/recovery").set("recovery-flow", String(flow)).expect(200);
    expect((await ask(on([secrets[1] as string, secrets[0] as string]))).body.state).to.equal("offer");
    expect((await ask(on([secrets[1] as string]))).body.state).to.equal("identify");
  });
});

describe("a recovery on Redis", () => {
  const suite = redisOfSuite();

  it("[R7][R8][R77][R78][T10][T11] moves once, ends in time, and leaves nothing in clear", async () => {
    await suite.client.flushall();
    const app = appOn(redisStore(suite.client));
    const walk = walker(app);
    await walk.start();
    const { gen } = walk.view;
    const all = await Promise.all(
      Array.from({ length: 200 }, () => walk.me.post("/recovery/step", { gen, input: "yes" })),
    );
    expect(all.filter(({ status }) => status === 200)).to.have.length(1);
    await walk.look();
    const { flow } = await walk.respond(box.code("alice"));
    const dump: string[] = [];
    for (const key of await suite.client.keys("*")) {
      expect(await suite.client.pttl(key), key).to.be.within(1, 10 * 365 * 86_400_000);
      dump.push(key, (await suite.client.dump(key)) ?? "");
    }
    const texts = [dump.join(), JSON.stringify(app.events), JSON.stringify(app.told)];
    for (const secret of ["alice@", '"alice"', box.code("alice"), String(flow)])
      for (const text of texts.slice(secret === '"alice"' ? 2 : 0)) expect(text).not.to.include(secret);
    expect(dump.join()).not.to.include("alice");
    const writes = await Promise.all(
      Array.from({ length: 200 }, () =>
        walk.me.post("/recovery/password", { gen: walk.view.gen, password: PASSWORD }),
      ),
    );
    expect(writes.filter(({ status }) => status === 200)).to.have.length(1);
    expect(app.written).to.have.length(1);
  });
});
