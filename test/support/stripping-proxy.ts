import { createServer, request, type Server } from "node:http";

/** A reverse proxy as people put in front of Node: takes a path off, and says who is asking from where. */
export function strippingProxy(
  path: string,
  { port, asking }: { port: () => number; asking: () => string },
): Server {
  return createServer((req, res) => {
    const { url = "/" } = req;
    if (!url.startsWith(`${path}/`)) return void res.writeHead(404).end();
    const sent = [req.headers["x-forwarded-for"], asking()].filter((each) => each !== undefined).join(", ");
    const headers = {
      ...req.headers,
      "x-forwarded-for": sent,
      "x-forwarded-proto": "http",
      "x-forwarded-host": req.headers.host,
    };
    const { method } = req;
    const onward = request({
      host: "127.0.0.1",
      port: port(),
      path: url.slice(path.length),
      method,
      headers,
    });
    onward.on("response", (answer) => {
      res.writeHead(answer.statusCode as number, answer.headers);
      answer.pipe(res);
    });
    onward.on("error", () => res.writeHead(502).end());
    req.pipe(onward);
  });
}
