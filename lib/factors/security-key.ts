import type { DefinedFactor } from "./define-factor.ts";
import { webauthnFactor, type WebauthnOptions } from "./webauthn.ts";
import { securityKeyTexts } from "./webauthn-texts.ts";

/**
 * Security keys (FIDO2 and U2F) as a second factor: something that somebody has, and is asked for nothing else. Needs `publicUrl` and the package
 * `@simplewebauthn/server`.
 *
 * @example
 * const factors = createFactors({ secret, accounts, publicUrl: "https://chat.example", factors: [securityKey(), sms({ transport })] });
 */
export function securityKey(options: WebauthnOptions = {}): DefinedFactor {
  const kind = {
    name: "security-key",
    class: "key",
    texts: securityKeyTexts,
    verifiesUser: false,
    signsIn: false,
  } as const;
  return webauthnFactor("securityKey", kind, options);
}
