const ESCAPES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** A text as it stands in HTML, within an element or a quoted attribute. */
export const escaped = (text: string) => text.replace(/[&<>"']/g, (each) => ESCAPES[each] as string);
