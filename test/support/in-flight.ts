import { request as ask, type ClientRequest, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import type session from "express-session";
import type { TestApp } from "./app.ts";
import { visitor, type Visitor } from "./visitor.ts";

/** A request whose body is held back until `send`. */
export function slowBody(app: TestApp, cookie: string, path: string) {
  const { port } = app.server.address() as AddressInfo;
  const headers = { accept: "application/json", "content-type": "application/json", cookie };
  let asked: ClientRequest;
  const response = new Promise<IncomingMessage>((resolve, reject) => {
    asked = ask({ host: "127.0.0.1", port, method: "POST", path, headers }, (res) => {
      res.resume().on("end", () => resolve(res));
    });
    asked.on("error", reject);
    asked.flushHeaders();
  });
  return {
    send: (body: object) => void asked.end(JSON.stringify(body)),
    answer: response.then((res) => res.statusCode as number),
    headers: response.then((res) => res.headers),
  };
}

export const cookieOf = async (me: Visitor): Promise<string> =>
  ((await me.get("/me")) as unknown as { request: { cookies: string } }).request.cookies;

/** Resolves when the store was asked for a session once more: the request is in, and waits for its body. */
export function nextLook(store: session.MemoryStore): Promise<void> {
  const { get } = store;
  return new Promise((resolve) => {
    store.get = (sid, done) => {
      store.get = get;
      get.call(store, sid, (...answer) => {
        done(...answer);
        resolve();
      });
    };
  });
}

export const isIn = async (app: TestApp, cookie: string): Promise<boolean> => {
  const { status, body } = await visitor(app).agent.get("/me").set("Cookie", cookie);
  return status === 200 && body.user !== null;
};
