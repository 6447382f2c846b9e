import { request, type IncomingMessage } from "node:http";
import type { AddressInfo, Server } from "node:net";

export interface HastyAnswer {
  status: number;
  location: string | undefined;
}

/**
 * A browser that goes on as soon as an answer's head is there, as browsers do with a redirect: it does not wait for the last byte, which
 * express-session holds back until it has written the session.
 */
export function hastyBrowser(server: Server) {
  const jar = new Map<string, string>();
  const { port } = server.address() as AddressInfo;

  function head(method: "GET" | "POST", path: string, body?: object): Promise<HastyAnswer> {
    const text = body === undefined ? "" : new URLSearchParams(body as Record<string, string>).toString();
    const headers: Record<string, string> = { accept: "text/html", cookie: cookies() };
    if (method === "POST") headers["content-type"] = "application/x-www-form-urlencoded";
    return new Promise((resolve, reject) => {
      const asked = request({ host: "127.0.0.1", port, method, path, headers, agent: false }, (res) => {
        keep(res);
        res.resume();
        resolve({ status: res.statusCode as number, location: res.headers.location });
      });
      asked.on("error", reject).end(text);
    });
  }

  const cookies = () => [...jar].map(([name, value]) => `${name}=${value}`).join("; ");

  function keep(res: IncomingMessage): void {
    for (const cookie of res.headers["set-cookie"] ?? []) {
      const [pair = ""] = cookie.split(";");
      const at = pair.indexOf("=");
      jar.set(pair.slice(0, at), pair.slice(at + 1));
    }
  }

  /** Goes on where it is sent, at once; answers the last address and its status. */
  async function follow(
    first: Promise<HastyAnswer>,
    from: string,
  ): Promise<{ path: string; status: number }> {
    let [answer, path] = [await first, from];
    for (let hops = 0; hops < 5 && answer.location !== undefined; hops++) {
      path = answer.location;
      answer = await head("GET", path);
    }
    return { path, status: answer.status };
  }

  return {
    get: (path: string) => follow(head("GET", path), path),
    post: (path: string, body: object = {}) => follow(head("POST", path, body), path),
    /** The answer itself, without going on. */
    head,
    cookie: cookies,
    setCookie: (text: string) => {
      jar.clear();
      for (const pair of text.split("; ")) {
        const at = pair.indexOf("=");
        jar.set(pair.slice(0, at), pair.slice(at + 1));
      }
    },
  };
}
