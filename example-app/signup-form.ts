import type { Request } from "express";
import type { ProfileCheck, SignupField } from "passport-factors";
import { field, Refusal, type Reason } from "./http.ts";
import { MAXIMUM_PASSWORD, MINIMUM_PASSWORD } from "./passwords.ts";
import type { Users } from "./users.ts";
import { inEveryLanguage, type Values } from "./words/words.ts";

export interface SignupForm {
  email: string;
  nickname: string;
  password: string;
}

const MAXIMUM_EMAIL = 254;
export const MAXIMUM_NICKNAME = 40;

/** What a sign-up by phone asks for beside the code: a password too, for the next login. */
export const PHONE_SIGNUP_FIELDS: readonly SignupField[] = [
  { name: "email", label: inEveryLanguage("email"), type: "email", autocomplete: "username" },
  { name: "nickname", label: inEveryLanguage("nickname"), autocomplete: "nickname" },
  {
    name: "password",
    label: inEveryLanguage("password"),
    hint: inEveryLanguage("passwordHint", { n: MINIMUM_PASSWORD }),
    type: "password",
    autocomplete: "new-password",
  },
];

/** The first field of a sign-up by phone that will not do. */
export function checkPhoneSignup(users: Users): ProfileCheck {
  return async ({ email = "", nickname = "", password = "" }) => {
    const wrong = wrongField({ email, nickname, password });
    if (wrong !== undefined) return wrong.name;
    return (await users.byEmail(email)) === undefined ? undefined : "email";
  };
}

/** The same for GraphQL, where the nickname is called name. */
export function checkGraphQLSignup(users: Users): ProfileCheck {
  const check = checkPhoneSignup(users);
  return async ({ name = "", ...profile }) => {
    const wrong = await check({ ...profile, nickname: name });
    return wrong === "nickname" ? "name" : wrong;
  };
}

/** Reads the sign-up form. Throws a 400 that names the first field that is wrong. */
export function readSignup(req: Request): SignupForm {
  const form = {
    email: field(req, "email").trim(),
    nickname: field(req, "nickname").trim(),
    password: field(req, "password"),
  };
  const wrong = wrongField(form);
  if (wrong !== undefined)
    throw new Refusal(400, `invalid_${wrong.name}`, wrong.reason, {
      field: wrong.name,
      values: wrong.values ?? {},
    });
  return form;
}

function wrongField({
  email,
  nickname,
  password,
}: SignupForm): { name: string; reason: Reason; values?: Values } | undefined {
  const address = /^[^\s@<>"\p{Cc}]{1,64}@[^\s@<>"\p{Cc}]+\.[^\s@.<>"\p{Cc}]+$/u;
  if (email.length > MAXIMUM_EMAIL || !address.test(email))
    return { name: "email", reason: "refusal.invalid_email" };
  if (nickname === "" || nickname.length > MAXIMUM_NICKNAME || /[\p{Cc}\p{Cf}]/u.test(nickname))
    return { name: "nickname", reason: "refusal.invalid_nickname", values: { n: MAXIMUM_NICKNAME } };
  if (password.length < MINIMUM_PASSWORD || password.length > MAXIMUM_PASSWORD)
    return {
      name: "password",
      reason: "refusal.invalid_password",
      values: { min: MINIMUM_PASSWORD, max: MAXIMUM_PASSWORD },
    };
  return undefined;
}
