/** English: the list of all texts. Every other language has the same keys and the same placeholders. */
export const en = {
  // Pages
  "registration.title": "Add your phone",
  "registration.intro": "We will text you a code to make sure that the number is yours.",
  "registration.risk":
    "Codes by text message can be intercepted by someone who takes over your number. Use a stronger method where you can.",
  "registration.country": "Country or region",
  "registration.number": "Phone number",
  "registration.submit": "Text me a code",
  "verification.title": "Enter your code",
  "verification.sent": "Enter the {length}-digit code sent to {phone}",
  "verification.failed": "The message to {phone} could not be sent.",
  "verification.ask": "We will text a code to the phone number on file.",
  "verification.code": "Code",
  "verification.submit": "Continue",
  "verification.expires": "The code expires in {time}.",
  "verification.expired": "The code has expired. Ask for a new one.",
  "verification.attempts": "Attempts left: {n}",
  "verification.resend": "Send the code again",
  "verification.send": "Text me a code",
  "verification.resendWait": "You can ask again in {time}.",
  "verification.resendReady": "You can ask for a code now.",
  "verification.startOver": "Start over",
  "problem.title": "That did not work",
  "problem.back": "Go back",
  // Messages of answers
  "message.code_sent": "Verification code sent",
  "message.verified": "Verification successful",
  // Errors, by code
  "error.invalid_request": "The request could not be understood",
  "error.invalid_phone_number": "This is not a phone number that can receive a code",
  "error.country_not_allowed": "Phone numbers of this country are not supported",
  "error.phone_taken": "Phone number already registered",
  "error.invalid_code": "Invalid verification code",
  "error.attempts_exceeded": "Maximum verification attempts exceeded",
  "error.code_expired": "Verification code has expired",
  "error.no_challenge": "No verification code is pending",
  "error.login_required": "Sign in first",
  "error.factor_required": "Another proof of identity is required",
  "error.factor_disabled": "This method is disabled after too many wrong codes. Contact support",
  "error.not_enrolled": "No phone number is registered",
  "error.cross_origin": "The request came from another site",
  "error.too_many_requests": "Too many requests. Try again in {time}",
  "error.delivery_failed": "The code could not be sent",
  "error.store_unavailable": "The service is not available right now. Try again in a moment",
  "error.session_required": "This server has no usable session",
  // The text message; must fit one SMS segment with the origin-bound line
  "sms.text": "{code} is your {app} code. It expires in {minutes} min. Never share it.",
} as const;

/** The texts of one language. */
export type Texts = Readonly<Record<keyof typeof en, string>>;
