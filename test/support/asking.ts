import { Agent, request } from "node:http";
import type { AddressInfo } from "node:net";
import type { BreakableApp } from "./breakable-app.ts";

/** One request at one door, in a state in which it works. */
export interface Scene {
  name: string;
  method: "GET" | "POST";
  path: string;
  body?: object;
  headers?: Record<string, string>;
  /** What it is answered with while nothing goes wrong. */
  status: number;
}

export interface Answer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  text: string;
}

const agent = new Agent({ keepAlive: true, maxSockets: 64 });
/** More than any deadline of the app, and than the five seconds that one waits for another; what hangs shows. */
const PATIENCE_MS = 8000;

/** Asks; rejects where no answer comes. */
export function ask(
  { server }: BreakableApp,
  { method, path, body, headers = {} }: Omit<Scene, "name" | "status">,
  more: Record<string, string> = {},
): Promise<Answer> {
  const { port } = server.address() as AddressInfo;
  const text = method === "GET" ? undefined : JSON.stringify(body ?? {});
  const length = text === undefined ? {} : { "content-length": Buffer.byteLength(text) };
  const all = {
    accept: "application/json",
    "content-type": "application/json",
    ...length,
    ...headers,
    ...more,
  };
  return new Promise((resolve, reject) => {
    const asked = request({ agent, port, method, path, headers: all, timeout: PATIENCE_MS }, (res) => {
      const chunks: Buffer[] = [];
      res.on("data", (chunk: Buffer) => chunks.push(chunk));
      res.on("error", reject);
      res.on("end", () =>
        resolve({
          status: res.statusCode ?? 0,
          headers: res.headers,
          text: Buffer.concat(chunks).toString(),
        }),
      );
    });
    asked.on("timeout", () => asked.destroy(new Error("no answer")));
    asked.on("error", reject);
    asked.end(text);
  });
}

/** The cookies that an answer set, as a browser sends them. */
export function cookiesOf({ headers }: Answer): string {
  return [headers["set-cookie"] ?? []]
    .flat()
    .map((each) => each.split(";")[0])
    .join("; ");
}
