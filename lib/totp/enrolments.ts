import { digestKey, type SecretBox } from "../secret.ts";
import { matchingStep } from "./code.ts";
import { bytesOf, newSecret, type SecretOnFile, type Secrets } from "./secrets.ts";
import { createUsedSteps, type UsedStepsParts } from "./used-steps.ts";

/** A secret that is shown and not proven is forgotten after this. */
export const PENDING_MS = 10 * 60_000;

/** Who puts a secret on file: an account, in one session. */
export interface Enrolling {
  account: string;
  /** What ties it to the session: nobody else's session goes on with it. */
  binding: string;
}

/** What confirming came to; `replaced`: another secret was on file until now. */
export type Confirmed =
  { outcome: "added"; id: string; replaced: boolean } | { outcome: "mismatch" | "used" | "missing" };

/**
 * Putting a secret on file: it is pending until a code proves that the app has it. What is on file until then goes on; of a session, one secret is
 * pending, the one that was begun last.
 */
export interface Enrolments {
  begin(who: Enrolling): Promise<SecretOnFile>;
  /** The pending one, to show it again. */
  read(who: Enrolling): Promise<SecretOnFile | undefined>;
  /** `id` names the secret that the code is for; left out, it is the pending one. */
  confirm(who: Enrolling, code: string, id?: string): Promise<Confirmed>;
  cancel(who: Enrolling): Promise<void>;
}

export interface EnrolmentsParts extends UsedStepsParts {
  secrets: Secrets;
  box: SecretBox;
}

export function createEnrolments(parts: EnrolmentsParts): Enrolments {
  const { secrets, box, notes, clock, tenant, window } = parts;
  const used = createUsedSteps(parts);
  const keyOf = ({ account, binding }: Enrolling) => digestKey(["totp enrolment", tenant, account, binding]);
  const contextOf = ({ account, binding }: Enrolling) =>
    JSON.stringify(["totp enrolment", tenant, account, binding]);

  async function read(who: Enrolling): Promise<SecretOnFile | undefined> {
    const sealed = await notes.read(keyOf(who), clock());
    const text = sealed === undefined ? undefined : box.open(sealed, contextOf(who));
    return text === undefined ? undefined : (JSON.parse(text) as SecretOnFile);
  }

  return {
    read,
    async begin(who) {
      const secret = newSecret(clock());
      const sealed = box.seal(JSON.stringify(secret), contextOf(who));
      await notes.put(keyOf(who), sealed, clock(), PENDING_MS);
      return secret;
    },
    async confirm(who, code, id) {
      const pending = await read(who);
      if (pending === undefined || (id !== undefined && id !== pending.id)) return { outcome: "missing" };
      const step = matchingStep(bytesOf(pending.secret), code, { now: clock(), steps: window });
      if (step === undefined) return { outcome: "mismatch" };
      // The code is used up before the secret is on file: it proves nothing a second time, here or at a login.
      if (!(await used.use(who.account, pending.id, step))) return { outcome: "used" };
      const before = (await secrets.read(who.account))?.id;
      const added = { ...pending, addedAt: clock() };
      if (!(await secrets.put(who.account, added, before))) return { outcome: "missing" };
      await notes.take(keyOf(who), clock());
      return { outcome: "added", id: pending.id, replaced: before !== undefined };
    },
    async cancel(who) {
      await notes.take(keyOf(who), clock());
    },
  };
}
