import type { FactorEventName, NoticeKind } from "../events.ts";

/** Names of events in place of the generic ones, where dashboards know others already. */
export interface FactorEventNames {
  /** @default "factor_passed" */
  passed?: FactorEventName;
  /** @default "factor_failed" */
  failed?: FactorEventName;
  /** @default "factor_added" */
  added?: FactorEventName;
  /** That few codes are left. Left out: none. */
  low?: FactorEventName;
}

/** What its owner is told by the app's `notify`. */
export interface FactorNotices {
  /** Left out: none. */
  passed?: NoticeKind;
  /** @default "factor_added" */
  added?: NoticeKind;
  /** Left out: none. */
  low?: NoticeKind;
}
