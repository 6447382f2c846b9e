/** Seconds as people say them: "in 30 seconds", "in 2 hours"; rounded up, so that nobody comes too early. */
export function waitInWords(seconds: number, locale: string): string {
  const words = new Intl.RelativeTimeFormat(locale, { numeric: "always" });
  if (seconds <= 90) return words.format(Math.max(1, Math.ceil(seconds)), "second");
  if (seconds <= 90 * 60) return words.format(Math.ceil(seconds / 60), "minute");
  return words.format(Math.ceil(seconds / 3600), "hour");
}

/** The same as a length of time: "30 seconds", "24 hours". */
export function forInWords(seconds: number, locale: string): string {
  const words = (unit: string, n: number) =>
    new Intl.NumberFormat(locale, { style: "unit", unit, unitDisplay: "long" }).format(n);
  if (seconds <= 90) return words("second", Math.max(1, Math.ceil(seconds)));
  if (seconds <= 90 * 60) return words("minute", Math.ceil(seconds / 60));
  return words("hour", Math.ceil(seconds / 3600));
}
