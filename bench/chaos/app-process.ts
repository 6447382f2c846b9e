import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Backend } from "./app.ts";

/** One of the processes that serve the app. */
export interface AppProcess {
  port: number;
  /** Bytes of live objects, after a collection. */
  heap(): Promise<number>;
  stop(): Promise<void>;
}

export async function startApp(backend: Backend): Promise<AppProcess> {
  const child = fork(fileURLToPath(new URL("./app.ts", import.meta.url)), [JSON.stringify(backend)], {
    execArgv: ["--import=tsx", "--expose-gc"],
  });
  const gone = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const port = await new Promise<number>((resolve, reject) => {
    child.once("message", (message) => resolve((message as { port: number }).port));
    child.once("exit", (code) => reject(new Error(`the app ended with ${String(code)}`)));
  });
  return {
    port,
    async heap() {
      const response = await fetch(`http://127.0.0.1:${port}/heap`);
      return ((await response.json()) as { heap: number }).heap;
    },
    async stop() {
      child.kill("SIGKILL");
      await gone;
    },
  };
}
