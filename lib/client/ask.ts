/** Asks the app; rejects with what it refuses. */
export type Ask = <Answer>(method: "GET" | "POST", path: string, body?: object) => Promise<Answer>;

/** Has the browser prove that a passkey is there: the JSON of Web Authentication in and out. */
export type Prove = (publicKey: unknown, signal?: AbortSignal) => Promise<unknown>;
