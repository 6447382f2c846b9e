import type { FactorErrorCode } from "../errors.ts";

/** The HTTP status of every error code; decided here and nowhere else. */
export const statuses: Readonly<Record<FactorErrorCode, number>> = {
  invalid_request: 400,
  invalid_phone_number: 400,
  country_not_allowed: 400,
  phone_taken: 400,
  address_taken: 400,
  invalid_email: 400,
  invalid_code: 400,
  attempts_exceeded: 400,
  not_enrolled: 400,
  answer_refused: 400,
  contact_refused: 400,
  no_other_way: 400,
  recipient_stopped: 400,
  recipient_unreachable: 400,
  email_unreachable: 400,
  code_expired: 401,
  login_required: 401,
  factor_required: 401,
  factor_disabled: 403,
  cross_origin: 403,
  send_refused: 403,
  no_challenge: 404,
  password_refused: 422,
  verification_pending: 409,
  last_factor: 409,
  too_many_requests: 429,
  delivery_failed: 500,
  session_required: 500,
  reset_failed: 503,
  store_unavailable: 503,
  sends_paused: 503,
  delivery_disabled: 503,
  verifier_unavailable: 503,
};

/** A scheme of our own: RFC 9110 asks for one with every 401, and no browser opens a password box for it. */
export const WWW_AUTHENTICATE = 'Factor realm="passport-factors"';
