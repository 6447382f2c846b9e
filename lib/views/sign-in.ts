import { ceremonyForm, ceremonyWithout } from "./ceremony.ts";
import { html } from "./html.ts";
import { errorText, layout } from "./layout.ts";
import type { SignInPage } from "./pages.ts";

/** Signing in by a ceremony alone: by the button, or from what the browser offers in the field. */
export function signInView(page: SignInPage): string {
  const { t, texts, error, field, action, beginAction, otherWays } = page;
  return layout(
    page,
    t("signIn.title"),
    html`${texts.hint !== undefined && html`<p>${texts.hint}</p>`}
${errorText(error)}
${ceremonyWithout(t)}
${ceremonyForm(
  t,
  { kind: "get", field, action, options: beginAction, conditional: true },
  html`<label for="username">${t("signIn.username")}</label>
<input id="username" type="text" autocomplete="username webauthn" maxlength="200">
<button>${texts.begin ?? texts.label}</button>`,
)}
<div class="ways"><a href="${otherWays}">${t("signIn.otherWays")}</a></div>`,
  );
}
