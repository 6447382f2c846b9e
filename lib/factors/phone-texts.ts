import type { Texts } from "../locales/en.ts";
import { languages } from "../locales/translate.ts";
import type { FactorDefinition, FactorTexts } from "./definition.ts";

/** What people read about one channel to their phone, from the texts that the phone's pages have. */
export function phoneTexts(channel: "sms" | "call" | "whatsapp"): FactorDefinition["texts"] {
  const ofChannel = (key: string) => (channel === "sms" ? key : `${key}.${channel}`) as keyof Texts;
  const inLanguage = (texts: Texts): FactorTexts => ({
    label: texts[`secondFactor.${channel}`].replace("{phone}", "{display}"),
    field: texts["verification.code"],
    hint: texts[ofChannel("verification.ask")],
    begin: texts[ofChannel("verification.send")],
  });
  return Object.fromEntries(
    Object.entries(languages).map(([tag, texts]) => [tag, inLanguage(texts)]),
  ) as FactorDefinition["texts"];
}
