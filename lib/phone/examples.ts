import type { CountryCode } from "libphonenumber-js/max";
import { library, numberPlans } from "./library.ts";

// Its own types do not know it.
interface Plan {
  type(name: string): { possibleLengths(): number[] } | undefined;
}

/** What helps somebody to type a number of a country. */
export interface NumberHint {
  /** A mobile number as the country writes it; it is nobody's. */
  example: string;
  /** All mobile numbers have as many digits, so that they can be grouped like the example while they are typed. */
  grouped: boolean;
  /** Of the countries that share a calling code, the one it stands for. */
  main: boolean;
}

/** Undefined for a country without mobile numbers of its own. */
export function numberHint(countryCode: string): NumberHint | undefined {
  const country = countryCode as CountryCode;
  const { Metadata, metadata, examples } = numberPlans();
  const number = library().getExampleNumber(country, examples);
  if (number === undefined) return undefined;
  const plan = new Metadata(metadata);
  plan.selectNumberingPlan(country);
  const lengths =
    (plan.numberingPlan as unknown as Plan | undefined)?.type("MOBILE")?.possibleLengths() ?? [];
  return {
    example: number.formatNational(),
    grouped: lengths.length === 1,
    main: metadata.country_calling_codes[number.countryCallingCode]?.[0] === country,
  };
}
