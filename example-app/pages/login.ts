import type { Refusal } from "../http.ts";
import { formError, input, oauthDoor } from "./fields.ts";
import { html } from "./html.ts";
import { card, type Card } from "./layout.ts";

export interface LoginPage {
  email: string;
  error?: Refusal;
  offersOAuth: boolean;
}

export function loginPage({ email, error, offersOAuth }: LoginPage): Card {
  return card(
    "Sign in",
    html`${formError(error)}
      <form method="post" action="/login">
        ${input({ name: "email", label: "Email", type: "email", autocomplete: "username", value: email, autofocus: true, error })}
        ${input({ name: "password", label: "Password", type: "password", autocomplete: "current-password", error })}
        <button>Sign in</button>
      </form>
      ${oauthDoor(offersOAuth)}
      <p class="foot">New here? <a href="/signup">Create an account</a></p>`,
  );
}
