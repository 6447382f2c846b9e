import { existsSync, readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { expect } from "chai";
import { packed, type Packed } from "../support/packed.ts";

const root = join(import.meta.dirname, "../..");
const read = (file: string) => readFileSync(join(root, file), "utf8");

/** Everything that a value import can get; types come beside it. A change here is a change of the public face. */
const FACE: Readonly<Record<string, readonly string[]>> = {
  "passport-factors": [
    "BackupCodeStrategy",
    "CallStrategy",
    "EmailStrategy",
    "FactorError",
    "FactorStrategy",
    "PasskeyStrategy",
    "SecurityKeyStrategy",
    "SmsStrategy",
    "TotpStrategy",
    "answerErrors",
    "auditTrail",
    "backupCodes",
    "bearerProofs",
    "call",
    "callVerification",
    "consoleTransport",
    "createFactors",
    "createPasswordPolicy",
    "createSecretBox",
    "credentialsMigration",
    "defineFactor",
    "delegate",
    "deliveryError",
    "deliveryStatus",
    "disabledTransport",
    "email",
    "endSessions",
    "factorSettings",
    "fallbackTransport",
    "isFactorError",
    "limitsFromEnv",
    "mailTransportFromEnv",
    "memoryStore",
    "oldPassword",
    "passkey",
    "passkeySignIn",
    "passwordHistory",
    "phoneVault",
    "recovery",
    "redisStore",
    "requireFactors",
    "retrying",
    "rotateCredentials",
    "sameOrigin",
    "secondFactor",
    "secretQuestions",
    "securityKey",
    "signup",
    "sms",
    "smsApi",
    "smsRegistration",
    "smsVerification",
    "smtpTransport",
    "sqlCredentials",
    "storeCredentials",
    "totp",
    "transportFromEnv",
    "trustedDevice",
    "trustedDevices",
    "twilioTransport",
    "verification",
    "webhookTransport",
    "whatsapp",
  ],
  "passport-factors/strategies": [
    "BackupCodeStrategy",
    "CallStrategy",
    "EmailStrategy",
    "FactorStrategy",
    "PasskeyStrategy",
    "SecurityKeyStrategy",
    "SmsStrategy",
    "TotpStrategy",
  ],
  "passport-factors/client": [
    "FactorsApiError",
    "SmsApiError",
    "factorsClient",
    "passkeysSupported",
    "smsClient",
  ],
  "passport-factors/graphql": ["graphql", "resolvers", "typeDefs"],
  "passport-factors/metrics": ["metrics"],
  "passport-factors/pages": ["codeField", "frame", "head", "hiddenFields", "page", "resendLine"],
  "passport-factors/testing": [
    "accountsContract",
    "credentialsContract",
    "outbox",
    "settableClock",
    "storeContract",
  ],
};

type Targets = Record<"import" | "require", Record<"types" | "default", string>>;
const manifest = JSON.parse(read("package.json")) as {
  exports: Record<string, Targets | string>;
  typesVersions: Record<string, Record<string, string[]>>;
};
const doors = Object.entries(manifest.exports).filter((door): door is [string, Targets] => {
  return typeof door[1] === "object";
});

describe("what can be imported", () => {
  const require = createRequire(import.meta.url);

  it("is the seven doors, the description of the API, and package.json", () => {
    const paths = Object.keys(FACE).map((name) => name.replace("passport-factors", "."));
    expect(Object.keys(manifest.exports)).to.have.members([...paths, "./openapi.yaml", "./package.json"]);
    expect(require("passport-factors/package.json")).to.deep.equal(manifest);
  });

  for (const [name, face] of Object.entries(FACE)) {
    it(`is this list and no other from ${name}, by import and by require`, async () => {
      const imported = (await import(name)) as object;
      const required = require(name) as object;
      expect(Object.keys(imported).sort()).to.deep.equal(face);
      expect(
        Object.keys(required)
          .filter((key) => key !== "__esModule")
          .sort(),
      ).to.deep.equal(face);
    });
  }

  it("is named in the docs", () => {
    const pages = readdirSync(join(root, "docs")).filter((name) => name.endsWith(".md"));
    const readme = ["README.md", ...pages.map((name) => `docs/${name}`)].map(read).join();
    const unnamed = Object.values(FACE)
      .flat()
      .filter((name) => !new RegExp(`\\b${name}\\b`).test(readme));
    expect(unnamed).to.deep.equal([]);
  });

  it("is nothing else: not a file inside", () => {
    for (const path of ["dist/lib/index.js", "lib/index.ts", "lib/secret", "dist/shared/lib/index.js"]) {
      expect(() => require.resolve(`passport-factors/${path}`)).to.throw(/not defined by "exports"/);
    }
  });

  it("has its types beside it, for old and new module resolution", () => {
    for (const [path, { import: esm, require: cjs }] of doors) {
      for (const file of [esm.types, esm.default, cjs.types, cjs.default]) {
        expect(existsSync(join(root, file)), file).to.equal(true);
      }
      const old = path === "." ? undefined : manifest.typesVersions["*"]?.[path.slice(2)];
      if (path !== ".") expect(old).to.deep.equal([cjs.types]);
    }
  });
});

describe("what is imported and what is required", () => {
  const require = createRequire(import.meta.url);

  it("is the same from every door, so that an app may do both", async () => {
    for (const name of Object.keys(FACE).filter((each) => each !== "passport-factors/client")) {
      const imported = (await import(name)) as Record<string, unknown>;
      const required = require(name) as typeof imported;
      for (const key of Object.keys(imported)) expect(required[key], key).to.equal(imported[key]);
    }
  });

  it("of the client, which browsers load too, is two that know each other's errors by their code", async () => {
    const { FactorsApiError } = await import("passport-factors/client");
    const required = require("passport-factors/client") as { FactorsApiError: typeof FactorsApiError };
    const of = (Kind: typeof FactorsApiError) => new Kind(401, { code: "second_factor_required" }).code;
    expect(of(required.FactorsApiError)).to.equal(of(FactorsApiError));
  });
});

describe("the packed package", function () {
  this.timeout(60_000);
  let pack: Packed;
  before(async () => void (pack = await packed()));
  after(() => pack.remove());

  it("holds what users need", () => {
    const needed = ["package.json", "README.md", "LICENSE", "CHANGELOG.md", "SECURITY.md"];
    expect(pack.files).to.include.members([...needed, "dist/package.json"]);
  });

  it("holds nothing else: no test, no source, no example, no tool", () => {
    const allowed =
      /^(dist\/(lib|strategies)\/.+(\.m?js|\.d\.m?ts)|dist\/shared\/.+\.js|docs\/.+\.(md|ts|mjs|yaml|png)|[A-Z]+(\.md)?|package\.json|dist\/package\.json)$/;
    expect(pack.files.filter((file) => !allowed.test(file))).to.deep.equal([]);
    expect(pack.files).not.to.include("CONTRIBUTING.md");
  });
});
