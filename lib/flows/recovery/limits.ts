import { digestKey } from "../../crypto/secret.ts";
import { isFactorError, type FactorError } from "../../errors.ts";
import { emit, type Engine } from "../engine.ts";
import { tellOwner } from "./notices.ts";
import { identifierPrint, type Asker } from "./asker.ts";

/** What a recovery may cost, in keys of its own: who knows only an identifier uses up nothing of the owner's logins. */
export interface RecoveryLimits {
  /** Counts a start, for the address and for the identifier, known or not. Throws `too_many_requests`. */
  start(asker: Asker, identifier: string): Promise<void>;
  /** Counts something that is sent. */
  send(asker: Asker): Promise<void>;
  /** Counts a guess of the day. */
  guess(asker: Asker): Promise<void>;
  /** Counts a new password that is tried: each costs the app a look at it. */
  password(asker: Asker): Promise<void>;
  /** The refusal, after its owner was told: whoever asks too often for an account may be a stranger. */
  flooded(asker: Asker, refusal: FactorError): FactorError;
}

const HOUR = 3600;
const DAY = 24 * HOUR;

export function createRecoveryLimits(engine: Engine): RecoveryLimits {
  const starts = engine.limiterOf("recovery", 20, HOUR);
  const perHour = engine.limiterOf("recovery_hour", 5, HOUR);
  const perDay = engine.limiterOf("recovery_day", 10, DAY);
  const sends = engine.limiterOf("recovery_send", 5, HOUR);
  const guesses = engine.limiterOf("recovery_guess", 20, DAY);
  const passwords = engine.limiterOf("recovery_password", 50, HOUR);
  const bucketOf = ({ request, account }: Asker) => engine.devices.bucketOf(request, account);
  const whoOf = (asker: Asker) => `${asker.account} ${bucketOf(asker)}`;

  /** Tells of what was refused; the owner, of a flood of them. */
  async function orTold(asker: Asker, count: () => Promise<unknown>, isFlood = false): Promise<void> {
    try {
      await count();
    } catch (error) {
      if (!isFactorError(error) || error.code !== "too_many_requests") throw error;
      if (isFlood) throw flooded(asker, error);
      emitRefused(engine, asker, error.code);
      throw error;
    }
  }

  function flooded(asker: Asker, refusal: FactorError): FactorError {
    emitRefused(engine, asker, refusal.code);
    // Behind the answer, which is the same for nobody.
    if (asker.isKnown) warn(engine, asker).catch(engine.onError);
    return refusal;
  }

  return {
    async start(asker, identifier) {
      await orTold(asker, async () => starts.consume(asker.ip));
      const who = `${identifierPrint(engine, identifier)} ${bucketOf(asker)}`;
      const both = async () => Promise.all([perHour.consumeForAccount(who), perDay.consumeForAccount(who)]);
      await orTold(asker, both, true);
    },
    send: async (asker) => orTold(asker, async () => sends.consumeForAccount(whoOf(asker)), true),
    guess: async (asker) => orTold(asker, async () => guesses.consumeForAccount(whoOf(asker)), true),
    password: async (asker) => orTold(asker, async () => passwords.consumeForAccount(whoOf(asker))),
    flooded,
  };
}

export function emitRefused(engine: Engine, { isKnown, account, ip }: Asker, reason: string): void {
  emit(engine, "recovery_refused", {
    ...(isKnown ? { account } : {}),
    factor: "",
    purpose: "recovery",
    ip,
    reason,
  });
}

/** Once an hour, however many come: a warning must not become the flood. */
async function warn(engine: Engine, asker: Asker): Promise<void> {
  const { notes, clock, tenant } = engine;
  const key = digestKey(["recovery limited", tenant, asker.account]);
  const hour = Math.floor(clock() / (HOUR * 1000));
  const isFirst = await notes.advance(key, { rank: hour, value: "" }, clock(), HOUR * 1000);
  if (isFirst) await tellOwner(engine, asker, "recovery_limited");
}

/** Guesses of a recovery are counted apart from those of a login. */
export const guessingAccount = (account: string): string => JSON.stringify(["recovery", account]);
