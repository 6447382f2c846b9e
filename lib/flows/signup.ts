import { FactorError, isFactorError } from "../errors.ts";
import type { DeliveredFactor } from "../factors/factor.ts";
import { translator } from "../locales/translate.ts";
import { digestKey } from "../secret.ts";
import {
  describePending,
  displayOf,
  hold,
  newChallenge,
  occasionOf,
  send,
  type Challenge,
  type Held,
} from "./challenge.ts";
import { withoutReports } from "./delivery.ts";
import { deliveredNamed, houseOfClients, tell, type House } from "./house.ts";
import { admitLookUp } from "./look-up.ts";
import { numberOf, type PhoneInput } from "./registration.ts";
import { judgeDelivered, type Proof } from "./second-factor.ts";
import type { Profile, ProfileCheck } from "./profile.ts";
import { HALF_AUTHENTICATED_MS, type PendingChallenge } from "./session-state.ts";
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

/** Where a pending sign-up is kept. */
interface Keeper {
  read(): Promise<PendingChallenge | undefined>;
  write(pending: PendingChallenge | undefined): Promise<void>;
}

/** Sign-up by phone is a quarter of an hour's matter. */
const LIFE_MS = HALF_AUTHENTICATED_MS + 5 * 60_000;
const CONTEXT = "signing up";

