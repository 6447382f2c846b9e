import { expect } from "chai";
import { sealedCredentials } from "../../lib/credentials/sealed-credentials.ts";
import { createSecretBox, redisStore, storeCredentials } from "../../lib/index.ts";
import { hotp, stepAt } from "../../lib/totp/code.ts";
import { createEnrolments } from "../../lib/totp/enrolments.ts";
import { bytesOf, createSecrets, type SecretOnFile } from "../../lib/totp/secrets.ts";
import { redisOfSuite } from "../support/redis-of-suite.ts";

describe("what authenticator apps leave in Redis", () => {
  const suite = redisOfSuite();
  beforeEach(() => suite.client.flushall());

  function made() {
    const store = redisStore(suite.client);
    const box = createSecretBox("a secret of at least thirty-two characters");
    const shared = { notes: store.notes, clock: Date.now, tenant: "acme", window: 1, box };
    const onFile = sealedCredentials(storeCredentials(store), box, "acme").ofKind<SecretOnFile>("totp");
    const secrets = createSecrets({ ...shared, onFile, report: () => {} });
    return { secrets, enrolments: createEnrolments({ ...shared, secrets }) };
  }
  const codeOf = ({ secret }: SecretOnFile) => hotp(bytesOf(secret), stepAt(Date.now()));

  it("[T17] the marker of a used code stays longer than the code is right", async () => {
    const { secrets, enrolments } = made();
    await secrets.import("ann", "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
    const secret = { secret: "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ" } as SecretOnFile;
    expect(await secrets.judge("ann", codeOf(secret))).to.equal("passed");
    const ttls = await Promise.all((await suite.client.keys("*")).map((key) => suite.client.pttl(key)));
    expect(Math.max(...ttls)).to.be.within(110_000, 120_000);
    await enrolments.begin({ account: "bob", binding: "b" });
    const later = await Promise.all((await suite.client.keys("*")).map((key) => suite.client.pttl(key)));
    expect(Math.max(...later)).to.be.within(590_000, 600_000);
  });

  it("[T11] no secret stands there in clear, pending or on file", async () => {
    const { enrolments } = made();
    const who = { account: "ann", binding: "a" };
    const proven = await enrolments.begin(who);
    expect(await enrolments.confirm(who, codeOf(proven))).to.include({ outcome: "added" });
    const pending = await enrolments.begin(who);
    const dump = await everything();
    expect(dump.length).to.be.above(500);
    for (const { secret } of [proven, pending]) {
      expect(dump).not.to.include(secret);
      expect(dump).not.to.include(bytesOf(secret).toString("latin1"));
    }
  });

  async function everything(): Promise<string> {
    const keys = await suite.client.keys("*");
    const values = await Promise.all(keys.map((key) => suite.client.dumpBuffer(key)));
    return [...keys, ...values.map((value) => value?.toString("latin1"))].join("\n");
  }
});
