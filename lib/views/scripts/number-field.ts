/** Shows how a number of the chosen country looks, groups what is typed like it, and finds the country of a number that begins with its calling code. */
export const numberFieldScript = `
(() => {
  const list = document.querySelector("[data-countries]");
  const field = document.querySelector("[data-number]");
  if (!list || !field) return;
  const options = [...list.options].filter((option) => option.dataset.calling);
  const chosen = () => list.selectedOptions[0];
  const international = (text) => /^\\s*(\\+|00)\\s*([\\d\\s().-]*)/.exec(text)?.[2].replace(/\\D/g, "");
  const countryOf = (digits) => {
    const of = options.filter((option) => digits.startsWith(option.dataset.calling));
    return of.find((option) => option === chosen()) ?? of.find((option) => "main" in option.dataset) ?? of[0];
  };
  // Only where all numbers are as long as the example, and what is typed begins as it does: else a guess would be in the way.
  const grouped = (text) => {
    const { example = "", grouped: isGrouped } = chosen()?.dataset ?? {};
    const digits = text.replace(/\\D/g, "");
    if (isGrouped === undefined || !/^[\\d\\s().-]*$/.test(text)) return text;
    if (example.startsWith("0") !== digits.startsWith("0") || digits.length > example.replace(/\\D/g, "").length) return text;
    let at = 0, made = "";
    for (const sign of example) {
      if (at === digits.length) break;
      made += /\\d/.test(sign) ? digits[at++] : sign;
    }
    return made;
  };
  const read = () => {
    const digits = international(field.value);
    if (digits !== undefined) {
      const option = countryOf(digits);
      if (option && option !== chosen()) {
        list.value = option.value;
        list.dispatchEvent(new Event("change"));
      }
    } else if (field.selectionStart === field.value.length) {
      const text = grouped(field.value);
      if (text !== field.value) field.value = text;
    }
  };
  field.addEventListener("input", read);
  list.addEventListener("change", () => {
    field.placeholder = chosen()?.dataset.example ?? "";
    if (international(field.value) === undefined) field.value = grouped(field.value);
  });
})();
`;
