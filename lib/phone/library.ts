import { createRequire } from "node:module";
import type { MetadataJson } from "libphonenumber-js/core";
import type { CountryCode, Examples } from "libphonenumber-js/max";

const load = createRequire(import.meta.url);

/** libphonenumber, and what is asked of its number plans again and again. */
export interface PhoneLibrary extends Pick<
  typeof import("libphonenumber-js/max"),
  "getCountryCallingCode" | "getExampleNumber" | "parsePhoneNumberFromString"
> {
  isoCodes: readonly CountryCode[];
  countries: ReadonlySet<string>;
  /** Without the plus. */
  callingCodes: ReadonlySet<string>;
}

let loaded: PhoneLibrary | undefined;

/** A hundred files and 150 kB of number plans, loaded with the first number: an app starts without them. */
export function library(): PhoneLibrary {
  return (loaded ??= loadLibrary());
}

function loadLibrary(): PhoneLibrary {
  const max = load("libphonenumber-js/max") as typeof import("libphonenumber-js/max");
  const isoCodes = max.getCountries();
  return {
    getCountryCallingCode: max.getCountryCallingCode,
    getExampleNumber: max.getExampleNumber,
    parsePhoneNumberFromString: max.parsePhoneNumberFromString,
    isoCodes,
    countries: new Set(isoCodes),
    callingCodes: new Set(isoCodes.map((iso) => max.getCountryCallingCode(iso))),
  };
}

interface NumberPlans extends Pick<typeof import("libphonenumber-js/core"), "Metadata"> {
  /** The library's own: required under the name by which it is there once. */
  metadata: MetadataJson;
  examples: Examples;
}

/** The number plans themselves, and a number of each country that is nobody's. */
export const numberPlans = (): NumberPlans => ({
  Metadata: (load("libphonenumber-js/core") as typeof import("libphonenumber-js/core")).Metadata,
  metadata: load("libphonenumber-js/max/metadata") as MetadataJson,
  examples: load("libphonenumber-js/mobile/examples") as Examples,
});
