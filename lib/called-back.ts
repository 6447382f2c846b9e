import { types } from "node:util";
import { asError } from "./errors.ts";

/** Waits for a function that calls back, such as a session's. One that throws or rejects in place of it has failed too. */
export function calledBack(run: (done: (error?: unknown) => void) => unknown): Promise<void> {
  return new Promise((resolve, reject) => {
    const failed = (thrown: unknown) => reject(asError(thrown));
    try {
      const answer = run((error) => (error === undefined || error === null ? resolve() : failed(error)));
      if (types.isPromise(answer)) answer.catch(failed);
    } catch (thrown) {
      failed(thrown);
    }
  });
}
