import type { FactorDefinition } from "./definition.ts";

/** What people read about backup codes where they type one, and where they choose. */
export const backupCodesTexts: FactorDefinition["texts"] = {
  en: {
    label: "Use a backup code",
    name: "Backup codes",
    field: "Backup code",
    hint: "Enter one of your backup codes that you have not used yet.",
  },
  de: {
    label: "Reservecode verwenden",
    name: "Reservecodes",
    field: "Reservecode",
    hint: "Geben Sie einen Ihrer Reservecodes ein, den Sie noch nicht benutzt haben.",
  },
  es: {
    label: "Usar un código de respaldo",
    name: "Códigos de respaldo",
    field: "Código de respaldo",
    hint: "Introduzca uno de sus códigos de respaldo que aún no haya usado.",
  },
  fr: {
    label: "Utiliser un code de secours",
    name: "Codes de secours",
    field: "Code de secours",
    hint: "Saisissez l’un de vos codes de secours que vous n’avez pas encore utilisé.",
  },
  ja: {
    label: "バックアップコードを使う",
    name: "バックアップコード",
    field: "バックアップコード",
    hint: "まだ使っていないバックアップコードを1つ入力してください。",
  },
  "zh-TW": {
    label: "使用備用碼",
    name: "備用碼",
    field: "備用碼",
    hint: "請輸入一組尚未使用過的備用碼。",
  },
};
