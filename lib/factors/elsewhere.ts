type Eventually<Value> = Value | PromiseLike<Value>;

/** What waits to be decided elsewhere. Times are ISO 8601. */
export interface ApprovalRequest {
  /** Names it, to name it again. */
  id: string;
  /** Who asks, where that is another account. */
  from?: string;
  /** When it was asked for (ISO 8601). */
  requested_at: string;
  /** When it is over (ISO 8601). */
  expires_at: string;
}

/** A yes carries the number that was typed, where the approver types it. */
export type ApprovalDecision = { approves: true; number?: unknown } | { approves: false };

/** What became of a request. */
export type ApprovalOutcome =
  /** `number`: what the approver reads out. */
  | { outcome: "approved"; number?: string }
  /** The wrong number, which ends the request like a no. */
  | { outcome: "denied" | "wrong" }
  /** What was typed can be no number; nothing has changed. */
  | { outcome: "unreadable" }
  /** It is over, decided otherwise, or nothing of this approver's. */
  | { outcome: "gone" };

/**
 * How a factor is decided elsewhere, by the transfer of a number: a mere yes is not enough (NIST SP 800-63B-4 §3.1.3.2). Doors for it are made from this, and let in
 * only who is wholly signed in.
 */
export interface FactorApproval<Tools> {
  /** `device`: the account itself, on a device that it has told to remember it, types the number. `person`: another account, which has accepted, reads it out. */
  by: "device" | "person";
  /** What waits for this account to decide. */
  waiting(approver: string, tools: Tools): Eventually<readonly ApprovalRequest[]>;
  /** Of all who decide at once, one does. */
  decide(approver: string, id: string, decision: ApprovalDecision, tools: Tools): Eventually<ApprovalOutcome>;
}

/** That somebody asks an account to stand for them. */
export interface Invitation {
  /** Names it, to name it again. */
  id: string;
  /** How they call themselves. */
  from: string;
  /** They stand for this account too. */
  mutual: boolean;
  /** Whether it was accepted. */
  accepted: boolean;
  /** ISO 8601. */
  invited_at: string;
}

/** That an account has asked somebody, who has not accepted. */
export interface SentInvitation {
  /** Names it, to name it again. */
  id: string;
  /** Who was asked, as it was typed. */
  display: string;
  /** ISO 8601. */
  invited_at: string;
}

/** How an account stands for others, which it must accept first. */
export interface FactorInvitations<Tools> {
  /** Those of an account. */
  list(invited: string, tools: Tools): Eventually<readonly Invitation[]>;
  /** Those of this account that are not accepted; whether anybody has what was typed is not said. `enrol.remove` takes them back. */
  sent(account: string, tools: Tools): Eventually<readonly SentInvitation[]>;
  /** Accepts, or declines, also later; answers whether it was there. */
  answer(invited: string, id: string, accepts: boolean, tools: Tools): Eventually<boolean>;
}
