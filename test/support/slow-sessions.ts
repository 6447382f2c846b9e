import session from "express-session";

type Done = (error?: unknown) => void;

/** express-session's MemoryStore, whose writes land late; and it counts them. */
export class SlowStore extends session.MemoryStore {
  readonly ms: number;
  writes = 0;

  constructor(ms: number) {
    super();
    this.ms = ms;
  }

  override set(sid: string, data: session.SessionData, done?: Done): void {
    this.writes += 1;
    setTimeout(() => super.set(sid, data, done), this.ms);
  }

  override destroy(sid: string, done?: Done): void {
    setTimeout(() => super.destroy(sid, done), this.ms);
  }
}

/** A store that never touches, as some are. */
export function withoutTouch(store: session.Store): session.Store {
  Object.defineProperty(store, "touch", { value: undefined });
  return store;
}
