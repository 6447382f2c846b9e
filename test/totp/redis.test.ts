import { expect } from "chai";
import { redisStore } from "../../lib/index.ts";
import { hotp, stepAt } from "../../lib/totp/code.ts";
import { bytesOf, createSecrets, newSecret, type SecretsKit } from "../../lib/totp/secrets.ts";
import { kitsOn } from "../support/factor-kit.ts";
import { redisOfSuite } from "../support/redis-of-suite.ts";

describe("what authenticator apps leave in Redis", () => {
  const suite = redisOfSuite();
  beforeEach(() => suite.client.flushall());

  function secretsOf(window: number) {
    const kits = kitsOn(redisStore(suite.client));
    return createSecrets(kits("totp") as unknown as SecretsKit, window);
  }

  for (const window of [0, 1, 2]) {
    it(`[T17] the marker of a used code stays longer than the code is right, with a window of ${window}`, async () => {
      const secret = newSecret(Date.now());
      const code = hotp(bytesOf(secret.secret), stepAt(Date.now()));
      expect(await secretsOf(window).confirm("ann", secret, code)).to.equal("right");
      const ttls = await Promise.all((await suite.client.keys("*")).map((key) => suite.client.pttl(key)));
      const rightFor = (2 * window + 1) * 30_000;
      expect(Math.max(...ttls)).to.be.within(rightFor + 20_000, rightFor + 30_000);
    });
  }

  it("[T11] no secret stands there in clear", async () => {
    const secret = newSecret(Date.now());
    const code = hotp(bytesOf(secret.secret), stepAt(Date.now()));
    await secretsOf(1).confirm("ann", secret, code);
    const keys = await suite.client.keys("*");
    const values = await Promise.all(keys.map((key) => suite.client.dumpBuffer(key)));
    const dump = [...keys, ...values.map((value) => value?.toString("latin1"))].join("\n");
    expect(dump.length).to.be.above(200);
    expect(dump).not.to.include(secret.secret);
    expect(dump).not.to.include(bytesOf(secret.secret).toString("latin1"));
  });
});
