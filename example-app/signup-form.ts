import type { Request } from "express";
import { field, Refusal } from "./http.ts";
import { MAXIMUM_PASSWORD, MINIMUM_PASSWORD } from "./passwords.ts";

export interface SignupForm {
  email: string;
  nickname: string;
  password: string;
}

const MAXIMUM_EMAIL = 254;
export const MAXIMUM_NICKNAME = 40;

/** Reads the sign-up form. Throws a 400 that names the first field that is wrong. */
export function readSignup(req: Request): SignupForm {
  const wrong = (name: string, message: string) =>
    new Refusal(400, `invalid_${name}`, message, { field: name });
  const email = field(req, "email").trim();
  if (
    email.length > MAXIMUM_EMAIL ||
    !/^[^\s@<>"\p{Cc}]{1,64}@[^\s@<>"\p{Cc}]+\.[^\s@.<>"\p{Cc}]+$/u.test(email)
  ) {
    throw wrong("email", "Please enter a whole email address, such as ann@example.org.");
  }
  const nickname = field(req, "nickname").trim();
  if (nickname === "" || nickname.length > MAXIMUM_NICKNAME || /[\p{Cc}\p{Cf}]/u.test(nickname)) {
    throw wrong("nickname", `Please choose a nickname of 1 to ${MAXIMUM_NICKNAME} characters.`);
  }
  const password = field(req, "password");
  if (password.length < MINIMUM_PASSWORD || password.length > MAXIMUM_PASSWORD) {
    throw wrong(
      "password",
      `Please choose a password of ${MINIMUM_PASSWORD} to ${MAXIMUM_PASSWORD} characters.`,
    );
  }
  return { email, nickname, password };
}
