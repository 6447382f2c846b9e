/** The name that was meant: one that is a slip of the fingers or two away, else undefined. */
export function nearest(name: string, known: readonly string[]): string | undefined {
  const allowed = Math.max(name.length < 4 ? 1 : 2, Math.floor(name.length / 6));
  let best: { name: string; distance: number } | undefined;
  for (const each of known) {
    if (Math.abs(each.length - name.length) > allowed) continue;
    const distance = distanceOf(each.toLowerCase(), name.toLowerCase());
    if (distance <= allowed && distance < (best?.distance ?? Infinity)) best = { name: each, distance };
  }
  return best?.name;
}

/** Levenshtein's. */
function distanceOf(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, i) => i);
  for (const [i, letter] of Array.from(one).entries()) {
    const next = [i + 1];
    for (let j = 1; j <= other.length; j++) {
      const changed = (row[j - 1] ?? 0) + (other[j - 1] === letter ? 0 : 1);
      next.push(Math.min(changed, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[other.length] ?? 0;
}
