export {
  factorsClient,
  FactorsApiError,
  passkeysSupported,
  type ClientPaths,
  type Enrolment,
  type FactorsClient,
  type FactorsClientOptions,
  type Verified,
  type VerifyOptions,
  type Way,
} from "./factors-client.ts";
export type { RecoveryClient, RecoveryInput, RecoveryStands } from "./recovery-client.ts";
export {
  smsClient,
  SmsApiError,
  type CodeSent,
  type CodeVerified,
  type SetupConfirmed,
  type SignedUp,
  type SmsClient,
  type SmsClientOptions,
} from "./sms-client.ts";
