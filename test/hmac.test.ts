import { createHmac } from "node:crypto";
import { expect } from "chai";
import fc from "fast-check";
import { hmacKey, hmacSha256 } from "../lib/crypto/hmac.ts";

describe("HMAC-SHA256", () => {
  it("[B1] answers what node:crypto answers, for every key of a block's length or less and every text", () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 64 }),
        fc.string({ unit: "binary", maxLength: 600 }),
        (key, text) => {
          const expected = createHmac("sha256", key).update(text).digest("hex");
          expect(hmacSha256(hmacKey(Buffer.from(key)), text, "hex")).to.equal(expected);
        },
      ),
    );
  });

  it("[B1] answers the test cases of RFC 4231", () => {
    const hex = (key: string, text: string) => hmacSha256(hmacKey(Buffer.from(key, "hex")), text, "hex");
    expect(hex("0b".repeat(20), "Hi There")).to.equal(
      "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7",
    );
    expect(hex(Buffer.from("Jefe").toString("hex"), "what do ya want for nothing?")).to.equal(
      "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
    );
  });
});
