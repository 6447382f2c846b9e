import { asError, isFactorError } from "./errors.ts";

/** The default `onError`: one line, without the cause, whose text may hold a phone number. */
export function reportToConsole(error: unknown): void {
  const what = isFactorError(error) ? error.code : asError(error).name;
  console.error(`passport-factors: ${what} (pass onError to createFactors for the details)`);
}

/** An `onError` that throws must not turn a refusal into a crash. */
export function safely(onError: (error: unknown) => unknown): (error: unknown) => void {
  const failed = (again: unknown) => reportToConsole(asError(again));
  return (error) => {
    try {
      const answer = onError(error);
      if (answer instanceof Promise) answer.catch(failed);
    } catch (again) {
      failed(again);
    }
  };
}