export function createSignupFlows(house: House): SignupFlows {
  const factor = (): DeliveredFactor => deliveredNamed(house, undefined);
  const clients = houseOfClients(house);
  const houseFor = ({ client }: SignupAsker): House => (client === undefined ? house : clients);

  function keeperOf({ request, client, e164, tenant }: SignupAsker): Keeper {
    const keeper =
      client === undefined
        ? inSession(house, request)
        : inNotes(house, client, numberOf(factor(), { e164 }).e164);
    return {
      write: keeper.write,
      async read() {
        const pending = await keeper.read();
        return pending?.named === tenant ? pending : undefined;
      },
    };
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

  async function held(
    asker: SignupAsker,
    pending: PendingChallenge | undefined,
  ): Promise<Held & { visit: Visit }> {
    const to = pending?.to === undefined ? undefined : house.box.open(pending.to, CONTEXT);
    if (pending === undefined || to === undefined) throw new FactorError("no_challenge");
    if (asker.e164 !== undefined && numberOf(factor(), { e164: asker.e164 }).e164 !== to)
      throw new FactorError("invalid_phone_number", { field: "phone_number" });
    const visit = visitor(asker, to);
    return { ...hold(house, visit, pending, factor(), to, true), visit };
  }

  /** The owner of a number that has an account hears that somebody tried; whoever tried is answered as ever. */
  async function sendTo(
    asker: SignupAsker,
    keeper: Keeper,
    { visit, ...what }: Held & { visit: Visit },
  ): Promise<Challenge> {
    const its = houseFor(asker);
    const admission = await admitLookUp(its, visit, occasionOf(visit, what.factor, what));
    const owner = (await house.accounts.byPhone?.(what.ref.to, visit.named ?? house.tenant)) ?? undefined;
    const instead =
      owner === undefined
        ? undefined
        : translator(house.accounts.locale?.(owner) ?? visit.locale)("signup.taken", {
            app: house.tools.appName,
          });
    const state: { challenge?: PendingChallenge } = {};
    try {
      const sent = await send(its, visit, state, what, { admission, instead });
      await keeper.write(state.challenge);
      return sent;
    } catch (error) {
      // What could not be delivered leaves nothing behind; what was only asked for too soon stays.
      if (isUndelivered(error)) await keeper.write(undefined);
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
      const keeper = keeperOf(asker);
      const before = await keeper.read();
      const again = before?.to !== undefined && house.box.open(before.to, CONTEXT) === e164;
      const pending = again ? before : newChallenge("signup", factor().name, house.box.seal(e164, CONTEXT));
      return sendTo(asker, keeper, await held(asker, pending));
    },
    async resend(asker) {
      const keeper = keeperOf(asker);
      return sendTo(asker, keeper, await held(asker, await keeper.read()));
    },
    async pending(asker) {
      const what = await held(asker, await keeperOf(asker).read());
      const { challenge, resendAfterMs } = await what.factor.read(what.ref, house.tools);
      if (challenge === undefined) throw new FactorError("no_challenge");
      const told = what.factor.carriesText ? what : { ...what, pending: withoutReports(what.pending) };
      return describePending(house, told, { ...challenge, resendAfterMs });
    },
    async verify(asker, code, profile, check) {
      const keeper = keeperOf(asker);
      const pending = await keeper.read();
      if (pending === undefined) throw new FactorError("code_expired");
      const { visit, ...what } = await held(asker, pending);
      const occasion = { factor: what.factor.name, purpose: "signup", to: what.ref.to };
      tell(house, "phone_otp_verify_start", occasion);
      await checkProfile(houseFor(asker), visit, profile, check);
      const proof = await judgeDelivered(houseFor(asker), visit, what, code);
      tell(house, "phone_otp_verify_completed", occasion);
      await keeper.write(undefined);
      // The code passes once, so this is reached once for a sign-up, whatever races.
      const user =
        (await house.accounts.createFromPhone?.(what.ref.to, profile, visit.named ?? house.tenant)) ??
        undefined;
      if (user === undefined) throw new FactorError("phone_taken", { field: "phone_number" });
      await signIn(house, asker, user, proof);
      tell(house, "phone_registered", occasion, { account: house.accounts.id(user) });
      return { ...proof, user, phone_display: displayOf(what.ref.to) };
    },
    async startOver(asker) {
      const keeper = keeperOf(asker);
      const pending = await keeper.read();
      if (pending === undefined) return;
      const { ref, factor: by } = await held(asker, pending);
      await keeper.write(undefined);
      await by.revoke(ref, false, house.tools);
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
  const wrong = await check(profile);
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
  proof: Proof,
): Promise<void> {
  const { logIn } = request as { logIn?: (user: unknown, done: (error?: unknown) => void) => void };
  if (client !== undefined || typeof logIn !== "function") return;
  await new Promise<void>((resolve, reject) => {
    logIn.call(request, user, (error) => (error ? reject(error as Error) : resolve()));
  });
  const visit = visitOf(request, house.accounts);
  const state = await house.sessions.open(visit);
  state.passed = [{ factor: proof.method, amr: proof.amr, at: house.clock() }];
  house.devices.remember(request, visit.account);
}

/** In the session that asked, and in no other: Passport gives every login a new id. */
function inSession(house: House, request: VisitRequest): Keeper {
  const session = request.session as { factorsSignup?: unknown } | null | undefined;
  if (typeof session !== "object" || session === null || typeof request.sessionID !== "string")
    throw new FactorError("session_required");
  const sid = digestKey([request.sessionID]);
  return {
    async read() {
      const kept = session.factorsSignup as
        { sid: string; at: number; pending: PendingChallenge } | undefined;
      if (kept?.sid === sid && house.clock() - kept.at < LIFE_MS) return kept.pending;
      delete session.factorsSignup;
      return undefined;
    },
    async write(pending) {
      if (pending === undefined) delete session.factorsSignup;
      else session.factorsSignup = { sid, at: house.clock(), pending };
    },
  };
}

/** For a client that keeps no session here: sealed, by its id and the number. */
function inNotes(house: House, client: string, to: string): Keeper {
  const key = digestKey(["signup", house.tenant, client, house.box.fingerprint(to)]);
  return {
    async read() {
      const sealed = await house.notes.read(key, house.clock());
      const text = sealed === undefined ? undefined : house.box.open(sealed, key);
      return text === undefined ? undefined : (JSON.parse(text) as PendingChallenge);
    },
    async write(pending) {
      if (pending === undefined) await house.notes.take(key, house.clock());
      else await house.notes.put(key, house.box.seal(JSON.stringify(pending), key), house.clock(), LIFE_MS);
    },
  };
}
