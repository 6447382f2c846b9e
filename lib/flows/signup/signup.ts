import { calledBack } from "../../called-back.ts";
import { FactorError, isFactorError } from "../../errors.ts";
import { numberOf, type PhoneFactor, type PhoneInput } from "../../factors/phone-destination.ts";
import { digestKey } from "../../crypto/secret.ts";
import { describeFound, occasionOf, send, type Challenge } from "../codes/challenge.ts";
import { withoutReports } from "../codes/delivery.ts";
import { namesOf } from "../../factors/code-names.ts";
import { engineOfClients, emit, phoneFactorOf, type Engine } from "../engine.ts";
import { admitLookUp } from "../codes/look-up.ts";
import { EXPIRED, judge, orGiveBack, refused } from "../codes/judge.ts";
import { bindingOf, readNote, refOf, type Found, type Pending } from "../codes/pending.ts";
import { orStillPending } from "../codes/resend.ts";
import { resume } from "../resume.ts";
import type { Proof } from "../second-factor.ts";
import { saveSession } from "../session/session.ts";
import type { PassedCode } from "../session/session-state.ts";
import type { SignupAsker } from "./asker.ts";
import { wrongField, type Profile, type ProfileCheck } from "./profile.ts";
import { localeOf, contextOf, type RequestContext } from "../request-context.ts";

/** Sign-up by phone: a number first, then its code, then the account, made once. */
export interface SignupFlows {
  /** Sends a code to the number of who signs up. */
  send(asker: SignupAsker, phone: PhoneInput): Promise<Challenge>;
  /** Throws `no_challenge`. */
  resend(asker: SignupAsker): Promise<Challenge>;
  /** The sign-up that waits for its code. */
  pending(asker: SignupAsker): Promise<Challenge>;
  /**
   * Makes the account and signs it in where the request has Passport's `logIn`. Throws `code_expired`, `invalid_code`, `phone_taken`, … `check` is
   * asked before the code is judged, so that a code is not spent on an account that cannot be.
   */
  verify(asker: SignupAsker, code: unknown, profile: Profile, check?: ProfileCheck): Promise<SignedUp>;
  /** Forgets the sign-up that waits. */
  startOver(asker: SignupAsker): Promise<void>;
  /** Throws a TypeError where the app's `accounts` lack what sign-up needs. */
  checkAccounts(): void;
}

/** A new account, and how its number was proven. */
export interface SignedUp extends Proof {
  user: unknown;
  phone_display: string;
}

const CONTEXT = "signing up";
const SIGNUP = "signup";

