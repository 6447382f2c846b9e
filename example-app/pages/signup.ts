import type { Refusal } from "../http.ts";
import { MAXIMUM_PASSWORD, MINIMUM_PASSWORD } from "../passwords.ts";
import { MAXIMUM_NICKNAME } from "../signup-form.ts";
import { formError, input, oauthDoor } from "./fields.ts";
import { html } from "./html.ts";
import { card, type Card } from "./layout.ts";

export interface SignupPage {
  email: string;
  nickname: string;
  error?: Refusal;
  offersOAuth: boolean;
}

export function signupPage({ email, nickname, error, offersOAuth }: SignupPage): Card {
  const hint = `At least ${MINIMUM_PASSWORD} characters. A few words are easier to keep in mind.`;
  return card(
    "Create an account",
    html`${formError(error)}
      <form method="post" action="/signup">
        ${input({ name: "email", label: "Email", type: "email", autocomplete: "username", value: email, autofocus: true, error })}
        ${input({ name: "nickname", label: "Nickname", type: "text", autocomplete: "nickname", value: nickname, maxLength: MAXIMUM_NICKNAME, error })}
        ${input({ name: "password", label: "Password", type: "password", autocomplete: "new-password", hint, maxLength: MAXIMUM_PASSWORD, error })}
        <button>Create account</button>
      </form>
      ${oauthDoor(offersOAuth)}
      <p class="foot">Phone at hand? <a href="/phone_signup/new">Sign up with its number</a></p>
      <p class="foot">Already here? <a href="/login">Sign in</a></p>`,
  );
}
