import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";

const root = join(import.meta.dirname, "..");

/** Where a factor's name may stand: what is about that factor and no other. */
const HOMES = [
  "lib/factors/",
  "lib/totp/",
  "lib/webauthn/",
  "lib/locales/",
  "lib/transports/",
  "lib/testing/",
  "lib/client/",
];

/** What still names one, and why. It may become shorter, and nothing else. */
const ALLOWED: Readonly<Record<string, string>> = {
  "lib/setup/create-factors.ts": "importTotp is a name of the public face",
  "lib/routers/verification.ts": "smsVerification and callVerification are names of the public face",
  "lib/views/code-verification.ts": "the phone's own page has words for each channel",
  "lib/views/delivery-line.ts": "a call is told in other words than a message",
  "lib/views/script.ts": "WebOTP calls its transport so",
};

function files(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts"))
    .map((file) => `${folder}${file}`);
}

// Not "email", which is a type of input too.
const names =
  /(["'])(sms|call|whatsapp|backup-code|totp|passkey|security-key|delegate|trusted-device|secret-questions|old-password)\1/;
const withoutComments = (text: string) => text.replace(/\/\*[\s\S]*?\*\//g, "").replace(/\/\/ .*$/gm, "");

describe("no flow, store, challenge or door", () => {
  it("knows a factor by its name, but for those that are listed with a reason", () => {
    const found = files("lib/")
      .filter((file) => !HOMES.some((home) => file.startsWith(home)))
      .filter((file) => names.test(withoutComments(readFileSync(join(root, file), "utf8"))));
    expect(found.sort()).to.deep.equal(Object.keys(ALLOWED).sort());
  });
});
