import { emit, type Engine } from "../engine.ts";
import type { IncomingRequest } from "../request-context.ts";
import type { AppPlan, AppWay } from "./app-ways.ts";
import { askerOf, nobody, type Asker } from "./asker.ts";
import type { Going } from "./attempts.ts";
import { isReal } from "./available.ts";
import { recoveryEpoch, resetBy } from "../session/recovery-epoch.ts";
import { factsOf } from "./facts.ts";
import { beginHold, endHold, isHeld } from "./holds.ts";
import { begun } from "./moves.ts";
import { tellOwner } from "./notices.ts";
import type { RecoverySettings } from "./options.ts";
import type { Facts } from "./policy.ts";
import type { Position } from "./position.ts";
import {
  createRecord,
  FLOW_MS,
  moveRecord,
  PERMIT_MS,
  readRecord,
  recoveryKey,
  type BegunWay,
  type Recovery,
  type RecoveryRecord,
} from "./record.ts";

/** A recovery, who asks, and what is on file for that account at this moment. */
export interface Scene {
  flow: Recovery;
  asker: Asker;
  facts: Facts;
}

/** How recoveries are begun, found and moved on. */
export interface Scenes {
  begin(asker: Asker, identifier: string): Promise<Scene>;
  /** What this handle is of; undefined where it is over, or a reset of the account has ended it. */
  open(request: IncomingRequest, handle: unknown): Promise<Scene | undefined>;
  /** Nobody else acts on this generation from now on: what is sent is sent once, and what is judged is judged once. Undefined where somebody was first. */
  claim(scene: Scene, keep?: RecoveryRecord): Promise<Scene | undefined>;
  /** Writes where it stands now; undefined where somebody was first. */
  settle(
    scene: Scene,
    position: Position,
    begunWay?: BegunWay,
    how?: { afresh: boolean },
  ): Promise<Scene | undefined>;
  /** The way that a position is about, and whether its answer counts. */
  going(scene: Scene, position: Position): Going;
}

interface Hold {
  id: string;
  until: number;
  cancelUrl: string;
}

/** Nobody gets on from there but by starting over. */
const isStuck = ({ state }: Position) => state === "none" || state === "ended";

