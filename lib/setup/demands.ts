import type { InTime } from "../in-time.ts";
import { wrongAnswer } from "../wrong-answer.ts";

/** Whether an account must keep a factor; a function is asked about the user. */
export type DemandsFactor<User = Express.User> = boolean | ((user: User) => boolean | Promise<boolean>);

/** What an app demands of its accounts. */
export interface Demands {
  /** A route asks every account for a factor. */
  seen(): void;
  of(user: unknown): Promise<boolean>;
}

/** As the app says; where it says nothing, as its routes do. What is neither yes nor no is an error: no factor is removed by it. */
export function createDemands(option: DemandsFactor<never> | undefined, inTime: InTime): Demands {
  let byRoutes = false;
  return {
    seen: () => void (byRoutes = true),
    async of(user) {
      if (typeof option !== "function") return option ?? byRoutes;
      const answer: unknown = await inTime("demandsFactor", () => option(user as never));
      if (typeof answer !== "boolean") throw wrongAnswer("demandsFactor", answer, "true or false");
      return answer;
    },
  };
}
