import { html, type Html } from "./html.ts";
import { errorText } from "./layout.ts";
import type { Page, PageError } from "./pages.ts";

/** What the field of a code says. */
export interface CodeFieldParts {
  /** The form field that carries the code. */
  name: string;
  /** What it is called. */
  label: string;
  /** Characters, at most. */
  length: number;
  /** Of this field; undefined where it is not to blame. */
  error?: PageError | undefined;
  /** Guesses left, told beside what was wrong. */
  attempts?: number | undefined;
  /** Ids of texts that describe the field. */
  describedBy?: string;
  /** As it was typed before, where something else was wrong. */
  value?: string | undefined;
  /** The cursor stands in it; left out: yes. */
  focus?: boolean;
  /** Sends the form by itself once it is complete; left out where the form asks for more. */
  sends?: boolean;
}

/**
 * One field that looks like so many places, for typing, pasting and filling in alike (WCAG 2.2, 3.3.8). It takes whatever is pasted; with script it is
 * reduced to its digits, and the form goes out once, by itself, at the last one.
 */
export function codeField({ t }: Pick<Page, "t">, parts: CodeFieldParts): Html {
  const { name, label, length, error, attempts, describedBy, sends = false, value, focus = true } = parts;
  const beside = error !== undefined && attempts !== undefined;
  const described = [
    error !== undefined && `${name}-error`,
    beside && `${name}-left`,
    describedBy,
    sends && `${name}-sends`,
  ]
    .filter(Boolean)
    .join(" ");
  return html`<label for="${name}">${label}</label>
<div class="places n${length}"${error !== undefined && html` data-wrong`}>
<input id="${name}" class="code" name="${name}" type="text" inputmode="numeric" autocomplete="one-time-code" spellcheck="false" required${focus && html` autofocus`}${value !== undefined && html` value="${value}"`}${described !== "" && html` aria-describedby="${described}"`}${error !== undefined && html` aria-invalid="true"`} data-code="${length}"${sends && html` data-sends`}>
<span class="cells" aria-hidden="true">${Array.from({ length }, () => html`<i></i>`)}</span>
</div>
${error !== undefined && errorText(error, name)}
${beside && html`<p class="status" id="${name}-left">${t("verification.attempts", { n: attempts })}</p>`}
${sends && html`<p class="hidden" id="${name}-sends" hidden>${t("verification.sends")}</p>\n<p class="hidden" role="status" data-checking="${t("verification.checking")}"></p>`}`;
}
