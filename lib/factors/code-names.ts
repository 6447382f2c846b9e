import type { FactorEventName } from "../events.ts";
import { PHONE } from "./phone-destination.ts";

/** What the codes of one kind of destination are called outside. */
export interface CodeNames {
  /** Events tell `phone` and `calling_code` of it. */
  isPhone: boolean;
  /** The field that carries the masked address. */
  display: "phone_display" | "display";
  /** The purpose of a code that puts an address on file. */
  enrols: "phone" | "enrol";
  events: {
    asked?: FactorEventName;
    suppressed: FactorEventName;
    sent: FactorEventName;
    undelivered: FactorEventName;
    reported: FactorEventName;
    typed?: FactorEventName;
    expired: FactorEventName;
    mismatch: FactorEventName;
    passed: FactorEventName;
    added: FactorEventName;
    changed: FactorEventName;
  };
  /** What the account's owner hears of a new address. */
  notices: {
    added(factor: string): AddressNotice;
    changed(factor: string, previous: string): AddressNotice;
  };
}

interface AddressNotice {
  kind: "phone_registered" | "phone_changed" | "factor_added";
  factor?: string;
  previous_phone?: string;
}

/** The names that the phone module had from which this package grew: dashboards know them. */
const PHONE_NAMES: CodeNames = {
  isPhone: true,
  display: "phone_display",
  enrols: "phone",
  events: {
    asked: "phone_otp_send_start",
    suppressed: "phone_otp_send_suppressed",
    sent: "phone_otp_send_delivery_completed",
    undelivered: "phone_otp_send_delivery_failed",
    reported: "phone_otp_delivery_reported",
    typed: "phone_otp_verify_start",
    expired: "phone_otp_verify_invalid_or_expired",
    mismatch: "phone_otp_verify_code_mismatch",
    passed: "phone_otp_verify_completed",
    added: "phone_registered",
    changed: "phone_changed",
  },
  notices: {
    added: () => ({ kind: "phone_registered" }),
    changed: (_factor, previous) => ({ kind: "phone_changed", previous_phone: previous }),
  },
};

const OTHER_NAMES: CodeNames = {
  isPhone: false,
  display: "display",
  enrols: "enrol",
  events: {
    suppressed: "factor_send_suppressed",
    sent: "factor_begun",
    undelivered: "factor_delivery_failed",
    reported: "factor_delivery_reported",
    expired: "factor_failed",
    mismatch: "factor_failed",
    passed: "factor_passed",
    added: "factor_added",
    changed: "factor_added",
  },
  notices: {
    added: (factor) => ({ kind: "factor_added", factor }),
    changed: (factor) => ({ kind: "factor_added", factor }),
  },
};

export const namesOf = (kind: string): CodeNames => (kind === PHONE ? PHONE_NAMES : OTHER_NAMES);
