import { FactorError } from "../errors.ts";
import { digestKey } from "../crypto/secret.ts";
import type { JudgedFactor } from "../factors/factor.ts";
import type { FactorSignIn } from "../factors/definition.ts";
import { wrongAnswer } from "../wrong-answer.ts";
import { beginFailed, type Begin } from "./begin-factor.ts";
import { undecided } from "./judged.ts";
import { keepBegun, openBegun, readBegun } from "./begun.ts";
import { bindingOf } from "./codes/pending.ts";
import { judgedNamed, emit, type Engine, type Occasion } from "./engine.ts";
import { localeOf, type IncomingRequest, type RequestContext } from "./request-context.ts";
import type { Proof } from "./second-factor.ts";
import { saveSession, sessionOf } from "./session/session.ts";
import { repeatable } from "./text-of.ts";
import { askFactor, emitSuspicion, parseFor } from "./verify-factor.ts";

/** Who has proven who they are, and how. */
export interface SignInProof extends Proof {
  /** Who has signed in. */
  user: unknown;
}

/** Signing in by a factor alone: nobody has said yet who they are. */
export interface SignInFlows {
  /** Makes what is answered, for this session. Throws `too_many_requests`, `verifier_unavailable`. */
  begin(request: IncomingRequest, factor: string): Promise<Begin>;
  /**
   * Judges the answer. Where `logIn` signs that user in later in the same request, the new session has passed the factor. Throws `invalid_code`,
   * `code_expired`, `too_many_requests`, `verifier_unavailable`.
   */
  verify(request: IncomingRequest, factor: string, response: unknown): Promise<SignInProof>;
  /** A login that comes later in this request has passed nothing after all. */
  forget(request: IncomingRequest): void;
  /** What the app lacks for it, in words; undefined for nothing. */
  missing(factor: string): string | undefined;
}

const SIGN_IN = "sign-in";
const TTL_SECONDS = 300;

