import { FactorError } from "../errors.ts";
import { unsentReceipt } from "../factors/delivered-code.ts";
import type { DeliveredFactor } from "../factors/factor.ts";
import { hold, newChallenge, send, type Challenge, type Held } from "./challenge.ts";
import { inClientSession, type Caller } from "./client-session.ts";
import { houseOfClients, tell, type House } from "./house.ts";
import { judgeDelivered, type Proof } from "./second-factor.ts";
import type { PendingChallenge, SessionState } from "./session-state.ts";
import { visitOf, type Visit } from "./visit.ts";

/** What stands in for a phone that is not there: a factor that sends nothing, for the email that was asked about. */
export interface Decoy {
  email: string;
  factor: DeliveredFactor;
}

/** What a flow works with, for one asker. */
export interface Part {
  house: House;
  factor: DeliveredFactor;
  visit: Visit;
  /** For clients only, which must not learn whose emails are known; a session asks about its own account. */
  decoy?: Decoy;
}

/**
 * Runs a flow for a client. An email that nobody has goes the same way as any other, in a house where its account has no phone and nothing
 * is sent: it is answered alike because it is the same code that answers.
 */
export async function runForClient<Answer>(
  house: House,
  factor: DeliveredFactor,
  { email, user, ...caller }: Caller & { email: string },
  flow: (part: Part) => Promise<Answer>,
): Promise<Answer> {
  const decoy = { email, factor: silent(house, factor) };
  const known = user !== undefined;
  const its = houseOfClients(house);
  const part = known
    ? { house: its, factor, decoy }
    : { house: houseOfNobody(its, nobodyOf(house, email)), factor: decoy.factor, decoy };
  return inClientSession(part.house, { ...caller, user: known ? user : {} }, async (request) => {
    const visit = { ...visitOf(request, part.house.accounts), named: house.tenant };
    return flow({ ...part, visit });
  });
}

/** Counts, waits and answers as a send to the number on file does. */
export async function beginDecoy(
  house: House,
  visit: Visit,
  state: SessionState,
  decoy: Decoy,
): Promise<Challenge> {
  const pending = state.challenge ?? newChallenge("login", decoy.factor.name);
  const { stranger, held } = holdDecoy(house, visit, pending, decoy);
  const sent = await send(quiet(house), stranger, state, held);
  return { ...sent, phone_display: inventedDisplay(held.ref.to) };
}

/** Always rejects, as a wrong code does. */
export async function verifyDecoy(
  house: House,
  visit: Visit,
  state: SessionState,
  decoy: Decoy,
  typed: unknown,
): Promise<Proof> {
  if (state.challenge === undefined) throw new FactorError("code_expired");
  const { stranger, held } = holdDecoy(house, visit, state.challenge, decoy);
  return judgeDelivered(quiet(house), stranger, held, typed);
}

/** Its own keys for everything: what is counted here is nobody's. */
function holdDecoy(
  house: House,
  visit: Visit,
  pending: PendingChallenge,
  { email, factor }: Decoy,
): { stranger: Visit; held: Held } {
  const nobody = nobodyOf(house, email);
  const stranger = { ...visit, user: undefined, account: nobody };
  return { stranger, held: hold(house, stranger, pending, factor, nobody, true) };
}

const nobodyOf = (house: House, email: string) => `decoy ${house.box.fingerprint(email.toLowerCase())}`;

/** Counts and waits as a send does, and no code ever passes: the one that is made is told to nobody. */
function silent(house: House, factor: DeliveredFactor): DeliveredFactor {
  const { name, channel, transport, rules } = factor;
  return {
    ...factor,
    async begin({ ref, admission }, { challenges }) {
      if (transport.off === true) {
        await admission?.counted;
        throw new FactorError("delivery_disabled");
      }
      const occasion = { factor: name, purpose: ref.purpose, channel };
      tell(house, "phone_otp_send_suppressed", occasion, { reason: "unknown_account" });
      const { terms } = await challenges.issue(ref, rules, admission);
      await house.pace.wait(factor);
      return { terms, tookMs: 0, unsent: "nobody", receipt: unsentReceipt(transport) };
    },
    verify: async (ref, { admission }, { challenges }) =>
      challenges.verifyElsewhere(ref, rules, admission, async () => "wrong"),
  };
}

/** Nothing of a decoy is told, but that nothing was sent. */
function quiet(house: House): House {
  const events = { ...house.events, wanted: () => false, emit: () => {} };
  return { ...house, events, notify: () => {}, beforeSend: undefined };
}

/** One account, without a phone. Whose number is taken is told at setup to whoever asks. */
function houseOfNobody(house: House, nobody: string): House {
  return {
    ...quiet(house),
    accounts: {
      id: () => nobody,
      phone: () => undefined,
      phoneTaken: async (phone) =>
        ((await house.accounts.byPhone?.(phone, house.tenant)) ?? undefined) !== undefined,
      setPhone: () => false,
    },
  };
}

/** The same digits for the same email each time. */
function inventedDisplay(nobody: string): string {
  let sum = 0;
  for (const letter of nobody) sum = (sum * 31 + letter.charCodeAt(0)) % 10_000;
  return `***-***-${String(sum).padStart(4, "0")}`;
}