export function createSignupFlows(engine: Engine): SignupFlows {
  const factor = (): PhoneFactor => phoneFactorOf(engine);
  const read = (input: PhoneInput): string => numberOf(factor().code.destination.policy, input).e164;
  const { challenges } = engine.tools;
  const clients = engineOfClients(engine);
  const engineFor = ({ client }: SignupAsker): Engine => (client === undefined ? engine : clients);

  /** A browser's sign-up is pending under its session's id; a client's under its own id and the number, which it names in every call. */
  function bindingFor({ request, client, e164, tenant }: SignupAsker): string {
    if (client === undefined)
      return bindingOf({ request, ...(tenant === undefined ? {} : { named: tenant }) }, SIGNUP);
    const to = read({ e164 });
    return digestKey([SIGNUP, client, engine.box.fingerprint(to)]);
  }

  /** Nobody yet: what is counted is counted for the number. */
  function visitor({ request, client, tenant }: SignupAsker, to: string): RequestContext {
    const account = `signing up ${engine.box.fingerprint(to)}`;
    const ip = client === undefined ? request.ip : undefined;
    const locale = localeOf(request, engine);
    return {
      request,
      user: undefined,
      account,
      ip,
      locale,
      ...(tenant === undefined ? {} : { named: tenant }),
    };
  }

  function pendingFor(
    asker: SignupAsker,
    to: string,
    note: Pending["note"],
  ): Pending & { context: RequestContext } {
    const context = visitor(asker, to);
    const ref = refOf(engine, context, factor(), {
      purpose: "signup",
      to,
      onFile: true,
      binding: bindingFor(asker),
    });
    return { ref, factor: factor(), note, context };
  }

  /** What this asker has begun. Throws `invalid_phone_number` where the asker says another number. */
  async function find(asker: SignupAsker): Promise<(Found & { context: RequestContext }) | undefined> {
    needSession(asker);
    const guess = pendingFor(asker, "", {});
    const { record } = await challenges.read(guess.ref, guess.factor.code.rules);
    const note = readNote(record?.note ?? "");
    const to = note.to === undefined ? undefined : engine.box.open(note.to, CONTEXT);
    if (to === undefined) return undefined;
    if (asker.e164 !== undefined && read({ e164: asker.e164 }) !== to)
      throw new FactorError("invalid_phone_number", { field: "phone_number" });
    const pending = pendingFor(asker, to, note);
    const answer = await challenges.read(pending.ref, pending.factor.code.rules);
    if (answer.record === undefined || !answer.mine) return undefined;
    return { ...pending, record: answer.record, answer };
  }

  async function found(asker: SignupAsker): Promise<Found & { context: RequestContext }> {
    const pending = await find(asker);
    if (pending === undefined) throw new FactorError("no_challenge");
    return pending;
  }

  /** The owner of a number that has an account hears that somebody tried; whoever tried is answered as ever. */
  const sendTo = async (
    asker: SignupAsker,
    pending: Pending & { context: RequestContext },
  ): Promise<Challenge> =>
    orStillPending(
      engine,
      pending.ref.to,
      async () => sendOrTell(asker, pending),
      async () => quiet(await find(asker)),
    );

  async function sendOrTell(
    asker: SignupAsker,
    { context, ...pending }: Pending & { context: RequestContext },
  ): Promise<Challenge> {
    const its = engineFor(asker);
    const admission = await admitLookUp(
      its,
      context,
      occasionOf(context, pending.factor, pending.ref),
      pending.ref.kind,
    );
    const owner =
      (await engine.accounts.byPhone?.(pending.ref.to, context.named ?? engine.tenant)) ?? undefined;
    const instead =
      owner === undefined
        ? undefined
        : wordsFor(owner, context)("signup.taken", { app: engine.tools.appName });
    try {
      return (await send(its, context, pending, { admission, instead })) as Challenge;
    } catch (error) {
      // What could not be delivered leaves nothing behind; what was only asked for too soon stays.
      if (isUndelivered(error)) await challenges.revoke(pending.ref, false);
      throw error;
    }
  }

  /** In the owner's language, who may not be the one that asks. */
  const wordsFor = (owner: unknown, { locale }: RequestContext) =>
    engine.languages.translator(engine.languages.choose(engine.accounts.locale?.(owner) ?? locale));

  function checkAccounts(): void {
    const { accounts } = engine;
    if (accounts.createFromPhone === undefined || accounts.byPhone === undefined)
      throw new TypeError("sign-up by phone needs createFromPhone and byPhone in accounts");
  }

  return {
    async send(asker, phone) {
      checkAccounts();
      const e164 = read(phone);
      await keepAnonymous(engine, asker);
      return sendTo(asker, pendingFor(asker, e164, { to: engine.box.seal(e164, CONTEXT) }));
    },
    resend: async (asker) => sendTo(asker, await found(asker)),
    pending: async (asker) => describeFound(engine, quiet(await found(asker))),
    async verify(asker, code, profile, check) {
      const typed = factor().parse(code);
      const pending = await find(asker);
      if (pending === undefined) return repeated(engine, asker, factor(), typed);
      const { context, ref } = pending;
      const occasion = occasionOf(context, pending.factor, ref);
      await checkProfile(engineFor(asker), context, profile, check);
      if (typed === undefined) throw new FactorError("invalid_code", { field: factor().field });
      const verdict = await judge(engineFor(asker), context, pending, typed);
      if (verdict.outcome !== "passed")
        throw refused(
          engine,
          context,
          pending.factor,
          occasion,
          verdict.outcome === "failed" ? verdict : EXPIRED,
        );
      const proof = { method: pending.factor.name, amr: [pending.factor.amr].flat(), purpose: SIGNUP };
      // The code passes once, so this is reached once for a sign-up, whatever races.
      const made = await orGiveBack(engine, verdict, async () =>
        engine.accounts.createFromPhone?.(ref.to, profile, context.named ?? engine.tenant),
      );
      const { events } = namesOf(ref.kind);
      emit(engine, events.passed, occasion);
      const user = made ?? undefined;
      if (user === undefined) throw new FactorError("phone_taken", { field: "phone_number" });
      // Whatever becomes of the session: the account is there, and can log in.
      emit(engine, events.added, { ...occasion, account: engine.accounts.id(user) });
      const { binding } = ref;
      const digest = challenges.digestOf(binding, typed);
      await signIn(engine, asker, user, {
        factor: proof.method,
        purpose: SIGNUP,
        binding,
        digest,
        at: engine.clock(),
      });
      return { ...proof, user, phone_display: factor().code.destination.display(ref.to) };
    },
    async startOver(asker) {
      const pending = await find(asker);
      if (pending !== undefined) await challenges.revoke(pending.ref, false);
    },
    checkAccounts,
  };
}

