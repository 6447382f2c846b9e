import { expect } from "chai";
import fc from "fast-check";
import { createCodeMask } from "../../lib/crypto/code-mask.ts";
import { createSecretBox } from "../../lib/crypto/secret.ts";

const OLD = "the old secret, of at least thirty-two characters";
const NEW = "the new secret, of at least thirty-two characters";
const digits = fc
  .integer({ min: 4, max: 10 })
  .chain((length) => fc.stringMatching(new RegExp(`^\\d{${length}}$`)));

describe("a masked code", () => {
  it("[B1] is revealed in its own context only, under the same secret only", () => {
    const [mask, other] = [createCodeMask([NEW]), createCodeMask([OLD])];
    fc.assert(
      fc.property(digits, fc.string(), fc.string(), (code, context, elsewhere) => {
        const hidden = mask.hide(code, context);
        expect(mask.reveal(hidden, context)).to.equal(code);
        expect(other.reveal(hidden, context)).to.equal(undefined);
        if (elsewhere !== context) expect(mask.reveal(hidden, elsewhere)).to.equal(undefined);
      }),
    );
  });

  it("[B8] survives a rotation of the secret, until the old one goes", () => {
    const hidden = createCodeMask([OLD]).hide("123456", "key");
    expect(createCodeMask([NEW, OLD]).reveal(hidden, "key")).to.equal("123456");
    expect(createCodeMask([NEW]).reveal(hidden, "key")).to.equal(undefined);
  });

  it("[B1] never looks the same twice, and no byte of it tells of the code", () => {
    const mask = createCodeMask([NEW]);
    const counts = Array.from({ length: 6 }, () => Array.from({ length: 256 }, () => 0));
    const seen = new Set<string>();
    for (let i = 0; i < 25_600; i++) {
      const hidden = mask.hide("000000", "key");
      seen.add(hidden);
      for (const [k, byte] of [...Buffer.from(hidden, "base64url").subarray(-6)].entries())
        (counts[k] as number[])[byte] = ((counts[k] as number[])[byte] ?? 0) + 1;
    }
    expect(seen.size).to.equal(25_600);
    // Chi-square with 255 degrees of freedom: beyond 380 once in a million runs.
    for (const count of counts)
      expect(count.reduce((sum, each) => sum + (each - 100) ** 2 / 100, 0)).to.be.lessThan(380);
  });

  it("nobody who writes to the store makes a message of it: what is revealed is digits, no more than a code has", () => {
    const mask = createCodeMask([NEW]);
    const bytes = Buffer.from(mask.hide("123456", "key"), "base64url");
    for (const more of [" Your bank: call +1 900 555 0100", "7".repeat(19), "\n"])
      expect(mask.reveal(Buffer.concat([bytes, Buffer.from(more)]).toString("base64url"), "key")).to.equal(
        undefined,
      );
    // Whatever a byte more or less would be read as: some of them would be digits.
    for (let byte = 0; byte < 256; byte++)
      expect(mask.reveal(Buffer.concat([bytes, Buffer.of(byte)]).toString("base64url"), "key")).to.equal(
        undefined,
      );
    expect(mask.reveal(bytes.subarray(0, -1).toString("base64url"), "key")).to.equal(undefined);
    const letter = Buffer.from(bytes);
    letter[letter.length - 1] = (letter.at(-1) as number) ^ "6".charCodeAt(0) ^ "x".charCodeAt(0);
    expect(mask.reveal(letter.toString("base64url"), "key")).to.equal(undefined);
    expect(() => mask.hide("12a456", "key")).to.throw(RangeError);
  });

  it("what was cut, made up or sealed otherwise is nothing, and ends in no error", () => {
    const mask = createCodeMask([NEW]);
    const hidden = mask.hide("123456", "key");
    for (let bytes = 0; bytes <= 20; bytes++) {
      const cut = Buffer.from(hidden, "base64url").subarray(0, bytes).toString("base64url");
      expect(mask.reveal(cut, "key"), String(bytes)).to.equal(undefined);
    }
    for (const junk of ["", "x", "!!!!", "A".repeat(200), createSecretBox(NEW).seal("123456", "key")])
      expect(mask.reveal(junk, "key")).to.equal(undefined);
  });
});
