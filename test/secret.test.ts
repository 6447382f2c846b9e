import { expect } from "chai";
import { createSecretBox, digestKey } from "../lib/crypto/secret.ts";

const OLD = "the old secret, of at least thirty-two characters";
const NEW = "the new secret, of at least thirty-two characters";

describe("a secret box", () => {
  it("seals so that only the same context opens, and never the same way twice", () => {
    const box = createSecretBox(NEW);
    const sealed = box.seal("+886912345678", "alice");
    expect(box.open(sealed, "alice")).to.equal("+886912345678");
    expect(box.open(sealed, "bob")).to.equal(undefined);
    expect(box.seal("+886912345678", "alice")).not.to.equal(sealed);
    expect(sealed)
      .to.match(/^[\w-]+$/)
      .and.not.include("886912345678");
  });

  it("opens nothing that was changed by one bit, cut, or made up", () => {
    const box = createSecretBox(NEW);
    const bytes = Buffer.from(box.seal("730512", "key"), "base64url");
    for (let i = 0; i < bytes.length; i++) {
      const changed = Buffer.from(bytes);
      changed[i] = (changed[i] as number) ^ 1;
      expect(box.open(changed.toString("base64url"), "key"), String(i)).to.equal(undefined);
      expect(box.open(bytes.subarray(0, i).toString("base64url"), "key")).to.equal(undefined);
    }
    for (const junk of ["", "x", "!!!!", "A".repeat(200)]) expect(box.open(junk, "key")).to.equal(undefined);
  });

  it("[B8] rotates: the first secret seals and signs, all open and verify, a removed one opens nothing", () => {
    const old = createSecretBox(OLD);
    const both = createSecretBox([NEW, OLD]);
    const fresh = createSecretBox(NEW);
    expect(both.open(old.seal("text", "c"), "c")).to.equal("text");
    expect(fresh.open(both.seal("text", "c"), "c")).to.equal("text");
    expect(fresh.open(old.seal("text", "c"), "c")).to.equal(undefined);
    expect(both.digests(["a"])).to.deep.equal([fresh.digests(["a"])[0], old.digests(["a"])[0]]);
    expect(both.fingerprints("a")).to.deep.equal([fresh.fingerprint("a"), old.fingerprint("a")]);
    expect(both.fingerprint("a")).to.equal(fresh.fingerprint("a"));
  });

  it("[B1] [N2] digests and fingerprints are keyed, of one length, and tell nothing of each other", () => {
    const box = createSecretBox(NEW);
    expect(box.fingerprint("+886912345678")).to.match(/^[\w-]{22}$/);
    expect(box.fingerprint("+886912345678")).not.to.equal(createSecretBox(OLD).fingerprint("+886912345678"));
    expect(box.fingerprint("a")).not.to.equal(box.digests(["a"])[0]);
  });

  it("[B1] digests are canonical base64url of 128 bits: a store may keep the bytes", () => {
    const box = createSecretBox(NEW);
    for (let n = 0; n < 500; n++) {
      const digest = box.digests([String(n)])[0] as string;
      const bytes = Buffer.from(digest, "base64url");
      expect(bytes).to.have.length(16);
      expect(bytes.toString("base64url")).to.equal(digest);
    }
  });

  it("[B7] parts are never glued: a:b + c is not a + b:c", () => {
    const box = createSecretBox(NEW);
    const pairs: [string[], string[]][] = [
      [
        ["a:b", "c"],
        ["a", "b:c"],
      ],
      [
        ["ab", ""],
        ["a", "b"],
      ],
      [["1:a"], ["a"]],
      [["a", ""], ["a"]],
      [["a", "1:b"], ["a1:b"]],
    ];
    for (const [left, right] of pairs) {
      expect(digestKey(left)).not.to.equal(digestKey(right));
      expect(box.digests(left)).not.to.deep.equal(box.digests(right));
    }
  });

  it("refuses a secret that is missing or shorter than 32 characters, by name", () => {
    for (const secret of [undefined, null, 7, "", "x".repeat(31), [], [NEW, "x"], [7]]) {
      expect(() => createSecretBox(secret as string), JSON.stringify(secret)).to.throw(
        TypeError,
        /^secret: /,
      );
    }
    expect(() => createSecretBox("x".repeat(32))).not.to.throw();
  });
});
