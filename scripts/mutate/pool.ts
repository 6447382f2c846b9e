import { fork, type ChildProcess } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { limitOf } from "./limit.ts";
import type { Order, Report } from "./messages.ts";
import { ROOT, TREE } from "./scope.ts";

const MEASURE_MS = 300_000;
/** Beyond the limit of the longest test: loading a file, and its hooks. */
const AROUND_MS = 35_000;

/** A worker with no sign of life for so long is stopped: a loop without end, or what never answers. */
const silenceOf = (order: Order) =>
  order.type === "measure"
    ? MEASURE_MS
    : AROUND_MS + limitOf(Math.max(0, ...order.files.flatMap(({ tests }) => tests.map(({ ms }) => ms))));

/** What tests leave behind that are stopped. */
const TEMPORARY = mkdtempSync(join(tmpdir(), "factors-mutate-"));
// PostgreSQL runs as a user of its own.
chmodSync(TEMPORARY, 0o755);
process.once("exit", () => rmSync(TEMPORARY, { recursive: true, force: true }));

export interface Worker {
  /** Hands out reports as they come. Ends with the worker's own last word, or with "timeout" or "crash". */
  run(order: Order, onReport: (report: Report) => void): Promise<"done" | "timeout" | "crash">;
  stop(): void;
}

function startWorker(): Worker {
  const child = fork(join(ROOT, "scripts/mutate/worker.ts"), {
    cwd: TREE,
    execArgv: ["--import=tsx"],
    // A group of its own, so that the servers that its tests have started end with it.
    detached: true,
    stdio: ["ignore", "ignore", "ignore", "ipc"],
    env: { ...process.env, NODE_ENV: "test", TMPDIR: TEMPORARY },
  });
  child.on("error", () => {});
  return {
    run: (order, onReport) =>
      new Promise((resolve) => {
        const silence = silenceOf(order);
        let timer = setTimeout(() => end("timeout"), silence);
        const end = (how: "done" | "timeout" | "crash") => {
          clearTimeout(timer);
          child.off("message", heard);
          child.off("exit", crashed);
          resolve(how);
        };
        const crashed = () => end("crash");
        const heard = (message: unknown) => {
          const report = message as Report;
          clearTimeout(timer);
          timer = setTimeout(() => end("timeout"), silence);
          onReport(report);
          const isLast =
            report.type === "noticed"
              ? order.type === "measure" || order.mutant !== undefined
              : report.type !== "alive";
          if (isLast) end("done");
        };
        child.on("message", heard);
        child.once("exit", crashed);
        child.send(order, (error) => error !== null && end("crash"));
      }),
    stop: () => stopGroup(child),
  };
}

function stopGroup(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, "SIGKILL");
  } catch {
    // It has ended, and all that it started.
  }
}

export interface Pool {
  /** For each of the jobs, `work` with a worker, as many at a time as the pool has lanes. */
  each<Job>(jobs: readonly Job[], work: (job: Job, lane: Lane) => Promise<void>): Promise<void>;
}

/** One worker at a time, and one that is warm already to take its place. */
export interface Lane {
  worker(): Worker;
  /** The next call of `worker` answers another one. */
  renew(): void;
}

export function createPool(lanes: number): Pool {
  return {
    async each(jobs, work) {
      const rest = jobs.values();
      const one = async () => {
        const lane = createLane();
        try {
          for (const job of rest) await work(job, lane);
        } finally {
          lane.close();
        }
      };
      await Promise.all(Array.from({ length: lanes }, one));
    },
  };
}

function createLane(): Lane & { close(): void } {
  let current: Worker | undefined;
  let spare = startWorker();
  const stopAll = () => {
    current?.stop();
    spare.stop();
  };
  process.once("exit", stopAll);
  return {
    worker() {
      if (current !== undefined) return current;
      current = spare;
      spare = startWorker();
      return current;
    },
    renew() {
      current?.stop();
      current = undefined;
    },
    close() {
      process.off("exit", stopAll);
      stopAll();
    },
  };
}
