import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Answer, Call, Control } from "./server.ts";

/** The server in a process of its own, so that the load generator's work is not counted as its. */
export interface ServerProcess extends Control {
  stop(): Promise<void>;
}

/** `profile` names a folder for a CPU profile of the server (`node --cpu-prof`). */
export function startServer(redisPort: number, profile: string | undefined): ServerProcess {
  const child = fork(fileURLToPath(new URL("./server.ts", import.meta.url)), [String(redisPort)], {
    execArgv: ["--import=tsx", ...(profile === undefined ? [] : ["--cpu-prof", `--cpu-prof-dir=${profile}`])],
    env: { ...process.env, NODE_ENV: "production" },
  });
  const waiting = new Map<number, { resolve(result: never): void; reject(error: Error): void }>();
  let last = 0;
  child.on("message", (answer: Answer) => {
    const asked = waiting.get(answer.id);
    waiting.delete(answer.id);
    if ("error" in answer) asked?.reject(new Error(answer.error));
    else asked?.resolve(answer.result as never);
  });
  const gone = new Promise<void>((resolve) => {
    child.once("exit", () => {
      for (const { reject } of waiting.values()) reject(new Error("the server of the benchmark has ended"));
      resolve();
    });
  });
  const call = <Result>(name: keyof Control, argument?: object): Promise<Result> =>
    new Promise((resolve, reject) => {
      waiting.set(++last, { resolve, reject });
      child.send({ id: last, name, argument: argument as never } satisfies Call);
    });
  return {
    open: (app) => call("open", app),
    prepare: (people) => call("prepare", people),
    fill: (codes) => call("fill", codes),
    cpu: () => call("cpu"),
    watch: (app) => call("watch", app),
    watched: () => call("watched"),
    async stop() {
      child.disconnect();
      await gone;
    },
  };
}
