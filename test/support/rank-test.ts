/** How two samples differ, by their ranks alone. */
export interface Ranked {
  /** How often one of the first is greater than one of the second; 0.5 where nothing tells them apart. */
  share: number;
  /** The same in standard deviations of what chance alone does. */
  z: number;
}

/** Mann and Whitney's test, in its normal approximation, with its correction for ties. Both samples must have some twenty values. */
export function rankTest(first: readonly number[], second: readonly number[]): Ranked {
  const [n, m] = [first.length, second.length];
  const all = [
    ...first.map((value) => ({ value, isFirst: true })),
    ...second.map((value) => ({ value, isFirst: false })),
  ].sort((one, other) => one.value - other.value);
  let [sumOfFirst, ties] = [0, 0];
  for (let from = 0; from < all.length;) {
    let to = from;
    while (to < all.length && all[to]?.value === all[from]?.value) to++;
    // All that are equal have the mean of their ranks.
    const rank = (from + 1 + to) / 2;
    sumOfFirst += rank * all.slice(from, to).filter(({ isFirst }) => isFirst).length;
    ties += (to - from) ** 3 - (to - from);
    from = to;
  }
  const greater = sumOfFirst - (n * (n + 1)) / 2;
  const total = n + m;
  const deviation = Math.sqrt(((n * m) / 12) * (total + 1 - ties / (total * (total - 1))));
  return { share: greater / (n * m), z: deviation === 0 ? 0 : (greater - (n * m) / 2) / deviation };
}
