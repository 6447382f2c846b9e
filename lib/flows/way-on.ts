import type { Engine } from "./engine.ts";
import { enrolled, mustProve } from "./on-file.ts";
import type { RequestContext } from "./request-context.ts";

/** What somebody who must prove can do about it. */
export interface WayOn {
  /** Names of the factors on file that would do. */
  enrolled: string[];
  /** To register is for who has nothing on file; a phone counts also where nothing can be sent to it now. */
  next: "verification" | "registration";
}

export async function wayOn(
  engine: Engine,
  context: RequestContext,
  wanted: readonly string[],
): Promise<WayOn> {
  const onFile = (await enrolled(engine, context)).map(({ name }) => name);
  const phone = onFile.length > 0 ? undefined : ((await engine.accounts.phone(context.user)) ?? undefined);
  const proves = onFile.length > 0 || (await mustProve(engine, context, phone));
  return {
    enrolled: onFile.filter((each) => wanted.includes(each)),
    next: proves ? "verification" : "registration",
  };
}
