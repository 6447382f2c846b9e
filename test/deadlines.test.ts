import { rejects } from "node:assert/strict";
import { expect } from "chai";
import { createDeadlines } from "../lib/deadlines.ts";

const late = () => new Error("no answer within 5 ms");

describe("a deadline", () => {
  it("hands on the answer, and the work's own error", async () => {
    const deadlines = createDeadlines(1000, late);
    expect(await deadlines.race(async () => 7)).to.equal(7);
    await rejects(
      deadlines.race(() => Promise.reject(new Error("refused"))),
      /refused/,
    );
  });

  it("ends work that hangs, tells it by its signal, and says so", async () => {
    let aborted: unknown;
    const hanging = (signal: AbortSignal) =>
      new Promise<never>(() => signal.addEventListener("abort", () => (aborted = signal.reason)));
    await rejects(createDeadlines(5, late).race(hanging), /no answer within 5 ms/);
    expect(String(aborted)).to.include("no answer");
  });

  it("never comes early", async () => {
    const deadlines = createDeadlines(40, late);
    const begun = Array.from({ length: 20 }, (_, n) => n).map(async (n) => {
      await new Promise((resolve) => setTimeout(resolve, n));
      const start = performance.now();
      await rejects(deadlines.race(() => new Promise<never>(() => undefined)));
      return performance.now() - start;
    });
    expect(Math.min(...(await Promise.all(begun)))).to.be.at.least(39);
  });

  it("costs one timer for all work of one moment", async () => {
    const { setTimeout: set } = globalThis;
    let timers = 0;
    globalThis.setTimeout = ((...args: Parameters<typeof set>) => (timers++, set(...args))) as typeof set;
    try {
      const deadlines = createDeadlines(60_000, late);
      await Promise.all(Array.from({ length: 100 }, (_, n) => deadlines.race(async () => n)));
    } finally {
      globalThis.setTimeout = set;
    }
    expect(timers).to.equal(1);
  });
});
