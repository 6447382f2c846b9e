import { randomToken } from "../../crypto/random-token.ts";
import { digestKey } from "../../crypto/secret.ts";
import { FactorError } from "../../errors.ts";
import { sendsCode } from "../../factors/define-factor.ts";
import type { Factor } from "../../factors/factor.ts";
import { beginFactor } from "../begin-factor.ts";
import { begin } from "../codes/begin-code.ts";
import type { Engine } from "../engine.ts";
import { offers, type Offer } from "../offers.ts";
import { listUsable } from "../on-file.ts";
import { contextOf, type IncomingRequest, type RequestContext } from "../request-context.ts";
import { verify } from "../second-factor.ts";

/** What a client asks for; whatever it is, it came over the wire. */
export interface ProofAsked {
  factor: unknown;
  /** What the proof shall be good for; left out: whatever needs no purpose. */
  purpose?: unknown;
}

export interface ProofBegun {
  /** Whoever asked shows it again with the code. */
  handle: string;
  shown: object;
}

export interface ProofMade {
  proof: string;
  expires_in_seconds: number;
  method: string;
  amr: string[];
}

/** How somebody passes a factor who has no session: the app's own check of each request says who it is. */
export interface ProofFlows {
  /** From now on proofs are taken. */
  enable(ttlMs: number): void;
  /** The factors on file that somebody can prove with. */
  offers(request: IncomingRequest): Promise<Offer[]>;
  begin(request: IncomingRequest, asked: ProofAsked): Promise<ProofBegun>;
  verify(
    request: IncomingRequest,
    asked: ProofAsked & { handle?: unknown; answer: unknown },
  ): Promise<ProofMade>;
}

const HANDLE_BYTES = 16;
const LONGEST_PURPOSE = 200;

export function createProofFlows(
  engine: Engine,
  paths: { doors: Readonly<Record<string, string>> },
): ProofFlows {
  const { proofs } = engine;

  /** One that is on file: others register and prove nothing here. */
  async function factorFor(context: RequestContext, name: unknown): Promise<Factor> {
    const factor = engine.factors.find((each) => each.name === name);
    if (factor === undefined) throw new FactorError("invalid_request", { field: "factor" });
    const usable = await listUsable(engine, context, "login", "step-up");
    if (!usable.some((each) => each.factor === factor)) throw new FactorError("not_enrolled");
    return factor;
  }

  return {
    enable: (ttlMs) => void (proofs.rules.ttlMs = ttlMs),
    offers: async (request) =>
      offers(engine, withoutSession(engine, request, randomToken(HANDLE_BYTES), ""), paths),
    async begin(request, { factor: name, purpose }) {
      const handle = randomToken(HANDLE_BYTES);
      const context = withoutSession(engine, request, handle, purposeOf(purpose));
      const factor = await factorFor(context, name);
      if (sendsCode(factor)) return { handle, shown: await begin(engine, context, factor) };
      if (factor.definition.begin === undefined)
        throw new FactorError("invalid_request", { field: "factor" });
      const { shown, ...begun } = await beginFactor(engine, context, factor);
      return { handle, shown: { ...shown, ...begun } };
    },
    async verify(request, { factor: name, purpose: named, handle = randomToken(HANDLE_BYTES), answer }) {
      if (typeof handle !== "string" || handle.length > 100)
        throw new FactorError("invalid_request", { field: "handle" });
      const purpose = purposeOf(named);
      const context = withoutSession(engine, request, handle, purpose);
      const factor = await factorFor(context, name);
      const { account } = context;
      // What changes while this is judged ends what is proven here too.
      const version = await engine.versions.read(account);
      const { method, amr } = await verify(engine, context, factor, answer, { onFileOnly: true });
      const passed = { factor: method, amr, at: engine.clock(), purpose };
      const proof = await proofs.sign(account, passed, version);
      return { proof, expires_in_seconds: (proofs.rules.ttlMs ?? 0) / 1000, method, amr };
    },
  };
}

function purposeOf(purpose: unknown = ""): string {
  if (typeof purpose !== "string" || purpose.length > LONGEST_PURPOSE)
    throw new FactorError("invalid_request", { field: "purpose" });
  return purpose;
}

/**
 * The request in a session that lasts for it alone. A code that was asked for passes for the same account, purpose and handle, and nobody who knows only
 * the account can guess at it.
 */
function withoutSession(
  engine: Engine,
  { user, ip, headers, res }: IncomingRequest,
  handle: string,
  purpose: string,
): RequestContext {
  const context = contextOf({ user, ip, headers, ...(res === undefined ? {} : { res }) }, engine);
  const sessionID = digestKey(["without session", engine.tenant, context.account, handle, purpose]);
  const session = { regenerate: (done: () => void) => done() };
  return { ...context, request: { ...context.request, session, sessionID } };
}
