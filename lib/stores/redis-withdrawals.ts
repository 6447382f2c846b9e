/**
 * Takes back what was asked of Redis and then refused, because no answer came: the command may have been carried out, may be yet, or may be sent
 * again by the client. A withdrawal is queued right behind the command; where it gets no answer either, it is sent again.
 */
export interface Withdrawals {
  /**
   * `withdraw` must be good for any number of times, and for a command that did nothing. `error` is why it is withdrawn: after the client's own
   * `commandTimeout` the command has been written, and nothing needs to be waited for.
   */
  add(reply: Promise<unknown>, withdraw: () => Promise<unknown>, error: unknown): void;
}

interface Client {
  status: string;
  options?: { enableAutoPipelining?: boolean };
  on(event: "ready", listener: () => void): unknown;
  removeListener(event: "ready", listener: () => void): unknown;
}

interface Entry {
  since: number;
  withdraw: () => Promise<unknown>;
  /** On its way, as far as is known. */
  isSent: boolean;
  isDone: boolean;
}

/** The longest that a withdrawal is tried, and so the life of what it needs to know. */
export const WITHDRAW_WITHIN_MS = 60_000;
const TRY_EVERY_MS = 1000;
const MOST = 5000;

export function redisWithdrawals(client: Client): Withdrawals {
  const entries = new Set<Entry>();
  let again: NodeJS.Timeout | undefined;

  function send(entry: Entry): void {
    entry.isSent = true;
    entry.withdraw().then(
      () => {
        entry.isDone = true;
        forget(entry);
      },
      (error: unknown) => {
        // Under a `commandTimeout` of the client it is in Redis's queue all the same.
        entry.isSent = isTimeout(error);
      },
    );
  }

  function remember(entry: Entry): void {
    const [oldest] = entries;
    if (entries.size >= MOST && oldest !== undefined) entries.delete(oldest);
    entries.add(entry);
    if (again !== undefined) return;
    again = setInterval(() => retry((each) => !each.isSent), TRY_EVERY_MS).unref();
    client.on("ready", afterReconnect);
  }

  function forget(entry: Entry): void {
    entries.delete(entry);
    if (entries.size > 0) return;
    clearInterval(again);
    again = undefined;
    client.removeListener("ready", afterReconnect);
  }

  /** A client that does not resend what was in flight (`autoResendUnfulfilledCommands: false`) drops it without a word. */
  function afterReconnect(): void {
    retry(() => true);
  }

  function retry(which: (entry: Entry) => boolean): void {
    const now = performance.now();
    for (const entry of entries) {
      if (now - entry.since > WITHDRAW_WITHIN_MS) forget(entry);
      else if (client.status === "ready" && which(entry)) send(entry);
    }
  }

  return {
    add(reply, withdraw, error) {
      const how = isTimeout(error) ? () => alone(client, withdraw) : withdraw;
      const entry: Entry = { since: performance.now(), withdraw: how, isSent: false, isDone: false };
      remember(entry);
      send(entry);
      // A script that the server has forgotten is sent again, and may so fall behind its own withdrawal.
      reply.then(
        () => {
          if (entry.isDone) send(entry);
        },
        () => {},
      );
    },
  };
}

/** Outside of the client's automatic pipeline, which the app's own next command would have to wait for. */
function alone({ options = {} }: Client, withdraw: () => Promise<unknown>): Promise<unknown> {
  const { enableAutoPipelining } = options;
  if (enableAutoPipelining !== true) return withdraw();
  options.enableAutoPipelining = false;
  try {
    return withdraw();
  } finally {
    options.enableAutoPipelining = enableAutoPipelining;
  }
}

function isTimeout(error: unknown): boolean {
  return error instanceof Error && error.message.startsWith("Command timed out");
}
