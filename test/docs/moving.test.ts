import { createRequire } from "node:module";
import { expect } from "chai";
import speakeasy from "speakeasy";
import { betterAuthSecrets, moveNumbers, moveSecrets } from "../../docs/examples/moving.ts";
import type { Factors } from "../../lib/index.ts";
import { totpApp } from "../support/totp-scene.ts";
import { visitor } from "../support/visitor.ts";

/** What passport-totp judges by. */
const { totp: notp } = createRequire(import.meta.url)("notp") as {
  totp: { gen(key: string, options: { time: number }): string };
};

type App = ReturnType<typeof totpApp>;
const signsIn = async (app: App, code: string) => {
  const me = visitor(app);
  await me.logIn("nora");
  return (await me.post("/totp_verification", { code })).status;
};
const move = async (app: App, old: Parameters<typeof moveSecrets>[1]) =>
  moveSecrets(app.factors as Factors, old);

describe("what moves from another system", () => {
  for (const encoding of ["ascii", "hex", "base32"] as const)
    it(`speakeasy's secrets, kept as ${encoding}: the person's app goes on`, async () => {
      const app = totpApp();
      const made = speakeasy.generateSecret({ length: 20 });
      const secret = made[encoding] as string;
      expect(await move(app, [{ account: "nora", secret, encoding }])).to.include({ moved: 1, kept: 0 });
      const time = Math.floor(app.clock() / 1000);
      expect(await signsIn(app, speakeasy.totp({ secret, encoding, time }))).to.equal(200);
    });

  it("passport-totp's keys, as a text and as bytes", async () => {
    for (const key of ["a key of twenty bytes", "another key of some length"])
      for (const secret of [key, Buffer.from(key)]) {
        const app = totpApp();
        await move(app, [{ account: "nora", secret, encoding: "ascii" }]);
        // It looks at the clock itself; the step before is right too.
        app.clock.set(Date.now());
        expect(await signsIn(app, notp.gen(key, { time: 30 }))).to.equal(200);
      }
  });

  it("better-auth's secrets, as its own version 1.7.25 opens them and computes", async () => {
    const opened: Record<string, string> = {
      sealed: "aB3dE6gH9jK2mN5pQ8sT1vW4yZ7bC0eF",
      elsewhere: "base32:MFBDGZCFGZTUQOLKJMZG2TRVOBITQ42UGF3FONDZLI3WEQZQMVDA",
    };
    for (const secret of Object.keys(opened)) {
      const app = totpApp();
      const rows = [
        { userId: "nora", secret, verified: true },
        { userId: "alice", secret, verified: false },
      ];
      const old = betterAuthSecrets(rows, async (text) => opened[text] as string);
      expect(await move(app, old)).to.include({ moved: 1 });
      app.clock.set(1_800_000_000_000);
      expect(await signsIn(app, "335203")).to.equal(200);
    }
  });

  it("again: who has an app here keeps it; what cannot be moved is told without the secret", async () => {
    const app = totpApp();
    const { base32 } = speakeasy.generateSecret({ length: 20 });
    await move(app, [{ account: "nora", secret: base32 }]);
    const again = await move(app, [
      { account: "nora", secret: base32 },
      { account: "alice", secret: "short", encoding: "ascii" },
    ]);
    expect(again).to.include({ moved: 0, kept: 1 });
    expect(again.refused).to.have.length(1);
    expect(again.refused[0]?.account).to.equal("alice");
    expect(JSON.stringify(again)).to.include("80 to 512 bits").and.not.include("short");
  });

  it("Authy's numbers: whole ones, to whom nobody else's is", async () => {
    const written: Record<string, string> = {};
    const users = [
      { account: "ann", country_code: 1, cellphone: "201-555-0123" },
      { account: "ben", country_code: "886", cellphone: "0912 345 678" },
      { account: "cleo", country_code: "39", cellphone: "06 1234 5678" },
      { account: "dan", country_code: 1, cellphone: "XXX-XXX-0123" },
      { account: "eve", country_code: "1", cellphone: "201-555-0123" },
    ];
    const moved = await moveNumbers(users, (account, e164) => {
      if (Object.values(written).includes(e164)) return false;
      written[account] = e164;
      return true;
    });
    expect(written).to.deep.equal({ ann: "+12015550123", ben: "+886912345678", cleo: "+390612345678" });
    expect(moved).to.deep.equal({
      moved: 3,
      kept: 0,
      refused: [
        { account: "dan", why: "the number is not whole" },
        { account: "eve", why: "another account holds the number" },
      ],
    });
  });
});
