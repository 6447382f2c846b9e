import { wrongAnswer } from "../wrong-answer.ts";
import { createAsking, fields, yesOrNo } from "./checked-answers.ts";
import type { StoredCredential, StoredCredentials } from "./stored-credentials.ts";

/** What is on file for other factors, each answer of the store looked at where it comes in. */
export function checkedCredentials(
  store: { readonly credentials: StoredCredentials },
  timeoutMs: number,
): StoredCredentials {
  const { asked, told } = createAsking(timeoutMs);
  return {
    list: (...what) =>
      asked(
        "credentials.list",
        () => store.credentials.list(...what),
        listOf({ id: "string", value: "string" }),
      ),
    find: (...what) => asked("credentials.find", () => store.credentials.find(...what), foundOrNone),
    add: (...what) => asked("credentials.add", () => store.credentials.add(...what), yesOrNo),
    replace: (...what) => asked("credentials.replace", () => store.credentials.replace(...what), yesOrNo),
    remove: (what) => asked("credentials.remove", () => store.credentials.remove(what), yesOrNo),
    removeAll: (...what) => told("credentials.removeAll", () => store.credentials.removeAll(...what)),
    scan: (...what) => asked("credentials.scan", () => store.credentials.scan(...what), page),
  };
}

const listOf =
  <Each extends object>(kinds: Parameters<typeof fields>[2]) =>
  (who: string, answer: unknown): Each[] => {
    if (!Array.isArray(answer)) throw wrongAnswer(who, answer, "a list");
    return answer.map((each) => fields<Each>(who, each, kinds));
  };

const foundOrNone = (who: string, answer: unknown): { account: string; value: string } | undefined =>
  answer === undefined ? undefined : fields(who, answer, { account: "string", value: "string" });

const credentials = listOf<StoredCredential>({
  tenant: "string",
  account: "string",
  kind: "string",
  id: "string",
  value: "string",
});

function page(who: string, answer: unknown): { credentials: StoredCredential[]; cursor: string } {
  const known = fields<{ cursor: string }>(who, answer, { cursor: "string" });
  return { ...known, credentials: credentials(who, (answer as { credentials?: unknown }).credentials) };
}
