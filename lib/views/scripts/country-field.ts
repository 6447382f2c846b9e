/**
 * The list of countries as a field that one searches in (ARIA Authoring Practices, editable combobox with a listbox). The list stays the field of the form:
 * without script it is what it is, and what else there is on the page goes on reading and setting it.
 */
export const countryFieldScript = `
(() => {
  const list = document.querySelector("select[data-countries]");
  if (!list) return;
  const label = document.querySelector('label[for="' + list.id + '"]');
  const make = (name, attributes) => {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    return made;
  };
  const popup = make("ul", { id: list.id + "-list", role: "listbox", hidden: "" });
  popup.setAttribute("aria-label", label.textContent);
  const field = make("input", { id: list.id + "-search", type: "text", role: "combobox", "aria-expanded": "false", "aria-autocomplete": "list", "aria-controls": popup.id,
    autocomplete: "off", autocapitalize: "none", spellcheck: "false", required: "" });
  const said = make("p", { class: "hidden", role: "status" });
  const box = make("div", { class: "combo" });
  for (const name of ["aria-invalid", "aria-describedby"]) if (list.hasAttribute(name)) field.setAttribute(name, list.getAttribute(name));
  label.htmlFor = field.id;
  box.append(field, popup, said);
  list.before(box);
  const hadFocus = list.hasAttribute("autofocus");
  list.required = false;
  list.classList.add("hidden");
  list.tabIndex = -1;
  list.setAttribute("aria-hidden", "true");

  const plain = (text) => text.normalize("NFKD").replace(/\\p{M}/gu, "").toLowerCase();
  // People know their country in their own language and in English, whatever the page is written in.
  const names = ["en", ...navigator.languages].flatMap((tag) => {
    try { return new Intl.DisplayNames([tag], { type: "region" }); } catch { return []; }
  });
  const countries = [...list.options].filter(({ value }) => value).map((option, i) => {
    const item = make("li", { id: list.id + "-" + option.value, role: "option", "aria-selected": "false" });
    item.textContent = option.text;
    if (option.nextElementSibling?.tagName === "HR") item.classList.add("end");
    const called = [option.text, ...names.map((each) => each.of(option.value))].map((name) => plain(name ?? ""));
    return { option, item, called, letters: option.value.toLowerCase(), at: i };
  });
  const worth = ({ called, letters, option }, typed) => {
    if (/^(\\+|00)?\\d+$/.test(typed)) return option.dataset.calling.startsWith(typed.replace(/^(\\+|00)/, "")) ? 1 : 0;
    if (called.some((name) => name.startsWith(typed))) return 4;
    if (letters === typed) return 3;
    if (called.some((name) => name.split(/[\\s(-]/).some((word) => word.startsWith(typed)))) return 2;
    return called.some((name) => name.includes(typed)) ? 1 : 0;
  };

  let found = countries, active, isTyped = false;
  const chosen = () => countries.find(({ option }) => option.selected);
  const show = () => { field.value = chosen()?.option.text ?? ""; };
  const mark = (next) => {
    active?.item.classList.remove("active");
    active = next;
    if (!active) return field.removeAttribute("aria-activedescendant");
    active.item.classList.add("active");
    field.setAttribute("aria-activedescendant", active.item.id);
    active.item.scrollIntoView({ block: "nearest" });
  };
  const open = (typed = "") => {
    const wanted = plain(typed).trim();
    found = wanted === "" ? countries : countries
      .map((each) => ({ each, worth: worth(each, wanted) }))
      .filter((each) => each.worth > 0)
      .sort((a, b) => b.worth - a.worth || a.each.at - b.each.at)
      .map(({ each }) => each);
    for (const { item, option } of found) item.setAttribute("aria-selected", String(option.selected));
    popup.replaceChildren(...found.map(({ item }) => item));
    popup.classList.toggle("searched", wanted !== "");
    popup.hidden = found.length === 0;
    field.setAttribute("aria-expanded", String(found.length > 0));
    said.textContent = wanted === "" ? "" : found.length === 0 ? list.dataset.none : list.dataset.matches.replace("{n}", found.length);
    box.classList.toggle("none", found.length === 0);
    mark(wanted === "" ? chosen() : found[0]);
  };
  const close = () => {
    popup.hidden = true;
    field.setAttribute("aria-expanded", "false");
    box.classList.remove("none");
    said.textContent = "";
    isTyped = false;
    mark(undefined);
    show();
  };
  const choose = ({ option }) => {
    list.value = option.value;
    list.dispatchEvent(new Event("change", { bubbles: true }));
    close();
    if (document.activeElement === field) field.select();
  };
  const move = (by) => {
    if (popup.hidden) return open(isTyped ? field.value : "");
    const at = found.indexOf(active) + by;
    mark(found[(at + found.length) % found.length]);
  };

  field.addEventListener("input", (event) => {
    if (event.isComposing) return;
    isTyped = true;
    open(field.value);
  });
  field.addEventListener("compositionend", () => open(field.value));
  field.addEventListener("focus", () => field.select());
  field.addEventListener("click", () => {
    if (!popup.hidden || isTyped) return;
    open();
    field.select();
  });
  // A click into what is selected would take the selection away, after all of this: what is typed next takes its place.
  field.addEventListener("mouseup", (event) => { if (!isTyped) event.preventDefault(); });
  field.addEventListener("blur", () => { if (isTyped && active) choose(active); else close(); });
  field.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    const isOpen = !popup.hidden;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (event.altKey && event.key === "ArrowUp") return close();
      move(event.key === "ArrowDown" ? 1 : -1);
    } else if (event.key === "Enter" && isOpen) {
      // The form is sent by the next one.
      event.preventDefault();
      if (active) choose(active); else close();
    } else if (event.key === "Escape" && (isOpen || isTyped)) {
      event.preventDefault();
      close();
      field.select();
    }
  });
  popup.addEventListener("mousedown", (event) => event.preventDefault());
  popup.addEventListener("click", (event) => {
    const hit = found.find(({ item }) => item.contains(event.target));
    if (hit) choose(hit);
  });
  list.addEventListener("change", () => { if (popup.hidden) show(); });
  list.addEventListener("focus", () => field.focus());
  addEventListener("pageshow", show);
  show();
  if (hadFocus) field.focus();
})();
`;
