import { library } from "./library.ts";
import { countryAllowed, type PhonePolicy } from "./policy.ts";

/** One choice of the registration form. */
export interface Country {
  /** ISO 3166-1 alpha-2. */
  country_code: string;
  /** Digits, without the plus. */
  calling_code: string;
  /** In the asked language. */
  name: string;
}

/** The countries that a policy allows, by name in a language (BCP 47). */
export function listCountries(locale: string, policy: PhonePolicy): Country[] {
  const names = new Intl.DisplayNames([locale], { type: "region" });
  const collator = new Intl.Collator(locale);
  const { isoCodes, getCountryCallingCode } = library();
  return isoCodes
    .filter((country) => countryAllowed(country, policy))
    .map((country) => ({
      country_code: country as string,
      calling_code: getCountryCallingCode(country) as string,
      name: names.of(country) ?? country,
    }))
    .sort((a, b) => collator.compare(a.name, b.name));
}
