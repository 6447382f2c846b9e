import { signup, type SignupOptions } from "../../lib/index.ts";
import { makeApp, versions, type AppOptions, type TestApp } from "./app.ts";
import { visitor, type Kind, type Visitor } from "./visitor.ts";

export const NUMBER = { country_code: "TW", phone_number: "0978 000 111" };
export const E164 = "+886978000111";
export const TAKEN = { country_code: "TW", phone_number: "0912 345 678" };
export const PROFILE = { email: "mia@example.com", nickname: "Mia" };
export const FIELDS: SignupOptions = {
  fields: [
    { name: "email", label: { en: "Email", de: "E-Mail" }, type: "email", autocomplete: "email" },
    { name: "nickname", label: "Nickname", required: false },
  ],
};

/** An app with sign-up by phone at /phone_signup, and who begins it there. */
export function signupScene(express: (typeof versions)[number]) {
  const make = (more: AppOptions = {}, options: SignupOptions = FIELDS): TestApp =>
    makeApp({
      express,
      routes: (app, { factors }) => void app.use("/phone_signup", signup(factors, options)),
      ...more,
    });
  const begin = async (app: TestApp, kind: Kind = "json", number = NUMBER): Promise<Visitor> => {
    const me = visitor(app, kind);
    await me.post("/phone_signup", number).expect(kind === "json" ? 201 : 303);
    return me;
  };
  const made = (app: TestApp) => [...app.users.values()].filter(({ id }) => id.startsWith("new"));
  return { make, begin, made };
}
