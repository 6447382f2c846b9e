/** The picture beside a factor's name, by the names of `lib/views/icons.ts`; a factor of the app's own has a shield. */
const PICTURES = {
  sms: "sms",
  // All channels of a phone, where they are one step.
  phone: "sms",
  call: "call",
  whatsapp: "chat",
  email: "mail",
  totp: "app",
  passkey: "key",
  "security-key": "key",
  "backup-code": "codes",
} as const;

export const pictureOf = (factor: string) => PICTURES[factor as keyof typeof PICTURES] ?? "shield";
