import type { FactorDefinition } from "./definition.ts";

/** What people read about authenticator apps. */
export const totpTexts: FactorDefinition["texts"] = {
  en: {
    label: "Use your authenticator app",
    name: "Authenticator app",
    field: "Code",
    hint: "Open your authenticator app and enter the 6-digit code that it shows now.",
  },
  de: {
    label: "Authenticator-App verwenden",
    name: "Authenticator-App",
    field: "Code",
    hint: "Öffnen Sie Ihre Authenticator-App und geben Sie den sechsstelligen Code ein, den sie gerade zeigt.",
  },
  es: {
    label: "Usar la aplicación de autenticación",
    name: "Aplicación de autenticación",
    field: "Código",
    hint: "Abra su aplicación de autenticación e introduzca el código de 6 dígitos que muestra ahora.",
  },
  fr: {
    label: "Utiliser l’application d’authentification",
    name: "Application d’authentification",
    field: "Code",
    hint: "Ouvrez votre application d’authentification et saisissez le code à 6 chiffres qu’elle affiche.",
  },
  ja: {
    label: "認証アプリを使う",
    name: "認証アプリ",
    field: "コード",
    hint: "認証アプリを開き、表示されている6桁のコードを入力してください。",
  },
  "zh-TW": {
    label: "使用驗證應用程式",
    name: "驗證應用程式",
    field: "驗證碼",
    hint: "請開啟您的驗證應用程式，輸入目前顯示的 6 位數驗證碼。",
  },
};