/** Nobody may learn from what became of a message whether there was one. */
function quiet<Pending extends Found | undefined>(pending: Pending): Pending {
  if (pending === undefined || pending.factor.code.carriesText) return pending;
  return { ...pending, note: withoutReports(pending.note) };
}

/** The check may tell which emails are taken: it is asked for a pending sign-up only, and counted like a guess of its address. */
async function checkProfile(
  engine: Engine,
  context: RequestContext,
  profile: Profile,
  check: ProfileCheck | undefined,
): Promise<void> {
  if (check === undefined) return;
  await engine.guesses.consume(context.ip);
  const wrong = wrongField(await engine.inTime("check", () => check(profile)));
  if (wrong !== undefined) throw new FactorError("invalid_request", wrong);
}

const isUndelivered = (error: unknown): boolean =>
  isFactorError(error) &&
  (error.code === "delivery_failed" || (error.details.cause as Error | undefined)?.name === "DeliveryError");

/** The new account is signed in under a new session id, and has passed the factor. */
async function signIn(
  engine: Engine,
  { request, client }: SignupAsker,
  user: unknown,
  code: PassedCode,
): Promise<void> {
  const { logIn } = request as { logIn?: (user: unknown, done: (error?: unknown) => void) => void };
  if (client !== undefined || typeof logIn !== "function") return;
  const from = request.sessionID as string;
  await engine.inTime("logIn", () => calledBack((done) => logIn.call(request, user, done)));
  const context = contextOf(request, engine);
  const { factor, at } = code;
  const amr = [phoneFactorOf(engine).amr].flat();
  await engine.sessions.passFirst(context, from, { factor, amr, at, code });
  engine.devices.remember(request, context.account);
}

/** A browser signs up in a session, and in no other: Passport gives every login a new id. */
function needSession({ request, client }: SignupAsker): void {
  if (client !== undefined) return;
  if (
    typeof request.session !== "object" ||
    request.session === null ||
    typeof request.sessionID !== "string"
  )
    throw new FactorError("session_required");
}

/** A session that holds nothing is not kept, and its id, under which the code is pending, would be lost. */
async function keepAnonymous(engine: Engine, asker: SignupAsker): Promise<void> {
  needSession(asker);
  const session = asker.request.session as { factorsSignup?: true };
  if (asker.client !== undefined || session.factorsSignup === true) return;
  session.factorsSignup = true;
  await engine.inTime("session.save", () => saveSession(asker.request));
}

/** The same form once more: whose account has just been made goes on in its session. */
async function repeated(
  engine: Engine,
  asker: SignupAsker,
  factor: PhoneFactor,
  code: string | undefined,
): Promise<SignedUp> {
  if (asker.client !== undefined || code === undefined) throw new FactorError("code_expired");
  const { request } = asker;
  const proof = await resume(engine, request, factor, code, { what: SIGNUP, refusal: "code_expired" });
  return { ...proof, purpose: SIGNUP, user: request.user, phone_display: "" };
}
