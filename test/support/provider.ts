import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";

/** A request as a provider got it. */
export interface Got {
  method: string;
  path: string;
  headers: IncomingMessage["headers"];
  body: string;
  /** The urlencoded fields. */
  form: Record<string, string>;
}

export type Answer = (res: ServerResponse, got: Got) => void;

/** A real HTTP server that stands for a provider, and answers as a test wants. */
export interface Provider {
  url: string;
  got: Got[];
  /** How it answers from now on. */
  answer(how: Answer): void;
  close(): Promise<void>;
}

export async function provider(): Promise<Provider> {
  const got: Got[] = [];
  let how: Answer = json(200, {});
  const server: Server = createServer((req, res) => {
    const chunks: Buffer[] = [];
    req.on("data", (chunk: Buffer) => chunks.push(chunk));
    req.on("end", () => {
      const body = Buffer.concat(chunks).toString();
      const { method = "", url: path = "", headers } = req;
      const one = { method, path, headers, body, form: Object.fromEntries(new URLSearchParams(body)) };
      got.push(one);
      how(res, one);
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    got,
    answer: (next) => void (how = next),
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

export const json =
  (status: number, body: unknown, headers: Record<string, string> = {}): Answer =>
  (res) =>
    void res.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(body));

export const hang: Answer = () => undefined;
export const reset: Answer = (res) => void res.socket?.resetAndDestroy();
export const garbage: Answer = (res) => void res.writeHead(201).end(Buffer.from([0, 255, 254, 123, 34]));
/** Not HTTP at all. */
export const noise: Answer = (res) => void res.socket?.end("SSH-2.0-OpenSSH_9.6\r\n");
/** Begins to answer, and stops there. */
export const stall: Answer = (res) => void res.writeHead(201, { "content-length": "100" }).write("{");
export const endless: Answer = (res) => {
  res.writeHead(201, { "content-type": "application/json" });
  let isOpen = true;
  res.once("close", () => (isOpen = false));
  // By way of the event loop: a write to what is closed calls back at once, in some versions of Node.
  const more = () => void (isOpen && res.write("x".repeat(16_384), () => setImmediate(more)));
  more();
};

/** An address where nobody listens. */
export async function nobody(): Promise<string> {
  const { url, close } = await provider();
  await close();
  return url;
}