export function createSignInFlows(engine: Engine): SignInFlows {
  function signingIn(name: string): {
    factor: JudgedFactor;
    signIn: FactorSignIn<unknown, unknown, unknown>;
  } {
    const factor = judgedNamed(engine, name);
    const { signIn } = factor.definition;
    if (signIn === undefined) throw new TypeError(`signIn: factor "${name}" was not made with signIn`);
    return { factor, signIn: signIn as unknown as FactorSignIn<unknown, unknown, unknown> };
  }

  /** A browser may have begun several, in as many tabs. */
  const keyOf = (request: IncomingRequest, name: string, id: string) =>
    digestKey([SIGN_IN, engine.tenant, bindingOf({ request }, name), id]);

  /** Where the id stands of what was begun last. */
  const latestKey = (request: IncomingRequest, name: string) =>
    digestKey([SIGN_IN, engine.tenant, bindingOf({ request }, name)]);

  /** For what answers nothing that waits in this session: wrong where something does, else too late. */
  async function unexpected(request: IncomingRequest, factor: JudgedFactor): Promise<FactorError> {
    const { name } = factor;
    const latest = await openBegun<{ id: string }>(engine, latestKey(request, name));
    const waits = latest && (await openBegun(engine, keyOf(request, name, latest.kept.id)));
    const occasion: Occasion = { factor: name, purpose: SIGN_IN, ip: request.ip };
    return waits === undefined ? new FactorError("code_expired") : refused(engine, factor, occasion);
  }

  async function accountOf(factor: JudgedFactor, value: unknown): Promise<string | undefined> {
    const { name } = factor;
    const who = `factor "${name}": signIn.accountOf`;
    const claimed: unknown = await engine.inTime(who, () =>
      signingIn(name).signIn.accountOf(value, engine.tools.kit(name)),
    );
    if (claimed !== undefined && (typeof claimed !== "string" || claimed === ""))
      throw wrongAnswer(who, claimed, "an account's id or undefined");
    return claimed;
  }

  /** The account's user; none where the account is gone, or another one is answered. */
  async function userOf(account: string): Promise<unknown> {
    const user: unknown = (await engine.accounts.byId?.(account, engine.tenant)) ?? undefined;
    return user !== undefined && engine.accounts.id(user) === account ? user : undefined;
  }

  return {
    async begin(request, name) {
      const { factor, signIn } = signingIn(name);
      sessionOf(request);
      await engine.ceremonies.consume(request.ip);
      const who = `factor "${name}": signIn.begin`;
      const locale = localeOf(request, engine);
      let answer: unknown;
      try {
        answer = await engine.inTime(who, () => signIn.begin({ locale }, engine.tools.kit(name)));
      } catch (cause) {
        const failed = beginFailed(factor, cause);
        engine.onError(failed);
        throw failed;
      }
      const { state, seconds, shown } = readBegun(who, answer, TTL_SECONDS);
      const { id } = answer as { id: unknown };
      if (typeof id !== "string" || id === "") throw wrongAnswer(`${who}: id`, id, "a text");
      await keepAnonymous(engine, request);
      await keepBegun(engine, keyOf(request, name, id), { state }, seconds);
      await keepBegun(engine, latestKey(request, name), { id }, seconds);
      return { method: name, expires_in_seconds: seconds, shown };
    },

    async verify(request, name, response) {
      const { factor, signIn } = signingIn(name);
      const value = await parseFor(engine, factor, response);
      sessionOf(request);
      // By address only: who has an account's answers counted need not know its password here, and a signature cannot be guessed.
      await engine.guesses.consume(request.ip);
      const id = signIn.idOf(value);
      const note =
        id === undefined ? undefined : await openBegun<{ state: unknown }>(engine, keyOf(request, name, id));
      if (note === undefined || !(await note.use())) throw await unexpected(request, factor);
      const occasion: Occasion = { factor: name, purpose: SIGN_IN, ip: request.ip };
      const locale = localeOf(request, engine);
      const account = await accountOf(factor, value);
      if (account === undefined) throw refused(engine, factor, occasion);
      // Before it is judged: what changes from here on ends what is proven.
      const version = await engine.versions.read(account);
      const attempt = { account, purpose: SIGN_IN, locale, state: note.kept.state } as const;
      const said = await askFactor(engine, factor, { attempt, value });
      emitSuspicion(engine, { ...occasion, account }, said);
      if (said.outcome === "pending") throw undecided();
      const user = said.outcome === "right" ? await userOf(account) : undefined;
      const isCurrent = user !== undefined && (await engine.versions.read(account)) === version;
      if (!isCurrent) throw refused(engine, factor, { ...occasion, account });
      const amr = [said.amr ?? factor.amr].flat();
      const context: RequestContext = { request, user, account, ip: request.ip, locale };
      const at = engine.clock();
      const binding = bindingOf(context, name);
      const digest = engine.tools.challenges.digestOf(binding, repeatable(factor, value));
      const code = { factor: name, purpose: SIGN_IN, binding, digest, at };
      engine.sessions.passAtLogIn(context, { factor: name, amr, at, version, code });
      engine.devices.remember(request, account);
      emit(engine, "factor_passed", { ...occasion, account });
      return { user, method: name, amr, purpose: SIGN_IN };
    },

    forget: (request) => engine.sessions.dropLogIn(request),

    missing(name) {
      signingIn(name);
      return engine.accounts.byId === undefined ? "accounts must have byId" : undefined;
    },
  };
}

/** The same for a key that nobody knows, one of an account that is gone or has just been changed, and a signature that is not good. */
function refused(engine: Engine, { field }: JudgedFactor, occasion: Occasion): FactorError {
  emit(engine, "factor_failed", occasion, { reason: "invalid_code" });
  return new FactorError("invalid_code", { field });
}

/** A session that holds nothing is not kept, and its id, to which the challenge is bound, would be lost. */
async function keepAnonymous(engine: Engine, request: IncomingRequest): Promise<void> {
  const session = sessionOf(request);
  if (session["factorsSignIn"] === true || request.user !== undefined) return;
  session["factorsSignIn"] = true;
  await engine.inTime("session.save", () => saveSession(request));
}
