import { FactorError } from "../../errors.ts";
import { judgesItself, nameIn } from "../../factors/define-factor.ts";
import type { JudgedFactor } from "../../factors/factor.ts";
import type { FactorKit } from "../../factors/definition.ts";
import type { FactorInvitations, Invitation, SentInvitation } from "../../factors/elsewhere.ts";
import { wrongAnswer } from "../../wrong-answer.ts";
import { judgedNamed, emit, type Engine } from "../engine.ts";
import { requirePassed } from "../guard.ts";
import { listOnFile } from "../on-file.ts";
import type { RequestContext } from "../request-context.ts";

/** That somebody has named this account, which stands for them once it has accepted. */
export interface InvitationOnFile extends Pick<Invitation, "id" | "from" | "accepted" | "invited_at"> {
  /** The factor it is about. */
  factor: string;
  /** What it is called. */
  label: string;
}

/** That this account has named somebody, who has not accepted. `remove` takes it back. */
export interface SentOnFile extends SentInvitation {
  /** The factor it is about. */
  factor: string;
  /** What it is called. */
  label: string;
}

/** Both sides of it, for the settings; undefined where no factor of the app's has any. */
export async function invitationsOf(
  engine: Engine,
  context: RequestContext,
): Promise<{ invitations: InvitationOnFile[]; invited: SentOnFile[] } | undefined> {
  const all = engine.factors
    .filter(judgesItself)
    .filter(({ definition }) => definition.invitations !== undefined);
  if (all.length === 0) return undefined;
  const both = await Promise.all(
    all.map(async (factor) => {
      const { name } = factor;
      const named = { factor: name, label: nameIn(factor, context.locale) };
      const [got, sent] = await Promise.all([
        received(engine, context, factor),
        listed<SentInvitation>(engine, factor, "sent", context.account),
      ]);
      return {
        received: got.map(({ id, from, accepted, invited_at }) => ({
          ...named,
          id,
          from,
          accepted,
          invited_at,
        })),
        sent: sent.map(({ id, display, invited_at }) => ({ ...named, id, display, invited_at })),
      };
    }),
  );
  return {
    invitations: both.flatMap(({ received }) => received),
    invited: both.flatMap(({ sent }) => sent),
  };
}

const received = (engine: Engine, { account }: RequestContext, factor: JudgedFactor) =>
  listed<Invitation>(engine, factor, "list", account);

async function listed<Item>(
  engine: Engine,
  { name, definition }: JudgedFactor,
  verb: "list" | "sent",
  account: string,
): Promise<readonly Item[]> {
  const who = `factor "${name}": invitations.${verb}`;
  const { invitations } = definition;
  const answer: unknown = await engine.inTime(who, () =>
    invitations?.[verb](account, engine.tools.kit(name)),
  );
  if (!Array.isArray(answer)) throw wrongAnswer(who, answer, "a list");
  return answer as Item[];
}

/**
 * Accepts to stand for somebody, or declines, also later. Throws `factor_required` for who is half signed in, `no_other_way` where two accounts would be each other's
 * only way back, `invalid_request` for what is no invitation.
 */
export async function answerInvitation(
  engine: Engine,
  context: RequestContext,
  name: string,
  { id, accepts }: { id: unknown; accepts: boolean },
): Promise<void> {
  const factor = judgedNamed(engine, name);
  const { invitations } = factor.definition;
  if (invitations === undefined) throw new TypeError(`invitations: factor "${name}" has none`);
  await requirePassed(engine, context, { ifEnrolled: true });
  const found = (await received(engine, context, factor)).find((each) => each.id === id);
  if (found === undefined) throw new FactorError("invalid_request", { field: "id" });
  if (accepts && found.mutual && !(await hasOtherWay(engine, context, factor)))
    throw new FactorError("no_other_way");
  await answer(engine, context, factor, invitations, { id: found.id, accepts });
  const occasion = { account: context.account, factor: name, purpose: "recovery", ip: context.ip };
  emit(engine, accepts ? "contact_accepted" : "contact_declined", occasion);
}

async function answer(
  engine: Engine,
  { account }: RequestContext,
  { name }: JudgedFactor,
  invitations: FactorInvitations<FactorKit>,
  { id, accepts }: { id: string; accepts: boolean },
): Promise<void> {
  const who = `factor "${name}": invitations.answer`;
  const done: unknown = await engine.inTime(who, () =>
    invitations.answer(account, id, accepts, engine.tools.kit(name)),
  );
  if (typeof done !== "boolean") throw wrongAnswer(who, done, "true or false");
  if (!done) throw new FactorError("invalid_request", { field: "id" });
}

/** Anything on file beside this factor that somebody has, and not only knows. */
async function hasOtherWay(engine: Engine, context: RequestContext, factor: JudgedFactor): Promise<boolean> {
  const others = engine.factors.filter((each) => each.name !== factor.name && each.class !== "knowledge");
  return (await listOnFile(engine, context, others)).length > 0;
}
