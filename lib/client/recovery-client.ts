import type { RecoveryView } from "../flows/recovery/view.ts";
import type { Ask, Prove } from "./ask.ts";

/** Where a recovery stands: what may be said (`inputs`), and what is asked (`prompt`). */
export interface RecoveryStands extends RecoveryView {
  /** What happened, for people, in their language. */
  message?: string;
  /** The handle of the recovery, for programs without cookies. */
  flow?: string;
}

/** What belongs to an input: `choice` to `choose`, `factor` to `pick`, `response` to `respond`. */
export interface RecoveryInput {
  /** One of `prompt.choices`. */
  choice?: string;
  /** One of `prompt.factors`. */
  factor?: string;
  /** What was typed, or the credential's JSON. */
  response?: unknown;
}

/**
 * A forgotten password. What is no step from where it stands rejects with `recovery_moved` (409); where it stands is in `body` of the error then, and of every other
 * refusal.
 */
export interface RecoveryClient {
  /** Begins with a user name, or an address. */
  begin(identifier: string): Promise<RecoveryStands>;
  /** Where it stands: for a page that is loaded again, and for who waits. */
  read(): Promise<RecoveryStands>;
  /** One of `inputs`: `yes`, `no`, `choose`, `respond`, `failed`, `again`, `another_way`, `start_over`, `pick`. */
  step(
    seen: Pick<RecoveryStands, "gen">,
    input: RecoveryStands["inputs"][number],
    more?: RecoveryInput,
  ): Promise<RecoveryStands>;
  /** Asks the browser for the passkey, or the security key, that `prompt.publicKey` wants, and responds with it. */
  respondByPasskey(
    seen: Pick<RecoveryStands, "gen" | "prompt">,
    how?: { signal?: AbortSignal },
  ): Promise<RecoveryStands>;
  /** Goes on with the token of a mailed link. */
  link(token: string): Promise<RecoveryStands>;
  /** At `reset`: the new password. Refused, with `reason` in the error's `body`, it may be typed again. */
  password(seen: Pick<RecoveryStands, "gen">, password: string): Promise<RecoveryStands>;
}

export function recoveryClient(at: string, ask: Ask, prove: Prove): RecoveryClient {
  const step: RecoveryClient["step"] = ({ gen }, input, more) =>
    ask("POST", `${at}/step`, { gen, input, ...more });
  return {
    begin: (identifier) => ask("POST", at, { identifier }),
    read: () => ask("GET", at),
    step,
    respondByPasskey: async (seen, how) =>
      step(seen, "respond", { response: await prove(seen.prompt?.["publicKey"], how?.signal) }),
    link: (token) => ask("POST", `${at}/link`, { token }),
    password: ({ gen }, password) => ask("POST", `${at}/password`, { gen, password }),
  };
}
