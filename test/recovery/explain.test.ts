import { expect } from "chai";
import { Registry } from "prom-client";
import { metrics } from "../../lib/observe/metrics.ts";
import { fob, letter, letterBox, word } from "../support/recovery-factors.ts";
import { PASSWORD, putTotp, recoveryApp, walker } from "../support/recovery-scene.ts";

const box = letterBox();
const alice = (account: string) => account === "alice";

describe("what support sees of a recovery", () => {
  it("explains the paths of an account: every set of proofs that opens a reset, and no other", async () => {
    const app = recoveryApp({ more: [fob(alice), letter(box), word(alice)] });
    expect(await app.factors.explainRecovery("nora")).to.deep.equal({
      on_file: ["letter"],
      paths: [{ proofs: ["letter"], held: false }],
    });
    expect(await app.factors.explainRecovery("alice")).to.deep.equal({
      on_file: ["fob", "letter", "word"],
      paths: [{ proofs: ["fob", "letter"], held: false }],
    });
    await putTotp(app, "alice");
    expect(
      (await app.factors.explainRecovery("alice")).paths.map(({ proofs }) => proofs.join("+")),
    ).to.deep.equal(["totp+fob", "totp+letter", "fob+letter"]);
    expect(await app.factors.explainRecovery("stranger")).to.deep.equal({ on_file: [], paths: [] });
  });

  it("shows what is held, and who can only be handed over", async () => {
    const holds = recoveryApp({ more: [fob(alice), word(alice)], recovery: { holdHours: 24 } });
    expect((await holds.factors.explainRecovery("alice")).paths).to.deep.equal([
      { proofs: ["fob", "word"], held: true },
    ]);
    const plain = recoveryApp({ more: [fob(alice), word(alice)] });
    expect((await plain.factors.explainRecovery("alice")).paths).to.deep.equal([]);
  });

  it("counts what came of recoveries", async () => {
    const app = recoveryApp({ more: [letter(box)], recovery: { factors: ["letter"] } });
    const registry = new Registry();
    metrics(app.factors, registry);
    const walk = walker(app);
    await walk.start();
    await walk.step("yes");
    await walk.respond(box.code("alice"));
    await walk.password(PASSWORD);
    const other = walker(app);
    await other.start("nora");
    await other.step("no");
    const text = await registry.metrics();
    for (const line of [
      'recoveries_total{outcome="started",factor=""} 2',
      'recoveries_total{outcome="proven",factor="letter"} 1',
      'recoveries_total{outcome="reset",factor="letter"} 1',
      'recoveries_total{outcome="handed_over",factor=""} 1',
    ])
      expect(text).to.include(`passport_factors_${line}`);
  });
});
