// The root: build the factors of an app.
export { createFactors } from "./create-factors.ts";
export type { Factors, FactorsOptions, Paths, Views } from "./create-factors.ts";
// The ways to prove.
export { sms } from "./factors/sms.ts";
export type { SmsOptions } from "./factors/sms.ts";
export type { Factor } from "./factors/factor.ts";
// Where codes and limits live.
export { memoryStore } from "./stores/memory.ts";
export { redisStore } from "./stores/redis.ts";
export type * from "./stores/store.ts";
// What carries messages.
export { consoleTransport } from "./transports/console.ts";
export type { Message, Receipt, Transport } from "./transports/transport.ts";
// Passport's strategies; also from `passport-factors/strategies`.
export { SmsStrategy } from "../strategies/sms.ts";
// Express's doors.
export { smsRegistration } from "./routers/sms-registration.ts";
export { smsVerification } from "./routers/sms-verification.ts";
export { verification } from "./routers/verification.ts";
export { requireFactors } from "./routers/require-factors.ts";
export { answerErrors } from "./http/answer-errors.ts";
export { sameOrigin } from "./http/same-origin.ts";
// What an app implements, and what it may store with.
export type { Accounts } from "./accounts/accounts.ts";
export { createSecretBox } from "./secret.ts";
export type { SecretBox } from "./secret.ts";
// What it is told.
export { FactorError, isFactorError } from "./errors.ts";
export type { FactorErrorCode, FactorErrorDetails } from "./errors.ts";
export type { FactorEvent, FactorEventMap, FactorEventName, FactorEvents } from "./events.ts";
export type { Challenge } from "./flows/challenge.ts";
export type { Proof } from "./flows/second-factor.ts";
export type { Passed } from "./flows/session-state.ts";
export type { Requirement } from "./flows/guard.ts";
export type { PhoneInput } from "./flows/registration.ts";
export type { Clock } from "./clock.ts";
export type { Random } from "./challenges/code.ts";
// What the built-in pages get, for apps that bring their own views.
export type {
  Page,
  PageError,
  Pages,
  ProblemPage,
  SmsRegistrationPage,
  SmsVerificationPage,
} from "./views/pages.ts";
export type { Country } from "./phone/countries.ts";
