import { EventEmitter } from "node:events";
import { withCommands } from "./node-redis-commands.ts";
import type { RedisClient } from "./redis-connection.ts";

/** What we use of a client that node-redis's `createClient` made (5 or 6). */
export interface NodeRedis {
  readonly isOpen: boolean;
  readonly isReady: boolean;
  readonly options: {
    socket?: { host?: string; port?: number; path?: string };
    database?: number;
    keyPrefix?: string;
  };
  duplicate(options: object): NodeRedis;
  connect(): Promise<unknown>;
  destroy(): void;
  /** A Cluster, a Sentinel and a pool of node-redis have none. */
  select(database: number): unknown;
  sendCommand(args: readonly string[]): Promise<unknown>;
  on(event: string, listener: () => void): unknown;
}

/** Nobody who asks waits longer than a second for a Redis that is back, whatever the backoff of the app's own client. */
const RECONNECT_MS = 100;

export function isNodeRedis(client: unknown): client is NodeRedis {
  const { isReady, duplicate, destroy, select, sendCommand } = (client ?? {}) as Partial<NodeRedis>;
  const methods = [duplicate, destroy, select, sendCommand];
  return typeof isReady === "boolean" && methods.every((each) => typeof each === "function");
}

/** One connection for all that stand on the same client. */
const CONNECTIONS = new WeakMap<NodeRedis, RedisClient>();

export function nodeRedis(client: NodeRedis): RedisClient {
  const known = CONNECTIONS.get(client);
  if (known !== undefined) return known;
  const connection = connect(client);
  CONNECTIONS.set(client, connection);
  return connection;
}

/**
 * A connection of our own with the app's settings, made when it is first needed and closed with the app's client: node-redis's backoff cannot be cut short, and
 * leaving a master that hangs would fail the app's own commands. Nothing is kept for later where there is no connection, and nothing is sent twice.
 */
function connect(app: NodeRedis): RedisClient {
  const events = new EventEmitter();
  let own: NodeRedis | undefined;

  function open(): NodeRedis {
    const made = app.duplicate({
      RESP: 2,
      clientSideCache: undefined,
      emitInvalidate: false,
      maintNotifications: "disabled",
      commandOptions: {},
      disableOfflineQueue: true,
      disableClientInfo: true,
      socket: { ...app.options.socket, socketTimeout: undefined, reconnectStrategy: () => RECONNECT_MS },
    });
    made.on("error", () => {});
    made.on("ready", () => events.emit("ready"));
    made.on("reconnecting", () => events.emit("close"));
    // It tries again by itself, and rejects only where it was closed meanwhile.
    made.connect().catch(() => {});
    return made;
  }

  function close(): void {
    if (own?.isOpen === true) own.destroy();
    own = undefined;
    events.emit("close");
  }

  function closeWithApp(): void {
    if (!app.isOpen) close();
  }
  app.on("end", closeWithApp);
  // Where its `reconnectStrategy` has given up, node-redis says nothing else.
  app.on("error", closeWithApp);
  app.on("ready", () => (own ??= open()));
  if (app.isOpen) own = open();

  const { host, port } = app.options.socket ?? {};
  const { keyPrefix = "" } = app.options;
  const connection = {
    get status() {
      if (!app.isOpen) return "end";
      if (own === undefined) return "wait";
      return own.isReady ? "ready" : "connecting";
    },
    options: { ...(host === undefined ? {} : { host }), ...(port === undefined ? {} : { port }), keyPrefix },
    on: events.on.bind(events),
    once: events.once.bind(events),
    removeListener: events.removeListener.bind(events),
    async connect() {
      own ??= open();
    },
    disconnect(reconnect = false) {
      close();
      if (reconnect && app.isOpen) own = open();
    },
  };
  const send = (args: readonly string[]) =>
    own?.sendCommand(args) ?? Promise.reject(new Error("the connection is closed"));
  return withCommands(connection, send, keyPrefix);
}
