import { expect } from "chai";
import { delegate, trustedDevice } from "../../lib/index.ts";
import { letter, letterBox, neighbour } from "../support/recovery-factors.ts";
import { putTotp, recoveryApp, walker, type RecoveryApp, type Walker } from "../support/recovery-scene.ts";

const box = letterBox();

const warnings = ({ notices }: RecoveryApp) =>
  notices.filter(({ kind }) => kind === "recovery_limited").map(({ account }) => account);

/** Goes on from the first offer to the way named, and goes it. */
async function gone(walk: Walker, factor: string, status = 200): Promise<void> {
  while (walk.view.factor !== factor) await walk.step("no");
  await walk.step("yes", {}, status);
}

describe("several at once in a recovery", () => {
  it("[R7][R66] tabs of one browser: whoever is second takes the new handle from nobody", async () => {
    const app = recoveryApp({ only: [letter(box)] });
    const walk = walker(app);
    await walk.start();
    await walk.step("yes");
    const said = { gen: walk.view.gen, input: "respond", response: box.code("alice") };
    const all = await Promise.all(Array.from({ length: 20 }, () => walk.me.post("/recovery/step", said)));
    expect(all.filter(({ status }) => status === 200)).to.have.length(1);
    const losers = all.filter(({ status }) => status === 409);
    expect(losers).to.have.length(19);
    for (const { headers } of losers) expect(headers).not.to.have.property("set-cookie");
    await walk.look();
    walk.is("reset", undefined);
  });

  it("[R66] tabs of one browser: nobody who looks while it goes on loses it", async () => {
    let says: "right" | "pending" = "pending";
    const app = recoveryApp({ only: [neighbour(() => says)] });
    const walk = walker(app);
    await walk.start();
    await walk.step("yes");
    says = "right";
    const all = await Promise.all(Array.from({ length: 20 }, () => walk.me.get("/recovery").expect(200)));
    expect(all.filter(({ headers }) => headers["set-cookie"] !== undefined)).to.have.length(1);
    await walk.look();
    walk.is("reset", undefined);
  });

  for (const who of ["alice", "stranger"])
    it(`[R75] a stranger who uses up the wrong answers: ${who === "alice" ? "the owner hears of it, once" : "nobody hears of it"}`, async () => {
      const app = recoveryApp();
      await putTotp(app, "alice");
      const statuses: number[] = [];
      for (let start = 0; start < 4; start++) {
        const walk = walker(app);
        await walk.start(who);
        for (let i = 0; i < 5 && walk.view.inputs.includes(i === 0 ? "yes" : "again"); i++) {
          await walk.step(i === 0 ? "yes" : "again");
          const { gen } = walk.view;
          const { status, body } = await walk.me.post("/recovery/step", {
            gen,
            input: "respond",
            response: "000000",
          });
          statuses.push(status);
          walk.view = body;
        }
      }
      expect(statuses).to.deep.equal([...Array.from({ length: 10 }, () => 200), 429, 429]);
      expect(warnings(app)).to.deep.equal(who === "alice" ? ["alice"] : []);
    });

  for (const factor of ["trusted-device", "delegate"])
    it(`[R75] a stranger who keeps a request waiting, by ${factor}: the owner hears of it where another is turned away`, async () => {
      const app = recoveryApp({
        only: [trustedDevice(), delegate({ tell: () => {}, find: (typed) => typed })],
        factors: { rememberDevice: {} },
      });
      for (const who of ["alice", "stranger"]) {
        const [first, second] = [walker(app), walker(app)];
        await first.start(who);
        await gone(first, factor);
        expect(warnings(app)).to.deep.equal(who === "alice" ? [] : ["alice"]);
        await second.start(who);
        await gone(second, factor, 429);
        expect(warnings(app)).to.deep.equal(["alice"]);
      }
    });
});
