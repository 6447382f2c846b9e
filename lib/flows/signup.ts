import { calledBack } from "../called-back.ts";
import { FactorError, isFactorError } from "../errors.ts";
import type { DeliveredFactor } from "../factors/factor.ts";
import { translator } from "../locales/translate.ts";
import { digestKey } from "../secret.ts";
import { wrongAnswer } from "../wrong-answer.ts";
import { describeFound, displayOf, occasionOf, send, type Challenge } from "./challenge.ts";
import { withoutReports } from "./delivery.ts";
import { deliveredNamed, houseOfClients, tell, type House } from "./house.ts";
import { admitLookUp } from "./look-up.ts";
import { EXPIRED, judge, orGiveBack, refused } from "./judge.ts";
import { bindingOf, orStillPending, readNote, refOf, type Found, type Pending } from "./pending.ts";
import { numberOf, type PhoneInput } from "./registration.ts";
import { resume } from "./resume.ts";
import type { Proof } from "./second-factor.ts";
import { saveSession } from "./session.ts";
import type { PassedCode } from "./session-state.ts";
import type { Profile, ProfileCheck } from "./profile.ts";
import { localeOf, visitOf, type Visit, type VisitRequest } from "./visit.ts";

/** Who signs up: a browser with a session, or a client of the app, which names the number in every call. */
export interface SignupAsker {
  request: VisitRequest;
  client?: string | undefined;
  /** Which number this is about, where the asker says so; a client must. */
  e164?: unknown;
  /** The tenant that a REST call names; else that of the factors. */
  tenant?: string;
}

