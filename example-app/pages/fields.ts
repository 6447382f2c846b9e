import type { Refusal } from "../http.ts";
import { html, type Html } from "./html.ts";

export interface FieldParts {
  name: string;
  label: string;
  type: string;
  autocomplete: string;
  value?: string;
  hint?: string;
  maxLength?: number;
  autofocus?: boolean;
  error: Refusal | undefined;
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
export function formError(error: Refusal | undefined): Html | undefined {
  return error === undefined || error.field !== undefined
    ? undefined
    : html`<p class="error" role="alert">${error.message}</p>`;
}

export function oauthDoor(offered: boolean): Html | undefined {
  return offered
    ? html`<p class="or"><span>or</span></p>
        <p><a class="button quiet" href="/auth/oauth">Continue with your provider</a></p>`
    : undefined;
}
