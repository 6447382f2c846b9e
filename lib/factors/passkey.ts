import type { DefinedFactor } from "./define-factor.ts";
import { webauthnFactor, type WebauthnOptions } from "./webauthn.ts";
import { passkeyTexts } from "./webauthn-texts.ts";

/**
 * Passkeys: discoverable credentials (Web Authentication) whose authenticator makes sure who holds it, by a finger, a face or a PIN. Two factors by
 * themselves, so that `passkeySignIn` lets somebody in by one alone. Needs `publicUrl` and the package `@simplewebauthn/server`.
 *
 * @example
 * const factors = createFactors({ secret, accounts, publicUrl: "https://chat.example", factors: [passkey({ label: emailOf }), sms({ transport })] });
 */
export function passkey(options: WebauthnOptions = {}): DefinedFactor {
  const kind = {
    name: "passkey",
    class: "verified-key",
    texts: passkeyTexts,
    verifiesUser: true,
    signsIn: true,
  } as const;
  return webauthnFactor("passkey", kind, options);
}
