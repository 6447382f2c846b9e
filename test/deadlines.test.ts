import { rejects } from "node:assert/strict";
import { once } from "node:events";
import { Worker } from "node:worker_threads";
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

  it("[T69] is kept by an answer that arrived while the event loop stood still, as a provider's may", async () => {
    const answered = new Int32Array(new SharedArrayBuffer(4));
    // Answers each request after 30 ms, on an event loop of its own.
    const provider = new Worker(
      `const { parentPort, workerData: answered } = require("node:worker_threads");
      const server = require("node:http").createServer((req, res) => {
        parentPort.postMessage("asked");
        setTimeout(() => res.end("taken", () => Atomics.add(answered, 0, 1)), 30);
      });
      server.listen(0, "127.0.0.1", () => parentPort.postMessage(server.address().port));`,
      { eval: true, workerData: answered },
    );
    try {
      const [port] = (await once(provider, "message")) as [number];
      const deadlines = createDeadlines(200, late);
      for (let i = 0; i < 3; i++) {
        const answer = deadlines.race(async (signal) => {
          const response = await fetch(`http://127.0.0.1:${port}`, { signal });
          return response.text();
        });
        await once(provider, "message");
        const end = performance.now() + 700;
        while (performance.now() < end || Atomics.load(answered, 0) <= i);
        expect(await answer).to.equal("taken");
      }
    } finally {
      await provider.terminate();
    }
  });
});