/** Sign-up by phone: a number first, then its code, then the account, made once. */
export interface SignupFlows {
  send(asker: SignupAsker, phone: PhoneInput): Promise<Challenge>;
  /** Throws `no_challenge`. */
  resend(asker: SignupAsker): Promise<Challenge>;
  pending(asker: SignupAsker): Promise<Challenge>;
  /**
   * Makes the account and signs it in where the request has Passport's `logIn`. Throws `code_expired`, `invalid_code`, `phone_taken`, … `check` is
   * asked before the code is judged, so that a code is not spent on an account that cannot be.
   */
  verify(asker: SignupAsker, code: unknown, profile: Profile, check?: ProfileCheck): Promise<SignedUp>;
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

export function createSignupFlows(house: House): SignupFlows {
  const factor = (): DeliveredFactor => deliveredNamed(house, undefined);
  const clients = houseOfClients(house);
  const houseFor = ({ client }: SignupAsker): House => (client === undefined ? house : clients);

  /** A browser's sign-up is pending under its session's id; a client's under its own id and the number, which it names in every call. */
  function bindingFor({ request, client, e164, tenant }: SignupAsker): string {
    if (client === undefined)
      return bindingOf({ request, ...(tenant === undefined ? {} : { named: tenant }) }, SIGNUP);
    const to = numberOf(factor(), { e164 }).e164;
    return digestKey([SIGNUP, client, house.box.fingerprint(to)]);
  }

  /** Nobody yet: what is counted is counted for the number. */
  function visitor({ request, client, tenant }: SignupAsker, to: string): Visit {
    const account = `signing up ${house.box.fingerprint(to)}`;
    const ip = client === undefined ? request.ip : undefined;
    const locale = localeOf(request, house.accounts);
    return {
      request,
      user: undefined,
      account,
      ip,
      locale,
      ...(tenant === undefined ? {} : { named: tenant }),
    };
  }

  function pendingFor(asker: SignupAsker, to: string, note: Pending["note"]): Pending & { visit: Visit } {
    const visit = visitor(asker, to);
    const ref = refOf(house, visit, factor(), {
      purpose: "signup",
      to,
      onFile: true,
      binding: bindingFor(asker),
    });
    return { ref, factor: factor(), note, visit };
  }

  /** What this asker has begun. Throws `invalid_phone_number` where the asker says another number. */
  async function find(asker: SignupAsker): Promise<(Found & { visit: Visit }) | undefined> {
    needSession(asker);
    const guess = pendingFor(asker, "", {});
    const { record } = await guess.factor.read(guess.ref, house.tools);
    const note = readNote(record?.note ?? "");
    const to = note.to === undefined ? undefined : house.box.open(note.to, CONTEXT);
    if (to === undefined) return undefined;
    if (asker.e164 !== undefined && numberOf(factor(), { e164: asker.e164 }).e164 !== to)
      throw new FactorError("invalid_phone_number", { field: "phone_number" });
    const pending = pendingFor(asker, to, note);
    const answer = await pending.factor.read(pending.ref, house.tools);
    if (answer.record === undefined || !answer.mine) return undefined;
    return { ...pending, record: answer.record, answer };
  }

  async function found(asker: SignupAsker): Promise<Found & { visit: Visit }> {
    const pending = await find(asker);
    if (pending === undefined) throw new FactorError("no_challenge");
    return pending;
  }

  /** The owner of a number that has an account hears that somebody tried; whoever tried is answered as ever. */
  const sendTo = async (asker: SignupAsker, pending: Pending & { visit: Visit }): Promise<Challenge> =>
    orStillPending(
      pending.ref.to,
      async () => sendOrTell(asker, pending),
      async () => find(asker),
    );

  async function sendOrTell(
    asker: SignupAsker,
    { visit, ...pending }: Pending & { visit: Visit },
  ): Promise<Challenge> {
    const its = houseFor(asker);
    const admission = await admitLookUp(its, visit, occasionOf(visit, pending.factor, pending.ref));
    const owner = (await house.accounts.byPhone?.(pending.ref.to, visit.named ?? house.tenant)) ?? undefined;
    const instead =
      owner === undefined
        ? undefined
        : translator(house.accounts.locale?.(owner) ?? visit.locale)("signup.taken", {
            app: house.tools.appName,
          });
    try {
      return (await send(its, visit, pending, { admission, instead })) as Challenge;
    } catch (error) {
      // What could not be delivered leaves nothing behind; what was only asked for too soon stays.
      if (isUndelivered(error)) await pending.factor.revoke(pending.ref, false, house.tools);
      throw error;
    }
  }

  function checkAccounts(): void {
    const { accounts } = house;
    if (accounts.createFromPhone === undefined || accounts.byPhone === undefined)
      throw new TypeError("sign-up by phone needs createFromPhone and byPhone in accounts");
  }

  return {
    async send(asker, phone) {
      checkAccounts();
      const { e164 } = numberOf(factor(), phone);
      await keepAnonymous(house, asker);
      return sendTo(asker, pendingFor(asker, e164, { to: house.box.seal(e164, CONTEXT) }));
    },
    resend: async (asker) => sendTo(asker, await found(asker)),
    async pending(asker) {
      const pending = await found(asker);
      const { carriesText } = pending.factor;
      return describeFound(house, carriesText ? pending : { ...pending, note: withoutReports(pending.note) });
    },
    async verify(asker, code, profile, check) {
      const typed = factor().parse(code);
      const pending = await find(asker);
      if (pending === undefined) return repeated(house, asker, factor(), typed);
      const { visit, ref } = pending;
      const occasion = occasionOf(visit, pending.factor, ref);
      await checkProfile(houseFor(asker), visit, profile, check);
      if (typed === undefined) throw new FactorError("invalid_code", { field: factor().field });
      const verdict = await judge(houseFor(asker), visit, pending, typed);
      if (verdict.outcome !== "passed")
        throw refused(
          house,
          visit,
          pending.factor,
          occasion,
          verdict.outcome === "failed" ? verdict : EXPIRED,
        );
      const proof = { method: pending.factor.name, amr: [pending.factor.amr], purpose: SIGNUP };
      // The code passes once, so this is reached once for a sign-up, whatever races.
      const made = await orGiveBack(house, verdict, async () =>
        house.accounts.createFromPhone?.(ref.to, profile, visit.named ?? house.tenant),
      );
      tell(house, "phone_otp_verify_completed", occasion);
      const user = made ?? undefined;
      if (user === undefined) throw new FactorError("phone_taken", { field: "phone_number" });
      // Whatever becomes of the session: the account is there, and can log in.
      tell(house, "phone_registered", { ...occasion, account: house.accounts.id(user) });
      const binding = ref.binding;
      const digest = house.tools.challenges.digestOf(binding, typed);
      await signIn(house, asker, user, {
        factor: proof.method,
        purpose: SIGNUP,
        binding,
        digest,
        at: house.clock(),
      });
      return { ...proof, user, phone_display: displayOf(ref.to) };
    },
    async startOver(asker) {
      const pending = await find(asker);
      if (pending !== undefined) await pending.factor.revoke(pending.ref, false, house.tools);
    },
    checkAccounts,
  };
}

/** The check may tell which emails are taken: it is asked for a pending sign-up only, and counted like a guess of its address. */
async function checkProfile(
  house: House,
  visit: Visit,
  profile: Profile,
  check: ProfileCheck | undefined,
): Promise<void> {
  if (check === undefined) return;
  await house.guesses.consume(visit.ip);
  const wrong: unknown = await house.inTime("check", () => check(profile));
  if (wrong !== undefined && typeof wrong !== "string")
    throw wrongAnswer("check", wrong, "the name of a field or undefined");
  if (wrong !== undefined) throw new FactorError("invalid_request", { field: wrong });
}

function isUndelivered(error: unknown): boolean {
  if (!isFactorError(error)) return false;
  const { cause } = error.details;
  return error.code === "delivery_failed" || (cause instanceof Error && cause.name === "DeliveryError");
}

/** The new account is signed in under a new session id, and has passed the factor. */
async function signIn(
  house: House,
  { request, client }: SignupAsker,
  user: unknown,
  code: PassedCode,
): Promise<void> {
  const { logIn } = request as { logIn?: (user: unknown, done: (error?: unknown) => void) => void };
  if (client !== undefined || typeof logIn !== "function") return;
  const from = request.sessionID as string;
  await house.inTime("logIn", () => calledBack((done) => logIn.call(request, user, done)));
  const visit = visitOf(request, house.accounts);
  const { factor, at } = code;
  const { amr } = deliveredNamed(house, factor);
  await house.sessions.passFirst(visit, from, { factor, amr: [amr], at, code });
  house.devices.remember(request, visit.account);
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
async function keepAnonymous(house: House, asker: SignupAsker): Promise<void> {
  needSession(asker);
  const session = asker.request.session as { factorsSignup?: true };
  if (asker.client !== undefined || session.factorsSignup === true) return;
  session.factorsSignup = true;
  await house.inTime("session.save", () => saveSession(asker.request));
}

/** The same form once more: whose account has just been made goes on in its session. */
async function repeated(
  house: House,
  asker: SignupAsker,
  factor: DeliveredFactor,
  code: string | undefined,
): Promise<SignedUp> {
  if (asker.client !== undefined || code === undefined) throw new FactorError("code_expired");
  const { request } = asker;
  const proof = await resume(house, request, factor, code, { what: SIGNUP, refusal: "code_expired" });
  return { ...proof, purpose: SIGNUP, user: request.user, phone_display: "" };
}
