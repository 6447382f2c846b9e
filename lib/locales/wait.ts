/** Seconds as people say them: "in 30 seconds", "in 2 hours"; rounded up, so that nobody comes too early. */
export function waitInWords(seconds: number, locale: string): string {
  const words = new Intl.RelativeTimeFormat(locale, { numeric: "always" });
  if (seconds <= 90) return words.format(Math.max(1, Math.ceil(seconds)), "second");
  if (seconds <= 90 * 60) return words.format(Math.ceil(seconds / 60), "minute");
  return words.format(Math.ceil(seconds / 3600), "hour");
}
