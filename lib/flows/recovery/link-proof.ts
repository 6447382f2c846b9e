import { sendsCode } from "../../factors/define-factor.ts";
import { emit, type Engine } from "../engine.ts";
import { addressOf } from "../on-file.ts";
import type { IncomingRequest } from "../request-context.ts";
import { isLink, type AppPlan } from "./app-ways.ts";
import { occasionIn } from "./attempts.ts";
import { forgetLink, readLink } from "./links.ts";
import { move } from "./moves.ts";
import type { Scene, Scenes } from "./scene.ts";

/**
 * The proof of who has opened the mail and posted its link: once, while the recovery waits for this very link, and while it went to an address that is on file. It
 * goes on under a new handle: the browser that asked for the mail may be somebody else's. Undefined for whatever else was posted.
 */
export async function proveLink(
  engine: Engine,
  plan: AppPlan,
  { open, settle, going }: Scenes,
  request: IncomingRequest,
  token: unknown,
): Promise<Scene | undefined> {
  await engine.guesses.consume(request.ip);
  const found = await readLink(engine, token);
  const scene = found && (await open(request, found.handle));
  if (scene === undefined) return undefined;
  const { position, begun } = scene.flow.record;
  const isWaiting = position.state === "wait" && isLink(position.method);
  const isLatest = (begun?.state as { link?: unknown } | null | undefined)?.link === found?.key;
  if (!isWaiting || !isLatest || found === undefined) return undefined;
  const { way, factor, isReal } = going(scene, position);
  if (!isReal || !sendsCode(factor)) return undefined;
  const address = await addressOf(engine, scene.asker, factor.code);
  if (address === undefined || !engine.box.fingerprints(address).includes(found.to)) return undefined;
  const proof = {
    factor: way.name,
    class: way.class,
    channel: way.name,
    userVerified: way.userVerified,
    amr: [factor.amr].flat(),
    at: engine.clock(),
  };
  const next = move(plan, scene.facts, position, { input: "proven", proof });
  const after = next && (await settle(scene, next, undefined, { afresh: true }));
  if (after === undefined) return undefined;
  emit(engine, "factor_passed", occasionIn(scene.asker, factor));
  await forgetLink(engine, found.key).catch(engine.onError);
  return after;
}
