/** Reduces what is typed or pasted to its digits, shows where the next goes, and sends the form at the last one. */
export const codeFieldScript = `
(() => {
  const field = document.querySelector("[data-code]");
  if (!field) return;
  const length = Number(field.dataset.code);
  const places = field.closest(".places");
  const cells = places.querySelectorAll("i");
  const hint = document.getElementById(field.id + "-sends");
  if (hint) hint.hidden = false;
  places.classList.add("live");
  // Arabic, Persian, Devanagari, Bengali and full-width digits, as keyboards of those scripts write them.
  const ZEROS = [0x660, 0x6f0, 0x966, 0x9e6, 0xff10];
  const western = (text) => text.replace(/[\\u0660-\\u0669\\u06f0-\\u06f9\\u0966-\\u096f\\u09e6-\\u09ef\\uff10-\\uff19]/g, (digit) => {
    const code = digit.charCodeAt(0);
    return String(code - ZEROS.find((zero) => code >= zero && code < zero + 10));
  });
  // A code alone, in groups or in the message around it; what could be two is left for the server to refuse.
  const digitsOf = (text) => {
    const plain = western(text).replace(/(\\d)[\\s\\u200b-\\u200f\\u2010-\\u2015\\u2066-\\u2069\\u00ad-]+(?=\\d)/g, "$1");
    const runs = plain.match(/\\d+/g) ?? [];
    const whole = [...new Set(runs.filter((run) => run.length === length))];
    if (whole.length === 1) return whole[0];
    if (whole.length > 1) return undefined;
    const all = runs.join("");
    return all.length <= length ? all : undefined;
  };
  const show = () => {
    const at = document.activeElement === field ? Math.min(field.value.length, length - 1) : -1;
    cells.forEach((cell, i) => cell.classList.toggle("now", i === at));
  };
  let sent = false;
  const read = (event) => {
    if (event?.isComposing) return;
    const digits = digitsOf(field.value);
    if (digits !== undefined && digits !== field.value) field.value = digits;
    show();
    if (digits?.length !== length || sent || !("sends" in field.dataset) || !field.form.checkValidity()) return;
    sent = true;
    const status = field.form.querySelector("[data-checking]");
    if (status) status.textContent = status.dataset.checking;
    field.form.requestSubmit();
  };
  field.addEventListener("input", read);
  field.addEventListener("compositionend", read);
  for (const name of ["focus", "blur"]) field.addEventListener(name, show);
  addEventListener("pageshow", (event) => { if (event.persisted) { sent = false; field.value = ""; show(); } });
  show();
})();
`;
