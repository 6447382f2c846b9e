import { emit, type Engine } from "../engine.ts";
import type { IncomingRequest } from "../request-context.ts";
import type { AppPlan, AppWay } from "./app-ways.ts";
import { askerOf, nobody, type Asker } from "./asker.ts";
import type { Going } from "./attempts.ts";
import { isReal } from "./available.ts";
import { readEpoch } from "../session/recovery-epoch.ts";
import { factsOf } from "./facts.ts";
import { begun } from "./moves.ts";
import type { RecoverySettings } from "./options.ts";
import type { Facts } from "./policy.ts";
import type { Position } from "./position.ts";
import {
  createRecord,
  FLOW_MS,
  moveRecord,
  PERMIT_MS,
  readRecord,
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

export function createScenes(engine: Engine, plan: AppPlan, settings: RecoverySettings): Scenes {
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
      readEpoch(engine, asker.account),
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

  function tellOf(scene: Scene, position: Position): void {
    const before = scene.flow.record.position;
    if (position.proofs.length > before.proofs.length) {
      const factor = position.proofs.at(-1)?.factor ?? "";
      emit(engine, "recovery_proven", { ...occasionOf(scene.asker), factor });
    }
    if (position.state === "none" && before.state !== "none") handOver(scene, position);
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
      if (flow.record.position.state === "none") handOver(scene, flow.record.position);
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
      const isOwn = epoch === record.epoch || record.ownEpochs?.includes(epoch) === true;
      const isOver = !isOwn && record.position.state !== "done" && record.taken !== true;
      return isOver ? undefined : { flow, asker, facts };
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
      const heldUntil = position.state === "hold" ? now + (plan.policy.holdMs ?? 0) : undefined;
      const next: RecoveryRecord = {
        ...record,
        position,
        until: opens ? (heldUntil ?? now) + PERMIT_MS : longerFor(record, begunNow, now),
        ...(heldUntil === undefined ? {} : { heldUntil }),
        ...(begunNow === undefined ? {} : { begun: begunNow }),
      };
      // Under a handle that nobody has seen before: who planted the cookie holds nothing.
      const flow = await moveRecord(engine, scene.flow, next, { afresh: opens || afresh });
      if (flow === undefined) return undefined;
      tellOf(scene, position);
      return { ...scene, flow };
    },
    going({ facts }, position) {
      const way = plan.ways.find(({ name }) => name === position.factor) as AppWay;
      const factor = way.factors[position.method ?? way.methods[0].name] as Going["factor"];
      return { way, factor, isReal: isReal(plan, facts, position, way) };
    },
  };
}
