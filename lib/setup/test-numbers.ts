import { inProduction } from "../environment.ts";
import { checkNames } from "../options.ts";

/** A number for people who have no phone there, such as the reviewers of an app store: nothing is sent, the code is fixed. */
export interface TestNumber {
  /** E.164. */
  phone: string;
  /** Digits, as many as a code has. */
  code: string;
  /** The day or moment from which on the number is like any other: `2027-01-31`. */
  until: string | Date;
  /** Named for production as well; without it a test number there stops the start. */
  production?: boolean;
}

/** The code of a number that is a test number now. Throws a TypeError that names what is wrong with the list. */
export function createTestNumbers(
  numbers: readonly TestNumber[],
  codeLength: number,
  clock: () => number,
): (to: string) => string | undefined {
  const byNumber = new Map(
    numbers.map((each, i) => {
      const where = `createFactors: testNumbers[${i}]`;
      checkNames(where, each, { phone: true, code: true, until: true, production: true });
      const until = new Date(each.until).getTime();
      if (!/^\+[1-9]\d{6,14}$/.test(each.phone)) throw new TypeError(`${where}.phone must be E.164`);
      if (!/^\d+$/.test(each.code) || each.code.length !== codeLength)
        throw new TypeError(`${where}.code must be ${codeLength} digits`);
      if (Number.isNaN(until)) throw new TypeError(`${where}.until must be a date, such as "2027-01-31"`);
      if (inProduction() && each.production !== true)
        throw new TypeError(
          `${where}: refused under NODE_ENV=production, where anybody who knows it gets in; set production: true to name it`,
        );
      return [each.phone, { code: each.code, until }] as const;
    }),
  );
  if (byNumber.size === 0) return () => undefined;
  return (to) => {
    const found = byNumber.get(to);
    return found !== undefined && clock() < found.until ? found.code : undefined;
  };
}
