import { MAXIMUM_PASSWORD, MINIMUM_PASSWORD } from "../passwords.ts";
import { MAXIMUM_NICKNAME } from "../signup-form.ts";
import { formError, input, oauthDoor, type Fault } from "./fields.ts";
import { html } from "./html.ts";
import { card, type Page } from "./layout.ts";

export interface SignupPage {
  email: string;
  nickname: string;
  error?: Fault | undefined;
  offersOAuth: boolean;
}

export function signupPage({ email, nickname, error, offersOAuth }: SignupPage): Page {
  return (t) =>
    card(
      t("signUp"),
      html`${formError(error)}
      <form method="post" action="/signup">
        ${input({ name: "email", label: t("email"), type: "email", autocomplete: "username", value: email, autofocus: true, error })}
        ${input({ name: "nickname", label: t("nickname"), type: "text", autocomplete: "nickname", value: nickname, maxLength: MAXIMUM_NICKNAME, error })}
        ${input({ name: "password", label: t("password"), type: "password", autocomplete: "new-password", hint: t("passwordHint", { n: MINIMUM_PASSWORD }), maxLength: MAXIMUM_PASSWORD, error })}
        <button>${t("signup.submit")}</button>
      </form>
      ${oauthDoor(t, offersOAuth)}
      <p class="foot">${t("signup.phoneAtHand")} <a href="/phone_signup/new">${t("signup.byNumber")}</a></p>
      <p class="foot">${t("signup.alreadyHere")} <a href="/login">${t("signIn")}</a></p>`,
    );
}
