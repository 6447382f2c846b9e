import { wrongAnswer } from "../wrong-answer.ts";
import { createAsking, fields, mustBeText, textOrNone, yesOrNo } from "./checked-answers.ts";
import type { Records, SealedRecord } from "./records.ts";

/** A store's records, each answer looked at where it comes in. A verb is looked up when it is used, as the app may replace it. */
export function checkedRecords(store: { readonly records: Records }, timeoutMs: number): Records {
  const { asked } = createAsking(timeoutMs);
  return {
    write: (what) => asked("records.write", () => store.records.write(what), yesOrNo),
    read: (id) => asked("records.read", () => store.records.read(id), recordOrNone),
    find: (fingerprints) => asked("records.find", () => store.records.find(fingerprints), textOrNone),
    remove: (...what) => asked("records.remove", () => store.records.remove(...what), yesOrNo),
    scan: (cursor) => asked("records.scan", () => store.records.scan(cursor), page),
  };
}

const recordOrNone = (who: string, answer: unknown): SealedRecord | undefined =>
  answer === undefined ? undefined : fields(who, answer, { sealed: "string", fingerprint: "string" });

function page(who: string, answer: unknown): { ids: string[]; cursor: string } {
  const known = fields<{ cursor: string }>(who, answer, { cursor: "string" });
  const { ids } = answer as { ids?: unknown };
  if (!Array.isArray(ids)) throw wrongAnswer(`${who}: ids`, ids, "a list");
  return { ...known, ids: ids.map((each) => mustBeText(who, each)) };
}
