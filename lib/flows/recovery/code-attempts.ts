import { FactorError, isFactorError, tooManyRequests } from "../../errors.ts";
import { digestKey } from "../../crypto/secret.ts";
import { namesOf } from "../../factors/code-names.ts";
import type { CodeFactor } from "../../factors/factor.ts";
import { occasionOf, send, type Challenge } from "../codes/challenge.ts";
import { displayIn } from "../codes/display.ts";
import { judge } from "../codes/judge.ts";
import { readNote, refOf, type Pending } from "../codes/pending.ts";
import { quiet, silent } from "../decoys.ts";
import { emit, type Engine } from "../engine.ts";
import { addressOf, nobodysAddress } from "../on-file.ts";
import type { Asker } from "./asker.ts";
import { guessingAccount, type RecoveryLimits } from "./limits.ts";
import { createLink, LINK_MS } from "./links.ts";
import type { BegunWay } from "./record.ts";

interface CodeWay {
  factor: CodeFactor;
  isReal: boolean;
}

/** What is pending, and by whose rules: of what is not real, a code that is told to nobody. */
interface Its {
  engine: Engine;
  pending: Pending;
}

/**
 * The code of this recovery, under its own handle, with guesses and failures of recovery's own. What is not on file, or cannot be reached, has one too, under an
 * address that nobody has.
 */
async function itsOf(
  engine: Engine,
  asker: Asker,
  { factor, isReal }: CodeWay,
  browser: string,
): Promise<Its> {
  const { destination } = factor.code;
  // Looked up whether or not it counts, and waited for where there is nobody: the time tells nothing.
  const address = await (asker.isKnown
    ? addressOf(engine, asker, factor.code)
    : nobodysAddress(engine, factor.code));
  const isReached = isReal && address !== undefined && destination.refusal?.(address) === undefined;
  const to = isReached ? address : `nobody ${asker.account}`;
  const binding = digestKey(["recovery code", browser, destination.kind]);
  const its = isReached ? factor : silent(engine, factor);
  const ref = refOf(engine, asker, its, { purpose: "recovery", to, onFile: true, binding });
  const area = isReached ? ref.area : undefined;
  const pending = { ref: { ...ref, area, account: guessingAccount(asker.account) }, factor: its, note: {} };
  return { engine: isReached ? engine : quiet(engine), pending };
}

/** What may be told to whoever asks: it says nothing of the account. */
export const saysNothing = (cause: unknown): boolean => isFactorError(cause) && TOLD.includes(cause.code);

const TOLD: readonly string[] = ["store_unavailable", "too_many_requests", "delivery_disabled"];

interface Sending {
  browser: string;
  /** Sends a link in place of the code. */
  link: { url: string; handle: string } | undefined;
}

/** Sends the code, or repeats it. Throws `too_many_requests`, and what says that it could not be sent. */
export async function sendCode(
  engine: Engine,
  asker: Asker,
  way: CodeWay,
  { browser, link: asked }: Sending,
): Promise<BegunWay> {
  const { engine: its, pending } = await itsOf(engine, asker, way, browser);
  const { factor, ref } = pending;
  const link = asked && (await createLink(engine, { ...asked, to: ref.to, locale: asker.locale }));
  const how = link && { instead: link.words };
  let sent: Challenge;
  try {
    sent = (await send(its, asker, pending, how)) as Challenge;
  } catch (cause) {
    if (saysNothing(cause)) throw cause;
    engine.onError(cause);
    // Counted as what is sent to nobody is: who asks again is told to wait, as others are.
    const unsent = { ...pending, factor: silent(engine, factor, { hasFailed: true }) };
    sent = (await send(quiet(engine), asker, unsent, { ...how, admission: undefined })) as Challenge;
  }
  const isShown = ref.area !== undefined || !ref.to.startsWith("nobody ");
  return {
    state: link === undefined ? null : { link: link.key },
    shown: isShown ? { ...displayIn(factor, ref.to), reference: sent.reference } : {},
    until: engine.clock() + (link === undefined ? sent.expires_in_seconds * 1000 : LINK_MS),
  };
}

/** Judges what was typed. What has passed is used up. Throws `too_many_requests`, `verifier_unavailable`. */
export async function judgeCode(
  engine: Engine,
  limits: RecoveryLimits,
  asker: Asker,
  way: CodeWay,
  { value, browser }: { value: unknown; browser: string },
): Promise<{ amr: string[]; giveBack?: (() => Promise<void>) | undefined } | "wrong"> {
  const { engine: its, pending } = await itsOf(engine, asker, way, browser);
  const { ref, factor } = pending;
  const { record } = await engine.tools.challenges.read(ref, factor.code.rules);
  const verdict = await judge(
    its,
    asker,
    { ...pending, note: readNote(record?.note ?? "") },
    value as string,
  );
  const { events } = namesOf(ref.kind);
  const occasion = { ...occasionOf(asker, factor, ref), purpose: "recovery" };
  if (verdict.outcome === "passed" && way.isReal) {
    emit(its, events.passed, occasion);
    return { amr: [factor.amr].flat(), giveBack: verdict.giveBack };
  }
  if (verdict.outcome === "failed" && verdict.reason === "limited")
    throw limits.flooded(asker, tooManyRequests(verdict.retryAfterMs));
  if (verdict.outcome === "passed") throw new FactorError("verifier_unavailable", { retryAfter: 5 });
  emit(its, events.mismatch, occasion, events.mismatch === "factor_failed" ? { reason: "invalid_code" } : {});
  return "wrong";
}
