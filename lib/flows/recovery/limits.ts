import type { Engine } from "../engine.ts";
import { identifierPrint, type Asker } from "./asker.ts";

/** What a recovery may cost, in keys of its own: who knows only an identifier uses up nothing of the owner's logins. */
export interface RecoveryLimits {
  /** Counts a start, for the address and for the identifier, known or not. Throws `too_many_requests`. */
  start(asker: Asker, identifier: string): Promise<void>;
  /** Counts something that is sent. */
  send(asker: Asker): Promise<void>;
  /** Counts a guess of the day. */
  guess(asker: Asker): Promise<void>;
}

const HOUR = 3600;
const DAY = 24 * HOUR;

export function createRecoveryLimits(engine: Engine): RecoveryLimits {
  const starts = engine.limiterOf("recovery", 20, HOUR);
  const perHour = engine.limiterOf("recovery_hour", 5, HOUR);
  const perDay = engine.limiterOf("recovery_day", 10, DAY);
  const sends = engine.limiterOf("recovery_send", 5, HOUR);
  const guesses = engine.limiterOf("recovery_guess", 20, DAY);
  const bucketOf = ({ request, account }: Asker) => engine.devices.bucketOf(request, account);
  return {
    async start(asker, identifier) {
      await starts.consume(asker.ip);
      const who = `${identifierPrint(engine, identifier)} ${bucketOf(asker)}`;
      await Promise.all([perHour.consumeForAccount(who), perDay.consumeForAccount(who)]);
    },
    send: async (asker) => sends.consumeForAccount(`${asker.account} ${bucketOf(asker)}`),
    guess: async (asker) => guesses.consumeForAccount(`${asker.account} ${bucketOf(asker)}`),
  };
}

/** Guesses of a recovery are counted apart from those of a login. */
export const guessingAccount = (account: string): string => JSON.stringify(["recovery", account]);
