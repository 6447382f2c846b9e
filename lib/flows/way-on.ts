import { isPhone } from "../factors/phone-destination.ts";
import type { Engine } from "./engine.ts";
import { hasAny, listUsable } from "./on-file.ts";
import type { RequestContext } from "./request-context.ts";

/** What somebody who must prove can do about it. */
export interface WayOn {
  /** Names of the factors on file that would do. */
  enrolled: string[];
  /** To register is for who has nothing on file, where the app has phones. */
  next: "verification" | "registration";
}

export async function wayOn(
  engine: Engine,
  context: RequestContext,
  wanted: readonly string[],
): Promise<WayOn> {
  const usable = (await listUsable(engine, context, "login", "step-up")).map(({ factor }) => factor.name);
  const registers = usable.length === 0 && engine.factors.some(isPhone) && !(await hasAny(engine, context));
  return {
    enrolled: usable.filter((each) => wanted.includes(each)),
    next: registers ? "registration" : "verification",
  };
}
