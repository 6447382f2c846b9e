export { FactorStrategy } from "./factor-strategy.ts";
export type { FactorInfo, FactorStrategyOptions, VerifyCallback, VerifyDone } from "./factor-strategy.ts";
export { SmsStrategy } from "./sms.ts";
export { CallStrategy } from "./call.ts";
export { TotpStrategy } from "./totp.ts";
export { PasskeyStrategy } from "./passkey.ts";
export { SecurityKeyStrategy } from "./security-key.ts";
export { BackupCodeStrategy } from "./backup-code.ts";
