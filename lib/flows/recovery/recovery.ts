import { isFactorError } from "../../errors.ts";
import { orGiveBack } from "../codes/judge.ts";
import type { Engine } from "../engine.ts";
import type { IncomingRequest } from "../request-context.ts";
import { byLink, isLink, planOf } from "./app-ways.ts";
import { proveLink } from "./link-proof.ts";
import { askerOf } from "./asker.ts";
import { beginsSomething, beginWay, judgeWay, parseAnswer } from "./attempts.ts";
import { cancelHold } from "./holds.ts";
import { isAllowed } from "./inputs.ts";
import { createRecoveryLimits, emitRefused } from "./limits.ts";
import { move } from "./moves.ts";
import type { RecoverySettings } from "./options.ts";
import type { Facts } from "./policy.ts";
import type { Happening, Position } from "./position.ts";
import { recoveryKey, removeRecord, type BegunWay } from "./record.ts";
import { resetPassword } from "./reset.ts";
import { createScenes, type Scene } from "./scene.ts";
import { IDENTIFY, viewOf, type RecoveryView } from "./view.ts";

/** What a door is asked to do. */
export type StepInput =
  | { input: "yes" | "no" | "failed" | "again" | "another_way" }
  | { input: "start_over" }
  | { input: "choose"; choice: string }
  | { input: "pick"; factor: string }
  | { input: "respond"; response: unknown };

export interface RecoveryAnswer {
  /** `conflict`: it is no edge, or another request was first; nothing was changed. */
  outcome: "ok" | "conflict";
  view: RecoveryView;
  /** Under which the recovery goes on; undefined where there is none any more. */
  handle: string | undefined;
  /** This very request has ended it. Whoever finds it over may have come behind another, under whose new handle it goes on. */
  ended?: true;
}

/** A recovery, step by step. It knows no session: who is signed in here may be somebody else, and it lets nobody in. */
export interface RecoveryFlows {
  /** Throws `too_many_requests`. */
  begin(request: IncomingRequest, identifier: string): Promise<RecoveryAnswer>;
  look(request: IncomingRequest, handle: unknown): Promise<RecoveryAnswer>;
  /** Throws `invalid_code` for what cannot be right, `too_many_requests`, `verifier_unavailable`. */
  step(request: IncomingRequest, handle: unknown, gen: unknown, said: StepInput): Promise<RecoveryAnswer>;
  /** Goes on in the browser that posts a link's token; the one that asked for it is out. */
  link(request: IncomingRequest, token: unknown): Promise<RecoveryAnswer>;
  /** Ends a reset that waits, by the link of the mail about it; false for whatever else was posted. Throws `too_many_requests`. */
  cancel(request: IncomingRequest, token: unknown): Promise<boolean>;
  /** Throws `password_refused`, `reset_failed`. */
  password(
    request: IncomingRequest,
    handle: unknown,
    gen: unknown,
    password: unknown,
  ): Promise<RecoveryAnswer>;
}

