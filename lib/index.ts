// The root: build the factors of an app.
export { createFactors } from "./setup/create-factors.ts";
export type { Factors, FactorsOptions } from "./setup/create-factors.ts";
export type { DemandsFactor } from "./setup/demands.ts";
export type { Paths, Views } from "./setup/options.ts";
export type { Appearance } from "./setup/appearance.ts";
export type { FormFields, Support } from "./setup/page-options.ts";
export type { OwnTexts, Translate } from "./locales/languages.ts";
export { limitsFromEnv } from "./setup/limits.ts";
export type { LimitsOptions } from "./setup/limits.ts";
export type { TestNumber } from "./setup/test-numbers.ts";
// The ways to prove.
export { sms } from "./factors/sms.ts";
export type { SmsOptions } from "./factors/sms.ts";
export { call } from "./factors/call.ts";
export type { CallOptions } from "./factors/call.ts";
export { email } from "./factors/email.ts";
export type { EmailOptions } from "./factors/email.ts";
export { totp } from "./factors/totp.ts";
export type { TotpOptions } from "./factors/totp.ts";
export { trustedDevice } from "./factors/trusted-device.ts";
export type { TrustedDeviceOptions } from "./factors/trusted-device.ts";
export { delegate } from "./factors/delegate.ts";
export type { DelegateMessage, DelegateOptions } from "./factors/delegate.ts";
export { secretQuestions } from "./factors/secret-questions.ts";
export type { SecretQuestionsOptions } from "./factors/secret-questions.ts";
export type { Question, Questions } from "./factors/question-catalogue.ts";
export { oldPassword } from "./factors/old-password.ts";
export type { OldPasswordOptions } from "./factors/old-password.ts";
export { passwordHistory } from "./passwords/password-history.ts";
export type { PasswordHistory } from "./passwords/password-history.ts";
export { passkey } from "./factors/passkey.ts";
export { securityKey } from "./factors/security-key.ts";
export type { WebauthnOptions } from "./factors/webauthn.ts";
export { whatsapp } from "./factors/whatsapp.ts";
export type { WhatsappOptions } from "./factors/whatsapp.ts";
export { defineFactor } from "./factors/define-factor.ts";
export type * from "./factors/definition.ts";
export type * from "./factors/factor-events.ts";
export type { FactorGuesses } from "./factors/guess-options.ts";
export type * from "./factors/issued-codes.ts";
export type * from "./factors/elsewhere.ts";
export type { FactorNotes } from "./factors/factor-notes.ts";
export type { CredentialsOfKind, OpenedCredential } from "./credentials/sealed-credentials.ts";
export type * from "./factors/destination.ts";
export type {
  CodeDefinition,
  CodeMessage,
  CodeRules,
  CodeSection,
  MessageWords,
} from "./factors/code-section.ts";
export type {
  CallScript,
  CodeFactor,
  DefinedFactor,
  Factor,
  FactorTools,
  JudgedFactor,
} from "./factors/factor.ts";
// Where codes and limits live.
export { memoryStore } from "./stores/memory.ts";
export { redisStore } from "./stores/redis.ts";
export type * from "./stores/guesses.ts";
export type * from "./stores/notes.ts";
export type * from "./stores/records.ts";
export { phoneVault } from "./vault/phone-vault.ts";
export type { PhoneVault, VaultAct, VaultOptions } from "./vault/phone-vault.ts";
export { storeCredentials } from "./credentials/store-credentials.ts";
export { sqlCredentials } from "./credentials/sql-credentials.ts";
export type { SqlAnswer, SqlCredentialsOptions, SqlQuery } from "./credentials/sql-credentials.ts";
export { credentialsMigration } from "./credentials/sql-dialects.ts";
export type { SqlDialect } from "./credentials/sql-dialects.ts";
export { rotateCredentials } from "./credentials/rotate.ts";
export type { CredentialRotation } from "./credentials/rotate.ts";
export type * from "./credentials/credentials.ts";
export type * from "./stores/stored-credentials.ts";
export type * from "./stores/spending.ts";
export type * from "./stores/store.ts";
// What a new password must be.
export { createPasswordPolicy } from "./passwords/policy.ts";
export type { PasswordFault } from "./passwords/fault.ts";
export type { PasswordPolicy, PasswordPolicyOptions } from "./passwords/policy.ts";
// What carries messages.
export { consoleTransport } from "./transports/console.ts";
export type { ConsoleTransportOptions } from "./transports/console.ts";
export { disabledTransport } from "./transports/disabled.ts";
export { webhookTransport } from "./transports/webhook.ts";
export type { WebhookOptions } from "./transports/webhook.ts";
export { smtpTransport } from "./transports/smtp/transport.ts";
export { mailTransportFromEnv } from "./transports/smtp/from-env.ts";
export type { SmtpServer, SmtpTransportOptions } from "./transports/smtp/options.ts";
export { twilioTransport } from "./transports/twilio/transport.ts";
export type { TwilioOptions } from "./transports/twilio/settings.ts";
export { fallbackTransport } from "./transports/fallback.ts";
export { retrying } from "./transports/retry.ts";
export type { RetryOptions } from "./transports/retry.ts";
export { transportFromEnv } from "./transports/from-env.ts";
export type { EnvTransport } from "./transports/from-env.ts";
export { deliveryError } from "./transports/transport.ts";
export type * from "./transports/transport.ts";
// Passport's strategies; also from `passport-factors/strategies`.
export { FactorStrategy } from "../strategies/factor-strategy.ts";
export { BackupCodeStrategy } from "../strategies/backup-code.ts";
export { SmsStrategy } from "../strategies/sms.ts";
export { CallStrategy } from "../strategies/call.ts";
export { EmailStrategy } from "../strategies/email.ts";
export { TotpStrategy } from "../strategies/totp.ts";
export { PasskeyStrategy } from "../strategies/passkey.ts";
export { SecurityKeyStrategy } from "../strategies/security-key.ts";
// Express's doors.
export { backupCodes } from "./routers/backup-codes.ts";
export { bearerProofs, type BearerProofsOptions } from "./routers/bearer-proofs.ts";
export type { BackupCodesOptions } from "./factors/backup-codes.ts";
export { passkeySignIn } from "./routers/factor-sign-in.ts";
export type { SignInFlows, SignInProof } from "./flows/sign-in.ts";
export { factorSettings } from "./routers/factor-settings.ts";
export type { FactorOnFile, FactorToAdd, Security, SecurityWarning } from "./flows/settings/security.ts";
export type { InvitationOnFile, SentOnFile } from "./flows/settings/invitations.ts";
export type { ApprovalFlows, ApprovedBy, Decision, WaitingApproval } from "./flows/approvals.ts";
export type { Enrolled, EnrolmentBegun } from "./flows/settings/enrolled.ts";
export { deliveryStatus } from "./routers/delivery-status.ts";
export { smsRegistration } from "./routers/sms-registration.ts";
export { callVerification, smsVerification, verification } from "./routers/verification.ts";
export { secondFactor } from "./routers/second-factor.ts";
export { signup } from "./routers/signup.ts";
export type { SignupOptions } from "./routers/signup.ts";
export type { SignupField } from "./routers/signup-fields.ts";
export type { Profile, ProfileCheck } from "./flows/signup/profile.ts";
export type { SignupAsker } from "./flows/signup/asker.ts";
export type { SignupFlows } from "./flows/signup/signup.ts";
export { smsApi } from "./routers/sms-api.ts";
export type { ApiCall, SmsApiOptions } from "./routers/sms-api.ts";
export type { ApiClient } from "./http/clients.ts";
export type { ApiAsker, ApiFlows } from "./flows/api.ts";
export { recovery } from "./routers/recovery.ts";
export type { Handover, PasswordOptions, RecoveryOptions } from "./flows/recovery/options.ts";
export type { RecoveryView } from "./flows/recovery/view.ts";
export { trustedDevices } from "./routers/trusted-devices.ts";
export type { TrustedDevice } from "./flows/devices/trusted-devices.ts";
export { requireFactors } from "./routers/require-factors.ts";
export { answerErrors } from "./http/answer-errors.ts";
export { sameOrigin } from "./http/same-origin.ts";
// What an app implements, and what it may store with.
export type { Accounts, AnyAccounts, PasswordReset } from "./accounts/accounts.ts";
export { endSessions } from "./accounts/end-sessions.ts";
export type { EndSessionsOptions, ListedSession, ListingStore } from "./accounts/end-sessions.ts";
export { createSecretBox } from "./crypto/secret.ts";
export type { SecretBox } from "./crypto/secret.ts";
// What it is told.
export { FactorError, isFactorError } from "./errors.ts";
export type { FactorErrorCode, FactorErrorDetails, SendLimit } from "./errors.ts";
export type { FactorEvent, FactorEventMap, FactorEventName, FactorEvents, NoticeKind } from "./events.ts";
export { auditTrail } from "./observe/audit.ts";
export type { AuditEntry, AuditOptions, AuditQuery, AuditTrail } from "./observe/audit.ts";
export type { Logger } from "./observe/logger.ts";
export type { Challenge } from "./flows/codes/challenge.ts";
export type { BeforeSend, SendAttempt } from "./flows/engine.ts";
export type { Notice, NoticeHook } from "./flows/notices.ts";
export type { Offer } from "./flows/offers.ts";
export type { Begin } from "./flows/begin-factor.ts";
export type { Proof } from "./flows/second-factor.ts";
export type { Passed } from "./flows/session/session-state.ts";
export type { Requirement } from "./flows/guard.ts";
export type { PhoneInput } from "./factors/phone-destination.ts";
export type { Clock } from "./clock.ts";
export type { Random } from "./challenges/code.ts";
// What the built-in pages get, for apps that bring their own views.
export type {
  ApprovalPage,
  CodeVerificationPage,
  FactorEnrolmentPage,
  FactorSettingsPage,
  FactorVerificationPage,
  Page,
  PageError,
  Pages,
  PendingCode,
  ProblemPage,
  SecondFactorPage,
  SignInPage,
  SmsRegistrationPage,
  SmsVerificationPage,
} from "./views/pages.ts";
export type { Country } from "./phone/countries.ts";
