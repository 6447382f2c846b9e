import type { FactorDefinition } from "./definition.ts";

/** What people read about codes by mail. */
export const emailTexts: FactorDefinition["texts"] = {
  en: {
    label: "Email {display}",
    name: "Email address",
    field: "Code",
    hint: "We will send a code to the email address on file.",
    begin: "Email me a code",
  },
  de: {
    label: "E-Mail an {display}",
    name: "E-Mail-Adresse",
    field: "Code",
    hint: "Wir senden einen Code an die hinterlegte E-Mail-Adresse.",
    begin: "Code per E-Mail senden",
  },
  es: {
    label: "Correo a {display}",
    name: "Correo electrónico",
    field: "Código",
    hint: "Enviaremos un código a la dirección de correo registrada.",
    begin: "Enviarme un código por correo",
  },
  fr: {
    label: "E-mail à {display}",
    name: "Adresse e-mail",
    field: "Code",
    hint: "Nous enverrons un code à l’adresse e-mail enregistrée.",
    begin: "M’envoyer un code par e-mail",
  },
  ja: {
    label: "{display} にメールで送信",
    name: "メールアドレス",
    field: "コード",
    hint: "登録されたメールアドレスにコードを送信します。",
    begin: "メールでコードを送信",
  },
  "zh-TW": {
    label: "傳送電子郵件至 {display}",
    name: "電子郵件地址",
    field: "驗證碼",
    hint: "我們會將驗證碼傳送至登記的電子郵件地址。",
    begin: "以電子郵件傳送驗證碼",
  },
};
