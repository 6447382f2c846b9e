import { createAsking, fields, yesOrNo } from "./checked-answers.ts";
import type { FlowRecord, FlowRecords } from "./flow-records.ts";

/** A store's records of flows, each answer looked at where it comes in. A verb is looked up when it is used, as the app may replace it. */
export function checkedFlowRecords(store: { readonly flows: FlowRecords }, timeoutMs: number): FlowRecords {
  const { asked, told } = createAsking(timeoutMs);
  return {
    put: (...what) => told("flows.put", () => store.flows.put(...what)),
    read: (...what) => asked("flows.read", () => store.flows.read(...what), recordOrNone),
    move: (...what) => asked("flows.move", () => store.flows.move(...what), yesOrNo),
    remove: (key) => told("flows.remove", () => store.flows.remove(key)),
  };
}

const recordOrNone = (who: string, answer: unknown): FlowRecord | undefined =>
  answer === undefined
    ? undefined
    : fields(who, answer, { generation: "number", state: "string", value: "string" });
