import { de } from "./de.ts";
import { en, type Texts } from "./en.ts";
import { es } from "./es.ts";
import { fr } from "./fr.ts";
import { ja } from "./ja.ts";
import { createLanguages } from "./languages.ts";
import { zhTW } from "./zh-tw.ts";

export type { Translate } from "./languages.ts";

/** Every language the package speaks, by BCP 47 tag; the first is what everybody else gets. */
export const languages: Readonly<Record<string, Texts>> = { en, es, fr, de, ja, "zh-TW": zhTW };

/** The package's own languages, without what an app has changed or added. */
export const ownLanguages = createLanguages(languages);

/** The best of the package's own languages for a BCP 47 tag or an Accept-Language header. */
export const chooseLanguage = ownLanguages.choose;

/** The translator of one of the package's own languages. */
export const translator = ownLanguages.translator;
