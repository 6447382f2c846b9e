import { expect } from "chai";
import { Registry } from "prom-client";
import { auditTrail, redisStore } from "../../lib/index.ts";
import { metrics } from "../../lib/observe/metrics.ts";
import { letter, letterBox, word, WORD } from "../support/recovery-factors.ts";
import { PASSWORD, putTotp, recoveryApp, walker } from "../support/recovery-scene.ts";
import { redisOfSuite } from "../support/redis-of-suite.ts";
import { until } from "../support/redis-server.ts";

const box = letterBox();
const all = () => true;

describe("what is kept of recoveries", () => {
  const suite = redisOfSuite();

  it("[N1][N2][T11] tells who began, what proved it, what was refused, held, ended, reset and handed over: in the audit trail and as metrics", async () => {
    await suite.client.flushall();
    const app = recoveryApp({
      store: redisStore(suite.client),
      users: { alice: undefined, nora: undefined },
      more: [letter(box), word(all)],
      recovery: { holdHours: 24, factors: ["letter", "word"] },
    });
    const registry = new Registry();
    metrics(app.factors, registry);
    const audit = auditTrail(app.factors, suite.client);
    await putTotp(app, "nora");

    const walk = walker(app);
    await walk.start();
    await walk.step("yes");
    await walk.respond(box.code("alice"));
    await walk.password("short", 422);
    await walk.password(PASSWORD);
    const held = walker(app);
    await held.start("nora");
    await held.step("yes");
    await held.respond(box.code("nora"));
    await held.step("pick", { factor: "word" });
    await held.step("yes");
    await held.respond(WORD);
    held.is("hold", undefined);
    const told = () => app.notices.findLast(({ kind }) => kind === "recovery_held");
    await until(() => told() !== undefined);
    const link = told()?.cancel_url;
    await walker(app).me.post("/recovery/cancel", { token: link }).expect(200);
    const nobody = walker(app);
    await nobody.start("stranger");
    await nobody.step("no");
    for (let i = 0; i < 5; i++) await walker(app).me.post("/recovery", { identifier: "stranger" });

    const entries = (await audit.read({ limit: 1000 })).filter(({ name }) => /recovery|password/.test(name));
    expect(entries.map(({ name, account, factor, reason }) => [name, account, factor, reason])).to.deep.equal(
      [
        ["recovery_started", "alice", "", undefined],
        ["recovery_proven", "alice", "letter", undefined],
        ["recovery_refused", "alice", "", "password_refused"],
        ["password_reset", "alice", "letter", undefined],
        ["recovery_started", "nora", "", undefined],
        ["recovery_proven", "nora", "letter", undefined],
        ["recovery_proven", "nora", "word", undefined],
        ["recovery_held", "nora", "", undefined],
        ["recovery_cancelled", "nora", "", "link"],
        ["recovery_started", undefined, "", undefined],
        ["recovery_handed_over", undefined, "", undefined],
        ...Array.from({ length: 4 }, () => ["recovery_started", undefined, "", undefined]),
        ["recovery_refused", undefined, "", "too_many_requests"],
      ],
    );
    expect((await audit.read({ account: "nora" })).every(({ account }) => account === "nora")).to.equal(true);
    const text = await registry.metrics();
    for (const line of [
      'outcome="started",factor=""} 7',
      'outcome="proven",factor="letter"} 2',
      'outcome="proven",factor="word"} 1',
      'outcome="held",factor=""} 1',
      'outcome="cancelled",factor=""} 1',
      'outcome="reset",factor="letter"} 1',
      'outcome="handed_over",factor=""} 1',
      'outcome="refused",factor=""} 2',
    ])
      expect(text).to.include(`passport_factors_recoveries_total{${line}`);
    const secrets = [PASSWORD, box.code("alice"), WORD, String(link?.split("#")[1]), "stranger"];
    const kept = JSON.stringify(await audit.read({ limit: 1000 }));
    for (const secret of secrets) {
      expect(kept).not.to.include(secret);
      expect(text).not.to.include(secret);
    }
    await audit.close();
  });
});
