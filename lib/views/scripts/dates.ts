/** Dates are the reader's: the server knows neither their day nor their hour. */
export const datesScript = `
for (const time of document.querySelectorAll("time[data-local]")) {
  const { local } = time.dataset;
  const style = local === "hour" ? { timeStyle: "short" } : local === "long" ? { dateStyle: "long" } : { dateStyle: "medium", ...(local === "time" ? { timeStyle: "short" } : {}) };
  time.textContent = new Intl.DateTimeFormat(document.documentElement.lang, style).format(new Date(time.dateTime));
}
`;
