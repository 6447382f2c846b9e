/**
 * Deadlines that cost next to nothing: everything begun in the same short while shares one timer and one signal. A deadline
 * may so come a little late, by a twentieth of its time; never early.
 */
export interface Deadlines {
  /** The answer, or a rejection with the error when the time is over first; the signal says so to whoever is still at work. */
  race<Answer>(run: (signal: AbortSignal) => Answer | Promise<Answer>): Promise<Answer>;
}

interface Slot {
  endsAt: number;
  rejects: ((error: Error) => void)[];
  abort: AbortController;
}

export function createDeadlines(ms: number, late: () => Error): Deadlines {
  const width = ms / 20;
  let current: Slot | undefined;

  function slotAt(now: number): Slot {
    if (current !== undefined && current.endsAt - now >= ms) return current;
    const slot: Slot = { endsAt: now + ms + width, rejects: [], abort: new AbortController() };
    setTimeout(() => due(slot), ms + width).unref();
    current = slot;
    return slot;
  }

  /**
   * A timer comes before the sockets are read. Where the event loop stood still, the answer may be there and unread, or the question not even be
   * written: the sockets get the loop's next turn, and once more a while where it was late.
   */
  function due(slot: Slot): void {
    if (current === slot) current = undefined;
    if (performance.now() - slot.endsAt > width) setTimeout(afterReading, width, () => over(slot)).unref();
    else afterReading(() => over(slot));
  }

  function over(slot: Slot): void {
    const error = late();
    slot.abort.abort(error);
    for (const reject of slot.rejects) reject(error);
  }

  return {
    race: (run) =>
      new Promise((resolve, reject) => {
        const slot = slotAt(performance.now());
        slot.rejects.push(reject);
        Promise.resolve(run(slot.abort.signal)).then(resolve, reject);
      }),
  };
}

/** Node reads its sockets before each `setImmediate`; what is read may take one more turn to be handed on. */
function afterReading(then: () => void): void {
  setImmediate(() => setImmediate(then));
}
