import type { FactorDefinition } from "./definition.ts";

export const oldPasswordTexts: FactorDefinition["texts"] = {
  en: {
    label: "Enter an old password",
    field: "Old password",
    hint: "A password that you had before the one you have forgotten.",
  },
  de: {
    label: "Ein altes Passwort eingeben",
    field: "Altes Passwort",
    hint: "Ein Passwort, das Sie vor dem vergessenen hatten.",
  },
  es: {
    label: "Introducir una contraseña anterior",
    field: "Contraseña anterior",
    hint: "Una contraseña que tuvo antes de la que ha olvidado.",
  },
  fr: {
    label: "Saisir un ancien mot de passe",
    field: "Ancien mot de passe",
    hint: "Un mot de passe que vous aviez avant celui que vous avez oublié.",
  },
  ja: {
    label: "以前のパスワードを入力する",
    field: "以前のパスワード",
    hint: "お忘れになったパスワードより前に使っていたものを入力してください。",
  },
  "zh-TW": { label: "輸入舊密碼", field: "舊密碼", hint: "在您忘記的那組密碼之前用過的密碼。" },
};
