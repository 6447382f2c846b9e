import type { Refusal } from "../http.ts";
import { formError, input, oauthDoor } from "./fields.ts";
import { html, type Html } from "./html.ts";
import { card } from "./layout.ts";

export interface LoginPage {
  email: string;
  error?: Refusal;
  offers: { oauth: boolean; passkeys: boolean };
}

/** Passkeys are offered by a button, and by the browser in the field for the email; the script of `passkeySignIn` does both. */
export function loginPage({ email, error, offers }: LoginPage): Html {
  const autocomplete = offers.passkeys ? "username webauthn" : "username";
  return card(
    "Sign in",
    html`${formError(error)}
      <form method="post" action="/login">
        ${input({ name: "email", label: "Email", type: "email", autocomplete, value: email, autofocus: true, error })}
        ${input({ name: "password", label: "Password", type: "password", autocomplete: "current-password", error })}
        <button>Sign in</button>
      </form>
      ${offers.passkeys && passkeyDoor} ${oauthDoor(offers.oauth)}
      <p class="foot">New here? <a href="/signup">Create an account</a></p>`,
    offers.passkeys ? "/passkey_sign_in/assets/factors.js" : undefined,
  );
}

/** Shown by the script where the browser can do it. */
const passkeyDoor = html`<form
  method="post"
  action="/passkey_sign_in"
  data-ceremony="get"
  data-field="credential"
  data-options="/passkey_sign_in/challenge"
  data-conditional
  data-failed="That did not work. It was cancelled, took too long, or this device has no passkey for this site."
  hidden
>
  <p class="error" role="alert" data-says hidden></p>
  <input type="hidden" name="credential" />
  <button class="quiet">Sign in with a passkey</button>
</form>`;
