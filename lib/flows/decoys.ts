import { FactorError } from "../errors.ts";
import { unsentReceipt } from "../factors/delivered-code.ts";
import type { DeliveredFactor } from "../factors/factor.ts";
import { send, type Challenge } from "./challenge.ts";
import { inClientSession, type Caller } from "./client-session.ts";
import { houseOfClients, tell, type House } from "./house.ts";
import { EXPIRED, judge, refused } from "./judge.ts";
import { occasionOf } from "./challenge.ts";
import { readNote, refOf, type Pending } from "./pending.ts";
import type { Proof } from "./second-factor.ts";
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
export async function beginDecoy(house: House, visit: Visit, decoy: Decoy): Promise<Challenge> {
  const { stranger, pending } = pendingDecoy(house, visit, decoy);
  const sent = (await send(quiet(house), stranger, pending)) as Challenge;
  return { ...sent, phone_display: inventedDisplay(pending.ref.to) };
}

/** Always rejects, as a wrong code does. */
export async function verifyDecoy(house: House, visit: Visit, decoy: Decoy, typed: unknown): Promise<Proof> {
  const { stranger, pending } = pendingDecoy(house, visit, decoy);
  const { factor, ref } = pending;
  const { record, mine } = await factor.read(ref, house.tools);
  if (record === undefined || !mine) throw new FactorError("code_expired");
  const code = factor.parse(typed);
  if (code === undefined) throw new FactorError("invalid_code", { field: factor.field });
  const its = { ...pending, note: readNote(record.note) };
  const verdict = await judge(quiet(house), stranger, its, code);
  throw refused(
    quiet(house),
    stranger,
    factor,
    occasionOf(stranger, factor, ref),
    verdict.outcome === "failed" ? verdict : EXPIRED,
  );
}

/** Its own keys for everything: what is counted here is nobody's. */
function pendingDecoy(
  house: House,
  visit: Visit,
  { email, factor }: Decoy,
): { stranger: Visit; pending: Pending } {
  const nobody = nobodyOf(house, email);
  const stranger = { ...visit, user: undefined, account: nobody };
  const ref = refOf(house, stranger, factor, { purpose: "login", to: nobody, onFile: true });
  return { stranger, pending: { ref, factor, note: {} } };
}

const nobodyOf = (house: House, email: string) => `decoy ${house.box.fingerprint(email.toLowerCase())}`;

/** Counts and waits as a send does, and no code ever passes: the one that is made is told to nobody. */
function silent(house: House, factor: DeliveredFactor): DeliveredFactor {
  const { name, channel, transport, rules } = factor;
  return {
    ...factor,
    async begin({ ref, keeping, admission }, { challenges }) {
      if (transport.off === true) {
        await admission?.counted;
        throw new FactorError("delivery_disabled");
      }
      const occasion = { factor: name, purpose: ref.purpose, channel };
      tell(house, "phone_otp_send_suppressed", occasion, { reason: "unknown_account" });
      const issued = await challenges.issue(ref, rules, admission, keeping);
      if ("other" in issued) return issued;
      await house.pace.wait(factor);
      const { terms, record } = issued;
      return { terms, record, tookMs: 0, unsent: "nobody", receipt: unsentReceipt(transport) };
    },
    verify: async (ref, { code, admission }, { challenges }) =>
      challenges.verifyElsewhere(ref, code, rules, admission, async () => "wrong"),
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
