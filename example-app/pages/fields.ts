import type { Words } from "../words/words.ts";
import { html, type Html } from "./html.ts";

/** What a form that was refused says: at a field, or above all of them. */
export interface Fault {
  field: string | undefined;
  message: string;
}

export interface FieldParts {
  name: string;
  label: string;
  type: string;
  autocomplete: string;
  value?: string;
  hint?: string;
  maxLength?: number;
  autofocus?: boolean;
  error: Fault | undefined;
}

/** A labelled input; a refusal of this field stands under it, and the cursor in it. */
export function input({
  name,
  label,
  type,
  autocomplete,
  value,
  hint,
  maxLength,
  autofocus,
  error,
}: FieldParts): Html {
  const wrong = error?.field === name;
  const described = [
    ...(hint === undefined ? [] : [`${name}-hint`]),
    ...(wrong ? [`${name}-error`] : []),
  ].join(" ");
  const focus = wrong || (autofocus === true && error === undefined);
  return html`<label for="${name}">${label}</label>
    <input
      id="${name}"
      name="${name}"
      type="${type}"
      autocomplete="${autocomplete}"
      required${value !== undefined && html` value="${value}"`}${maxLength !== undefined && html` maxlength="${maxLength}"`}${focus && html` autofocus`}${described !== "" && html` aria-describedby="${described}"`}${wrong && html` aria-invalid="true"`}
    />
    ${wrong && html`<p class="error" role="alert" id="${name}-error">${error.message}</p>`}
    ${hint !== undefined && html`<p class="hint" id="${name}-hint">${hint}</p>`}`;
}

/** A refusal that belongs to no field. */
export function formError(error: Fault | undefined): Html | undefined {
  return error === undefined || error.field !== undefined
    ? undefined
    : html`<p class="error" role="alert">${error.message}</p>`;
}

export function oauthDoor(t: Words, offered: boolean): Html | undefined {
  return offered
    ? html`<p class="or"><span>${t("or")}</span></p>
        <p><a class="button quiet" href="/auth/oauth">${t("provider")}</a></p>`
    : undefined;
}
