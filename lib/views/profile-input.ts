import { html, type Html } from "./html.ts";
import { errorText } from "./layout.ts";
import type { PageError, ProfileInput } from "./pages.ts";

/** A text that the app asks for, its rules beside it; where it is at fault the cursor stands in it. */
export function profileInput(
  { name, label, type, autocomplete, required, value, hint }: ProfileInput,
  error: PageError | undefined,
): Html {
  const described = [error !== undefined && `${name}-error`, hint !== undefined && `${name}-hint`]
    .filter(Boolean)
    .join(" ");
  return html`<label for="${name}">${label}</label>
<input id="${name}" name="${name}" type="${type}" autocomplete="${autocomplete}" maxlength="200" value="${value}"${required && html` required`}${described !== "" && html` aria-describedby="${described}"`}${error !== undefined && html` aria-invalid="true" autofocus`}>
${errorText(error, name)}
${hint !== undefined && html`<p class="hint status" id="${name}-hint">${hint}</p>\n`}`;
}
