import type { CDPSession, Page } from "playwright-core";

const KINDS = {
  /** A phone or a laptop that keeps passkeys. */
  passkey: {
    protocol: "ctap2",
    transport: "internal",
    hasResidentKey: true,
    hasUserVerification: true,
    isUserVerified: true,
    automaticPresenceSimulation: true,
  },
  /** A key on the USB port, without a PIN. */
  "security-key": {
    protocol: "ctap2",
    transport: "usb",
    hasResidentKey: false,
    hasUserVerification: false,
    isUserVerified: false,
    automaticPresenceSimulation: true,
  },
} as const;

export interface VirtualCredential {
  credentialId: string;
  signCount: number;
}

/** Chromium's own authenticator in software, plugged into one page. */
export interface VirtualAuthenticator {
  /** `false`: the wrong finger. */
  setUserVerified(isUserVerified: boolean): Promise<void>;
  /** Whether somebody touches it when it asks. */
  setPresence(enabled: boolean): Promise<void>;
  credentials(): Promise<VirtualCredential[]>;
  /** Its credentials are gone. */
  clear(): Promise<void>;
  unplug(): Promise<void>;
}

export async function plugIn(page: Page, kind: keyof typeof KINDS): Promise<VirtualAuthenticator> {
  const cdp: CDPSession = await page.context().newCDPSession(page);
  await cdp.send("WebAuthn.enable");
  const { authenticatorId } = await cdp.send("WebAuthn.addVirtualAuthenticator", { options: KINDS[kind] });
  return {
    async setUserVerified(isUserVerified) {
      await cdp.send("WebAuthn.setUserVerified", { authenticatorId, isUserVerified });
    },
    async setPresence(enabled) {
      await cdp.send("WebAuthn.setAutomaticPresenceSimulation", { authenticatorId, enabled });
    },
    credentials: async () => (await cdp.send("WebAuthn.getCredentials", { authenticatorId })).credentials,
    async clear() {
      await cdp.send("WebAuthn.clearCredentials", { authenticatorId });
    },
    async unplug() {
      await cdp.send("WebAuthn.removeVirtualAuthenticator", { authenticatorId });
    },
  };
}