export function createScenes(
  engine: Engine,
  plan: AppPlan,
  settings: RecoverySettings,
  mountUrl?: string,
): Scenes {
  const known = ({ isKnown, account }: Asker) => (isKnown ? { account } : {});
  const occasionOf = (asker: Asker) => ({
    ...known(asker),
    factor: "",
    purpose: "recovery",
    ip: asker.ip,
  });

  async function nowOf(asker: Asker) {
    const [facts, epoch] = await Promise.all([
      factsOf(engine, plan, asker),
      recoveryEpoch(engine, asker.account),
    ]);
    return { facts, epoch };
  }

  /** Hands over whom no way is left for. */
  function handOver({ asker, flow }: Scene, position: Position): void {
    emit(engine, "recovery_handed_over", occasionOf(asker));
    const { user, ip, locale } = asker;
    const proofs = position.proofs.map((each) => ({ factor: each.factor, class: each.class }));
    const { identifier } = flow.record;
    const about = { user, ...known(asker), identifier, proofs, at: engine.clock(), ip, locale };
    engine.inTime("handover", () => settings.handover?.(about)).catch(engine.onError);
  }

  /** Somebody who is asked elsewhere may take a day. */
  const longerFor = ({ until }: { until: number }, begunNow: BegunWay | undefined, now: number) =>
    begunNow !== undefined && begunNow.until - now > FLOW_MS ? begunNow.until : until;

  /** The app's list may have changed since. */
  const isOfPlan = ({ factor, method }: Position) => {
    if (factor === undefined) return true;
    const way = plan.ways.find(({ name }) => name === factor);
    return way !== undefined && (method === undefined || method in way.factors);
  };

  /** A reset that waits begins its hold before it is written; any other proof ends the one that waits. */
  async function holdOf({ asker, flow }: Scene, position: Position): Promise<Hold | undefined> {
    const hasProven = position.proofs.length > flow.record.position.proofs.length;
    if (position.state !== "hold") {
      if (hasProven && plan.policy.holdMs !== undefined) await endHold(engine, asker.account, "another");
      return undefined;
    }
    const holdMs = plan.policy.holdMs ?? 0;
    const id = recoveryKey(engine, flow.handle);
    const token = await beginHold(engine, { account: asker.account, id, holdMs });
    return { id, until: engine.clock() + holdMs, cancelUrl: `${mountUrl}/cancel#${token}` };
  }

  function tellOf(scene: Scene, position: Position, hold: Hold | undefined): void {
    const before = scene.flow.record.position;
    if (position.proofs.length > before.proofs.length) {
      const factor = position.proofs.at(-1)?.factor ?? "";
      emit(engine, "recovery_proven", { ...occasionOf(scene.asker), factor });
    }
    if (hold !== undefined) {
      emit(engine, "recovery_held", occasionOf(scene.asker));
      const { until: heldUntil, cancelUrl } = hold;
      tellOwner(engine, scene.asker, "recovery_held", { heldUntil, cancelUrl }).catch(engine.onError);
    }
    if (isStuck(position) && !isStuck(before)) handOver(scene, position);
  }

  return {
    async begin(asker, identifier) {
      const { facts, epoch } = await nowOf(asker);
      const now = engine.clock();
      const flow = await createRecord(engine, {
        position: begun(plan, facts),
        identifier,
        account: asker.isKnown ? asker.account : undefined,
        startedAt: now,
        until: now + FLOW_MS,
        epoch,
      });
      emit(engine, "recovery_started", occasionOf(asker));
      const scene = { flow, asker, facts };
      if (isStuck(flow.record.position)) handOver(scene, flow.record.position);
      return scene;
    },
    async open(request, handle) {
      const flow = await readRecord(engine, handle);
      if (flow === undefined || !isOfPlan(flow.record.position)) return undefined;
      const { record } = flow;
      const asker = await (record.account === undefined
        ? nobody(engine, request, record)
        : askerOf(engine, request, record));
      const { facts, epoch } = await nowOf(asker);
      // The one that has made the reset may be looked at.
      const isDone = record.position.state === "done" || record.taken === true;
      const isOwn =
        epoch === record.epoch ||
        record.ownEpochs?.some((own) => epoch === resetBy(own, record.epoch)) === true;
      const isOver = !isOwn || (record.hold !== undefined && !(await isHeld(engine, record.hold)));
      return isOver && !isDone ? undefined : { flow, asker, facts };
    },
    async claim(scene, keep = scene.flow.record) {
      const flow = await moveRecord(engine, scene.flow, keep);
      return flow && { ...scene, flow };
    },
    async settle(scene, position, begunWay, { afresh } = { afresh: false }) {
      const { begun: before, heldUntil: _held, ...record } = scene.flow.record;
      // For another try, which may have to know of this one.
      const begunNow = position.state === "failed" ? before : begunWay;
      const now = engine.clock();
      const opens = position.state === "reset" || position.state === "hold";
      const hold = await holdOf(scene, position);
      const heldUntil = hold?.until;
      const next: RecoveryRecord = {
        ...record,
        position,
        until: opens ? (heldUntil ?? now) + PERMIT_MS : longerFor(record, begunNow, now),
        ...(hold === undefined ? {} : { heldUntil: hold.until, hold: hold.id }),
        ...(begunNow === undefined ? {} : { begun: begunNow }),
      };
      // Under a handle that nobody has seen before: who planted the cookie holds nothing.
      const flow = await moveRecord(engine, scene.flow, next, { afresh: opens || afresh });
      if (flow === undefined) return undefined;
      tellOf(scene, position, hold);
      return { ...scene, flow };
    },
    going({ facts }, position) {
      const way = plan.ways.find(({ name }) => name === position.factor) as AppWay;
      const factor = way.factors[position.method ?? way.methods[0].name] as Going["factor"];
      return { way, factor, isReal: isReal(plan, facts, position, way) };
    },
  };
}
