import type { FactorDefinition } from "./definition.ts";

export const trustedDeviceTexts: FactorDefinition["texts"] = {
  en: {
    label: "Use a device on which you are signed in",
    name: "Remembered device",
    field: "Number",
    hint: "On a remembered device, open the security page while you are signed in, and type this number there.",
    begin: "Show a number",
  },
  de: {
    label: "Ein Gerät verwenden, auf dem Sie angemeldet sind",
    name: "Gemerktes Gerät",
    field: "Zahl",
    hint: "Öffnen Sie auf einem gemerkten Gerät, auf dem Sie angemeldet sind, die Sicherheitsseite und geben Sie dort diese Zahl ein.",
    begin: "Zahl anzeigen",
  },
  es: {
    label: "Usar un dispositivo en el que tiene la sesión iniciada",
    name: "Dispositivo recordado",
    field: "Número",
    hint: "En un dispositivo recordado, abra la página de seguridad con la sesión iniciada y escriba allí este número.",
    begin: "Mostrar un número",
  },
  fr: {
    label: "Utiliser un appareil sur lequel vous êtes connecté",
    name: "Appareil mémorisé",
    field: "Nombre",
    hint: "Sur un appareil mémorisé où vous êtes connecté, ouvrez la page de sécurité et saisissez-y ce nombre.",
    begin: "Afficher un nombre",
  },
  ja: {
    label: "サインイン済みのデバイスを使う",
    name: "記憶されたデバイス",
    field: "番号",
    hint: "記憶されたデバイスでサインインした状態のままセキュリティページを開き、この番号を入力してください。",
    begin: "番号を表示する",
  },
  "zh-TW": {
    label: "使用已登入的裝置",
    name: "已記住的裝置",
    field: "號碼",
    hint: "請在已記住且已登入的裝置上開啟安全性頁面，並輸入這個號碼。",
    begin: "顯示號碼",
  },
};
