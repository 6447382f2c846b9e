import { FactorError } from "../errors.ts";
import { namesOf } from "../factors/code-names.ts";
import type { CodeFactor } from "../factors/factor.ts";
import { PHONE, type PhoneFactor } from "../factors/phone-destination.ts";
import { unsentReceipt } from "../factors/sent-code.ts";
import { HOOK, send, type Challenge } from "./codes/challenge.ts";
import { inClientSession, type Caller } from "./session/client-session.ts";
import { engineOfClients, emit, type Engine } from "./engine.ts";
import { EXPIRED, judge, refused } from "./codes/judge.ts";
import { occasionOf } from "./codes/challenge.ts";
import { readNote, refOf, type Pending } from "./codes/pending.ts";
import type { Proof } from "./second-factor.ts";
import { nobodysAddress } from "./on-file.ts";
import { contextOf, type RequestContext } from "./request-context.ts";

/** What stands in for a phone that is not there: a factor that sends nothing, for the email that was asked about. */
export interface Decoy {
  email: string;
  factor: PhoneFactor;
}

/** What a flow works with, for one asker. */
export interface ClientRun {
  engine: Engine;
  factor: PhoneFactor;
  context: RequestContext;
  /** For clients only, which must not learn whose emails are known; a session asks about its own account. */
  decoy?: Decoy;
}

/**
 * Runs a flow for a client. An email that nobody has goes the same way as any other, in an engine where its account has no phone and nothing
 * is sent: it is answered alike because it is the same code that answers.
 */
export async function runForClient<Answer>(
  engine: Engine,
  factor: PhoneFactor,
  { email, user, ...caller }: Caller & { email: string },
  flow: (part: ClientRun) => Promise<Answer>,
): Promise<Answer> {
  const decoy = { email, factor: silent(engine, factor) };
  const known = user !== undefined;
  const its = engineOfClients(engine);
  const part = known
    ? { engine: its, factor, decoy }
    : { engine: engineOfNobody(its, nobodyOf(engine, email)), factor: decoy.factor, decoy };
  return inClientSession(part.engine, { ...caller, user: known ? user : {} }, async (request) => {
    const context = { ...contextOf(request, part.engine), named: engine.tenant };
    return flow({ ...part, context });
  });
}

/** Counts, waits and answers as a send to the number on file does. */
export async function beginDecoy(engine: Engine, context: RequestContext, decoy: Decoy): Promise<Challenge> {
  const { stranger, pending } = pendingDecoy(engine, context, decoy);
  const sent = (await send(quiet(engine), stranger, pending)) as Challenge;
  return { ...sent, phone_display: inventedDisplay(pending.ref.to) };
}

/** Always rejects, as a wrong code does. */
export async function verifyDecoy(
  engine: Engine,
  context: RequestContext,
  decoy: Decoy,
  typed: unknown,
): Promise<Proof> {
  const { stranger, pending } = pendingDecoy(engine, context, decoy);
  const { factor, ref } = pending;
  const { record, mine } = await engine.tools.challenges.read(ref, factor.code.rules);
  if (record === undefined || !mine) throw new FactorError("code_expired");
  const code = factor.parse(typed);
  if (code === undefined) throw new FactorError("invalid_code", { field: factor.field });
  const its = { ...pending, note: readNote(record.note) };
  const verdict = await judge(quiet(engine), stranger, its, code);
  throw refused(
    quiet(engine),
    stranger,
    factor,
    occasionOf(stranger, factor, ref),
    verdict.outcome === "failed" ? verdict : EXPIRED,
  );
}

/** Its own keys for everything: what is counted here is nobody's. */
function pendingDecoy(
  engine: Engine,
  context: RequestContext,
  { email, factor }: Decoy,
): { stranger: RequestContext; pending: Pending } {
  const nobody = nobodyOf(engine, email);
  const stranger = { ...context, user: undefined, account: nobody };
  const ref = refOf(engine, stranger, factor, { purpose: "login", to: nobody, onFile: true });
  return { stranger, pending: { ref, factor, note: {} } };
}

const nobodyOf = (engine: Engine, email: string) => `decoy ${engine.box.fingerprint(email.toLowerCase())}`;

async function waitLikeSend(engine: Engine, code: CodeFactor["code"]): Promise<void> {
  if (engine.beforeSend !== undefined) await engine.times.wait(HOOK);
  await engine.sendTiming.wait(code);
}

/** Counts and waits as a send does, and no code ever passes: the one that is made is told to nobody. `hasFailed`: a send has, which took its time and was told of. */
export function silent<Sent extends CodeFactor>(
  engine: Engine,
  factor: Sent,
  { hasFailed = false }: { hasFailed?: boolean } = {},
): Sent {
  const { name, code } = factor;
  const { channel, transport, rules } = code;
  return {
    ...factor,
    code: {
      ...code,
      async begin({ ref, keeping, admission }, { challenges }) {
        if (transport.off === true) {
          await admission?.counted;
          throw new FactorError("delivery_disabled");
        }
        const occasion = { factor: name, purpose: ref.purpose, channel };
        const { suppressed } = namesOf(ref.kind).events;
        if (!hasFailed) emit(engine, suppressed, occasion, { reason: "unknown_account" });
        const issued = await challenges.issue(ref, rules, admission, keeping);
        if ("other" in issued) return issued;
        if (!hasFailed) await waitLikeSend(engine, code);
        const { terms, record } = issued;
        return { terms, record, tookMs: 0, unsent: "nobody", receipt: unsentReceipt(transport) };
      },
      verify: async (ref, { code: typed, admission }, { challenges }) =>
        challenges.verifyElsewhere(ref, typed, rules, admission, async () => "wrong"),
    },
  };
}

/** Nothing of a decoy is told, but that nothing was sent. */
export function quiet(engine: Engine): Engine {
  const events = { ...engine.events, wanted: () => false, emit: () => {} };
  return { ...engine, events, notify: () => {}, beforeSend: undefined };
}

/** One account, without a phone. Whose number is taken is told at setup to whoever asks. */
function engineOfNobody(engine: Engine, nobody: string): Engine {
  return {
    ...quiet(engine),
    // What nobody's look-ups take is what others took.
    times: { ...engine.times, note: () => {} },
    accounts: {
      id: () => nobody,
      phone: async () => nobodysAddress(engine, { destination: { kind: PHONE } }),
      phoneTaken: async (phone) =>
        ((await engine.accounts.byPhone?.(phone, engine.tenant)) ?? undefined) !== undefined,
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