/** Throws a TypeError where the app's `accounts` lack what a recovery needs. */
export function createRecoveryFlows(
  engine: Engine,
  settings: RecoverySettings,
  mountUrl: string | undefined,
): RecoveryFlows {
  if (engine.accounts.find === undefined || engine.accounts.resetPassword === undefined)
    throw new TypeError("recovery needs find and resetPassword in accounts");
  const plan = planOf(engine.factors, settings);
  const sendsLinks = plan.ways.some(({ methods }) => methods.some(({ name }) => isLink(name)));
  if (sendsLinks && mountUrl === undefined) throw new TypeError("recovery: email: links need publicUrl");
  if (settings.holdHours > 0 && mountUrl === undefined)
    throw new TypeError("recovery: holdHours needs publicUrl, for the link that ends it");
  engine.recovers.mounted(settings);
  const limits = createRecoveryLimits(engine);
  const scenes = createScenes(engine, plan, settings, mountUrl);
  const { begin, open, claim, settle, going } = scenes;

  const minLengthOf = ({ secondFactors }: Facts) =>
    secondFactors.length > 0 ? settings.password.minLengthWithSecondFactor : settings.password.minLength;

  function answer({ flow, asker, facts }: Scene, outcome: RecoveryAnswer["outcome"] = "ok"): RecoveryAnswer {
    const view = viewOf(engine, flow, { plan, facts, asker, minLength: minLengthOf(facts) });
    return { outcome, view, handle: flow.handle };
  }

  const over = (outcome: RecoveryAnswer["outcome"]): RecoveryAnswer => ({
    outcome,
    view: IDENTIFY,
    handle: undefined,
  });

  /** Where it stands: another request was first. */
  async function current(
    request: IncomingRequest,
    { flow }: Scene,
    outcome: RecoveryAnswer["outcome"] = "conflict",
  ): Promise<RecoveryAnswer> {
    const scene = await open(request, flow.handle);
    return scene === undefined ? over(outcome) : answer(scene, outcome);
  }

  async function settled(
    request: IncomingRequest,
    before: Scene,
    after: Scene | undefined,
  ): Promise<RecoveryAnswer> {
    return after === undefined ? current(request, before) : answer(after);
  }

  /** Where everything begins with a mail, nobody is asked whether to send it. */
  function mailed({ facts, flow }: Scene): Position | undefined {
    const { position } = flow.record;
    if (plan.reveal !== "mailed") return undefined;
    return move(plan, facts, position, byLink) ?? move(plan, facts, position, { input: "yes" });
  }

  /** Goes on; where a way is gone, begins it. */
  async function goTo(request: IncomingRequest, scene: Scene, position: Position): Promise<RecoveryAnswer> {
    const rests = position.state === "entry" || position.state === "wait";
    if (!rests || !beginsSomething(going(scene, position).factor))
      return settled(request, scene, await settle(scene, position));
    const mine = await claim(scene);
    if (mine === undefined) return current(request, scene);
    const begunWay = await beginWay(engine, mine.asker, going(mine, position), {
      limits,
      before: begunBefore(mine, position),
      browser: browserOf(mine),
      link: isLink(position.method) ? { url: `${mountUrl}/link`, handle: mine.flow.handle } : undefined,
    });
    return settled(request, mine, await settle(mine, position, begunWay));
  }

  /** What this very way has begun before: what is asked elsewhere gives way to the new one. */
  function begunBefore({ flow }: Scene, { factor }: Position): BegunWay | undefined {
    const { position, begun } = flow.record;
    return position.factor === factor ? begun : undefined;
  }

  async function respond(request: IncomingRequest, scene: Scene, response: unknown): Promise<RecoveryAnswer> {
    const { begun: begunWay, ...record } = scene.flow.record;
    const { position } = record;
    const its = going(scene, position);
    const value = await parseAnswer(engine, its, response);
    // A challenge is good for one answer, whatever becomes of it; a code may be typed again where nobody could judge it.
    const isCeremony = its.factor.definition?.prompt === "ceremony";
    const mine = await claim(scene, isCeremony ? record : scene.flow.record);
    if (mine === undefined) return current(request, scene);
    const said = await judgeWay(engine, limits, mine.asker, its, {
      value,
      begun: begunWay,
      browser: browserOf(mine),
    });
    if (said === "pending") return answer(mine);
    if (said === "wrong") {
      const next = move(plan, mine.facts, position, { input: "respond", proof: undefined });
      return settled(request, mine, next && (await settle(mine, next)));
    }
    const next = move(plan, mine.facts, position, { input: "respond", proof: said.proof });
    // Where it cannot be written, what was right may be typed again.
    return orGiveBack(engine, said, async () => settled(request, mine, next && (await settle(mine, next))));
  }

  const browserOf = ({ flow }: Scene) => recoveryKey(engine, flow.handle);

  /** What is decided elsewhere is seen when somebody looks, and so is a hold that is over. */
  async function seen(request: IncomingRequest, scene: Scene): Promise<RecoveryAnswer> {
    const { position, begun, heldUntil } = scene.flow.record;
    if (position.state === "hold" && heldUntil !== undefined && engine.clock() >= heldUntil)
      return happens(request, scene, { input: "held" });
    const its = position.state === "wait" ? going(scene, position) : undefined;
    if (its?.factor.definition?.prompt !== "elsewhere") return answer(scene);
    const said = await judgeWay(engine, limits, scene.asker, its, {
      value: undefined,
      begun,
      browser: browserOf(scene),
    });
    if (said === "pending") return answer(scene);
    return happens(
      request,
      scene,
      said === "wrong" ? { input: "denied" } : { input: "proven", proof: said.proof },
    );
  }

  async function happens(request: IncomingRequest, scene: Scene, what: Happening): Promise<RecoveryAnswer> {
    const next = move(plan, scene.facts, scene.flow.record.position, what);
    const after = next && (await settle(scene, next));
    return after === undefined ? current(request, scene, "ok") : answer(after);
  }

  async function startOver(request: IncomingRequest, scene: Scene): Promise<RecoveryAnswer> {
    const mine = await claim(scene);
    if (mine === undefined) return current(request, scene);
    await removeRecord(engine, mine.flow.handle);
    return { ...over("ok"), ended: true };
  }

  return {
    async begin(request, identifier) {
      const asker = await askerOf(engine, request, { identifier });
      await limits.start(asker, identifier);
      const scene = await begin(asker, identifier);
      const { position } = scene.flow.record;
      // A key that is demanded is not asked about: its ceremony begins at once. So does a mail that is the only way in.
      const next = position.state === "wait" ? position : mailed(scene);
      return next === undefined ? answer(scene) : goTo(request, scene, next);
    },
    async look(request, handle) {
      const scene = await open(request, handle);
      return scene === undefined ? over("ok") : seen(request, scene);
    },
    async step(request, handle, gen, said) {
      const scene = await open(request, handle);
      if (scene === undefined) return over("conflict");
      const { flow, facts } = scene;
      const { position } = flow.record;
      if (gen !== flow.generation) return answer(scene, "conflict");
      if (said.input === "respond")
        return isAllowed(plan, facts, position, { input: "respond", proof: undefined })
          ? respond(request, scene, said.response)
          : answer(scene, "conflict");
      const next = move(plan, facts, position, said);
      if (next === undefined) return answer(scene, "conflict");
      return said.input === "start_over" ? startOver(request, scene) : goTo(request, scene, next);
    },
    async link(request, token) {
      const after = await proveLink(engine, plan, scenes, request, token);
      return after === undefined ? over("conflict") : answer(after);
    },
    cancel: async (request, token) => cancelHold(engine, token, request.ip),
    async password(request, handle, gen, password) {
      const scene = await open(request, handle);
      if (scene === undefined) return over("conflict");
      const { position } = scene.flow.record;
      const isOpen = position.state === "reset" && gen === scene.flow.generation && scene.asker.isKnown;
      if (!isOpen) return answer(scene, "conflict");
      await limits.password(scene.asker);
      try {
        const minLength = minLengthOf(scene.facts);
        const flow = await resetPassword(engine, plan, scene, { password, settings, minLength });
        return flow === undefined ? await current(request, scene) : answer({ ...scene, flow });
      } catch (error) {
        if (isFactorError(error) && error.code === "password_refused")
          emitRefused(engine, scene.asker, error.code);
        throw error;
      }
    },
  };
}
