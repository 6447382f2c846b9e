/** Commands in a row that must miss their deadline before Redis is taken to hang. */
const MOST_MISSED = 20;
/** Or so many that wait while none was answered for so long: a burst, or a pause for breath, is less. */
const MOST_WAITING = 1000;
const BREATH_MS = 250;
const SILENT_MS = 3000;

/** Refuses at once where Redis hangs: what waits for its deadline fills memory. */
export interface Breaker {
  /** Whether Redis hangs. Whoever is told so also sees to it that Redis is asked whether it is back. */
  isOpen(): boolean;
  sent(): void;
  answered(): void;
  missed(): void;
  /** No answer is waited for any more, for another reason. */
  failed(): void;
}

export interface BreakerParts {
  /** Asks Redis for a sign of life, under no deadline. */
  probe(): Promise<unknown>;
  /** Waits for it as long as for any command. */
  patiently(answer: Promise<unknown>): Promise<unknown>;
  /** There was no sign of life for long: the other end may be gone, or be master no more. */
  giveUp(): void;
}

export function createBreaker({ probe, patiently, giveUp }: BreakerParts): Breaker {
  let missedInARow = 0;
  let waiting = 0;
  let answeredAt = 0;
  let silentSince = 0;
  let isProbing = false;
  const close = () => {
    missedInARow = 0;
    answeredAt = performance.now();
  };
  const hangs = () =>
    missedInARow >= MOST_MISSED || (waiting >= MOST_WAITING && performance.now() - answeredAt > BREATH_MS);

  /** One at a time. An answer that comes after its deadline is an answer all the same. */
  function ask(): void {
    if (isProbing) return;
    isProbing = true;
    const answer = probe();
    answer.then(close, () => {});
    patiently(answer)
      .catch(() => {
        if (performance.now() - silentSince < SILENT_MS) return;
        silentSince = performance.now();
        giveUp();
      })
      .finally(() => {
        isProbing = false;
      });
  }

  return {
    isOpen() {
      if (!hangs()) return false;
      ask();
      return true;
    },
    sent() {
      if (waiting === 0) answeredAt = performance.now();
      waiting += 1;
    },
    answered() {
      waiting -= 1;
      close();
    },
    missed() {
      waiting -= 1;
      missedInARow += 1;
      if (missedInARow === MOST_MISSED) silentSince = performance.now();
    },
    failed() {
      waiting -= 1;
    },
  };
}
