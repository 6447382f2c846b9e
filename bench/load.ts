import { connect } from "node:net";

/** One kind of request, for many people. */
export interface Load {
  port: number;
  path: string;
  body: object;
  /** Headers of their own of person `n`, each line ended with CRLF. */
  headers(n: number): string;
  from: number;
  count: number;
  connections: number;
  /** The only status that is not a failure of the benchmark. */
  status: number;
}

/** Sends each request once over keep-alive connections; answers the seconds it took. */
export async function load({
  port,
  path,
  body,
  headers,
  from,
  count,
  connections,
  status,
}: Load): Promise<number> {
  const text = JSON.stringify(body);
  const fixed = `Host: 127.0.0.1:${port}\r\nAccept: application/json\r\nContent-Type: application/json\r\nContent-Length: ${text.length}\r\n`;
  const requests = Array.from(
    { length: count },
    (_, i) => `POST ${path} HTTP/1.1\r\n${fixed}${headers(from + i)}\r\n${text}`,
  );
  let next = 0;
  const start = performance.now();
  await Promise.all(
    Array.from({ length: Math.min(connections, count) }, () =>
      connection(port, () => requests[next++], status),
    ),
  );
  return (performance.now() - start) / 1000;
}

/** One request after the other until there is none left. */
function connection(port: number, take: () => string | undefined, status: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1").setNoDelay().setEncoding("latin1");
    let received = "";
    const go = () => {
      const request = take();
      if (request !== undefined) socket.write(request);
      else socket.end(resolve);
    };
    socket.once("connect", go);
    socket.once("error", reject);
    socket.on("data", (chunk: Buffer | string) => {
      received += String(chunk);
      if (!isWhole(received)) return;
      if (!received.startsWith(`HTTP/1.1 ${status} `)) {
        socket.destroy();
        return reject(new Error(`${status} was expected, got: ${received}`));
      }
      received = "";
      go();
    });
  });
}

function isWhole(response: string): boolean {
  const end = response.indexOf("\r\n\r\n");
  if (end === -1) return false;
  const length = /\r\ncontent-length: *(\d+)/i.exec(response)?.[1];
  return length !== undefined && response.length >= end + 4 + Number(length);
}
