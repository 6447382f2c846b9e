/** Where the time comes from: milliseconds since the epoch. Tests hand in a settable one. */
export type Clock = () => number;

export const systemClock: Clock = () => Date.now();
