import { en, type Texts } from "../locales/en.ts";
import type { Languages } from "../locales/languages.ts";
import { ownLanguages } from "../locales/translate.ts";
import type { FactorDefinition, FactorTexts } from "./definition.ts";

type Channel = "sms" | "call" | "whatsapp";

/** What people read about one channel to their phone, from the texts that the phone's pages have, in each of the languages. */
export function phoneTextsIn(channel: string, languages: Languages): FactorDefinition["texts"] {
  const its = channel as Channel;
  const ofChannel = (key: string) => (its === "sms" ? key : `${key}.${its}`) as keyof Texts;
  const inLanguage = (tag: string): FactorTexts => {
    const t = languages.translator(tag);
    return {
      label: t(`secondFactor.${its}`, { phone: "{display}" }),
      field: t("verification.code"),
      hint: t(ofChannel("verification.ask")),
      begin: t(ofChannel("verification.send")),
    };
  };
  return Object.fromEntries(
    languages.tags.map((tag) => [tag, inLanguage(tag)]),
  ) as unknown as FactorDefinition["texts"];
}

/** A channel of an app's own brings its own. */
export const hasPhoneTexts = (channel: string): boolean => Object.hasOwn(en, `secondFactor.${channel}`);

/** The same in the package's own words. */
export const phoneTexts = (channel: Channel): FactorDefinition["texts"] =>
  phoneTextsIn(channel, ownLanguages);
