/** What is held, at the gate. */
export interface Held {
  /** Resolves when somebody has come to it. */
  reached: Promise<void>;
  letGo(): void;
}

/** Holds the next call of a method until it is let go; those after it pass. Fit for what answers with a promise or by a callback. */
export function holdNext<Name extends string>(
  target: Record<Name, (...args: never[]) => unknown>,
  name: Name,
): Held {
  const own = target[name];
  let arrive: () => void = () => {};
  let letGo: () => void = () => {};
  const reached = new Promise<void>((resolve) => (arrive = resolve));
  const gate = new Promise<void>((resolve) => (letGo = resolve));
  target[name] = async (...args: never[]) => {
    target[name] = own;
    arrive();
    await gate;
    return own.apply(target, args);
  };
  return { reached, letGo };
}
