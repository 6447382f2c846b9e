/** Commands in a row that must miss their deadline before Redis is taken to hang. */
const MOST_LATE = 20;

/** Refuses at once where Redis hangs: what waits for its deadline fills memory. */
export interface Breaker {
  /** Whether Redis hangs. Whoever is told so also sees to it that Redis is asked whether it is back. */
  isOpen(): boolean;
  answered(): void;
  missed(): void;
}

/** `probe` asks Redis for a sign of life, under no deadline; `patiently` waits for it as long as for any command. */
export function createBreaker(
  probe: () => Promise<unknown>,
  patiently: (answer: Promise<unknown>) => Promise<unknown>,
): Breaker {
  let missedInARow = 0;
  let isProbing = false;
  const close = () => {
    missedInARow = 0;
  };

  /** One at a time. An answer that comes after its deadline is an answer all the same. */
  function ask(): void {
    if (isProbing) return;
    isProbing = true;
    const answer = probe();
    answer.then(close, () => {});
    patiently(answer)
      .catch(() => {})
      .finally(() => {
        isProbing = false;
      });
  }

  return {
    isOpen() {
      if (missedInARow < MOST_LATE) return false;
      ask();
      return true;
    },
    answered: close,
    missed() {
      missedInARow += 1;
    },
  };
}
