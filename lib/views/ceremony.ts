import type { Translate } from "../locales/translate.ts";
import { html, type Html } from "./html.ts";

/** A form that the browser's own ceremony fills in. */
export interface CeremonyForm {
  kind: "get" | "create";
  /** Where the credential's JSON goes. */
  field: string;
  action: string;
  /** POST here for the options; or the options themselves, as JSON. */
  options?: string;
  publicKey?: string;
  /** Passkeys are offered in the fields of the form, too. */
  conditional?: boolean;
}

/** Shown by the script where the browser can do it, and hidden without. */
export function ceremonyForm(t: Translate, form: CeremonyForm, inside: Html): Html {
  const { kind, field, action, options, publicKey, conditional = false } = form;
  return html`<form method="post" action="${action}" data-ceremony="${kind}" data-field="${field}"${options !== undefined && html` data-options="${options}"`}${publicKey !== undefined && html` data-public-key="${publicKey}"`}${conditional && html` data-conditional`} data-failed="${t("ceremony.failed")}" data-known="${t("ceremony.known")}" hidden>
<p class="error" role="alert" data-says hidden></p>
<input type="hidden" name="${field}">
${inside}
</form>`;
}

/** What stands in its place until then: what is needed. */
export const ceremonyWithout = (t: Translate): Html =>
  html`<p class="error" data-without-ceremony>${t("ceremony.without")}</p>`;
