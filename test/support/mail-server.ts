import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { simpleParser, type ParsedMail } from "mailparser";
import { SMTPServer, type SMTPServerOptions } from "smtp-server";

/** A mail as the server took it. */
export interface CaughtMail {
  from: string;
  /** Whom it was handed over for: what the server would deliver to. */
  to: string[];
  /** It came by TLS. */
  secure: boolean;
  parsed: ParsedMail;
  /** The lines above the empty one. */
  head: string;
  source: string;
}

/** Where in a mail's way the server does something else than take it. */
export type Stage = "connect" | "from" | "to" | "data";

/** A reply such as `550 5.1.1 No such user`; or `silence`, for ever; or `break`, of the connection. */
export type Behaviour = string;

/** A real mail server that keeps what it takes, and fails as a test wants. */
export interface MailServer {
  port: number;
  url: string;
  mails: CaughtMail[];
  /** How often a client has come. */
  connections(): number;
  /** What it does at a stage from now on; nothing else without a stage. */
  behave(stage?: Stage, how?: Behaviour): void;
  close(): Promise<void>;
}

export async function mailServer(options: SMTPServerOptions = {}): Promise<MailServer> {
  const mails: CaughtMail[] = [];
  let connections = 0;
  let at: Stage | undefined;
  let how: Behaviour = "";

  function pass(stage: Stage, goOn: (error?: Error) => void): void {
    if (stage !== at) return goOn();
    if (how === "silence") return;
    if (how === "break") {
      // The socket stands behind a name of the library's own.
      for (const each of server.connections as unknown as Iterable<{ _socket: { destroy(): void } }>)
        each._socket.destroy();
      return;
    }
    const [code = "", ...words] = how.split(" ");
    goOn(Object.assign(new Error(words.join(" ")), { responseCode: Number(code) }));
  }

  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ["STARTTLS"],
    disableReverseLookup: true,
    closeTimeout: 1,
    logger: false,
    ...options,
    onConnect(_session, done) {
      connections += 1;
      pass("connect", done);
    },
    onMailFrom: (_address, _session, done) => pass("from", done),
    onRcptTo: (_address, _session, done) => pass("to", done),
    onData(stream, { envelope, secure }, done) {
      const chunks: Buffer[] = [];
      stream.on("data", (chunk: Buffer) => chunks.push(chunk));
      stream.on("end", () => {
        if (at === "data") return pass("data", done);
        void keep(Buffer.concat(chunks).toString(), secure, envelope, done);
      });
    },
  });
  // A client that goes away is nothing to the tests.
  server.on("error", () => undefined);

  async function keep(
    source: string,
    secure: boolean,
    { mailFrom, rcptTo }: { mailFrom: false | { address: string }; rcptTo: { address: string }[] },
    done: () => void,
  ): Promise<void> {
    const parsed = await simpleParser(source);
    const head = source.slice(0, source.indexOf("\r\n\r\n"));
    const from = mailFrom === false ? "" : mailFrom.address;
    mails.push({ from, to: rcptTo.map((each) => each.address), secure, parsed, head, source });
    done();
  }

  server.listen(0, "127.0.0.1");
  await once(server.server, "listening");
  const { port } = server.server.address() as AddressInfo;
  return {
    port,
    url: `smtp://127.0.0.1:${port}`,
    mails,
    connections: () => connections,
    behave(stage, next = "") {
      at = stage;
      how = next;
    },
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
