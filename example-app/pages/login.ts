import type { Words } from "../words/words.ts";
import { formError, input, oauthDoor, type Fault } from "./fields.ts";
import { html } from "./html.ts";
import { card, type Page } from "./layout.ts";

export interface LoginPage {
  email: string;
  error?: Fault | undefined;
  offers: { oauth: boolean; passkeys: boolean };
}

/** Passkeys are offered by a button, and by the browser in the field for the email; the script of the package's frame does both. */
export function loginPage({ email, error, offers }: LoginPage): Page {
  const autocomplete = offers.passkeys ? "username webauthn" : "username";
  return (t) =>
    card(
      t("signIn"),
      html`${formError(error)}
      <form method="post" action="/login">
        ${input({ name: "email", label: t("email"), type: "email", autocomplete, value: email, autofocus: true, error })}
        ${input({ name: "password", label: t("password"), type: "password", autocomplete: "current-password", error })}
        <button>${t("signIn")}</button>
      </form>
      <p class="foot"><a href="/recovery">${t("login.forgot")}</a></p>
      ${offers.passkeys && passkeyDoor(t)} ${oauthDoor(t, offers.oauth)}
      <p class="foot">${t("login.newHere")} <a href="/signup">${t("signUp")}</a></p>`,
    );
}

/** Shown by the script where the browser can do it. */
const passkeyDoor = (t: Words) => html`<form
  method="post"
  action="/passkey_sign_in"
  data-ceremony="get"
  data-field="credential"
  data-options="/passkey_sign_in/challenge"
  data-conditional
  data-failed="${t("login.passkeyFailed")}"
  hidden
>
  <p class="error" role="alert" data-says hidden></p>
  <input type="hidden" name="credential" />
  <button class="quiet">${t("login.passkey")}</button>
</form>`;
