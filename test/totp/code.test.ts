import { generateSecret, generateSync } from "otplib";
import { expect } from "chai";
import { fromBase32, toBase32 } from "../../lib/totp/base32.ts";
import { hotp, matchingStep, stepAt } from "../../lib/totp/code.ts";

const KEY = Buffer.from("12345678901234567890");
const STEP = 30_000;

describe("codes of authenticator apps", () => {
  it("are RFC 4226's, appendix D", () => {
    const codes = Array.from({ length: 10 }, (_, counter) => hotp(KEY, counter));
    expect(codes).to.deep.equal(
      "755224 287082 359152 969429 338314 254676 287922 162583 399871 520489".split(" "),
    );
  });

  it("are RFC 6238's, appendix B, in SHA-1", () => {
    const vectors: [number, string][] = [
      [59, "94287082"],
      [1_111_111_109, "07081804"],
      [1_111_111_111, "14050471"],
      [1_234_567_890, "89005924"],
      [2_000_000_000, "69279037"],
      [20_000_000_000, "65353130"],
    ];
    for (const [seconds, code] of vectors) expect(hotp(KEY, stepAt(seconds * 1000), 8)).to.equal(code);
  });

  it("are those of another implementation, for any secret and time", () => {
    for (let i = 0; i < 200; i++) {
      const secret = generateSecret();
      const epoch = 1_000_000_000 + i * 7_654_321;
      const { bytes } = fromBase32(secret) as { bytes: Buffer };
      expect(hotp(bytes, stepAt(epoch * 1000))).to.equal(generateSync({ secret, epoch }));
    }
  });

  for (const steps of [0, 1, 2]) {
    it(`[P2] pass within ${steps} steps on either side, to the millisecond, and not beyond`, () => {
      const step = 55_555_555;
      const code = hotp(KEY, step);
      const first = (step - steps) * STEP;
      const over = (step + steps + 1) * STEP;
      for (const now of [first, step * STEP, over - 1])
        expect(matchingStep(KEY, code, { now, steps }), String(now - first)).to.equal(step);
      for (const now of [first - 1, over, first - STEP, over + STEP])
        expect(matchingStep(KEY, code, { now, steps }), String(now - first)).to.equal(undefined);
    });
  }

  it("have every digit: what is shorter, longer or other is none", () => {
    const now = 55_555_555 * STEP;
    const code = hotp(KEY, stepAt(now));
    for (const wrong of ["", code.slice(1), `${code}0`, `0${code}`, "äöüäöü", code.replace(/.$/, "x")])
      expect(matchingStep(KEY, wrong, { now, steps: 1 })).to.equal(undefined);
  });

  it("at the beginning of time have no step before the first", () => {
    expect(matchingStep(KEY, hotp(KEY, 0), { now: 0, steps: 2 })).to.equal(0);
  });
});

describe("base32", () => {
  // RFC 4648, section 10
  const vectors: [string, string][] = [
    ["f", "MY======"],
    ["fo", "MZXQ===="],
    ["foo", "MZXW6==="],
    ["foob", "MZXW6YQ="],
    ["fooba", "MZXW6YTB"],
    ["foobar", "MZXW6YTBOI======"],
  ];

  it("is RFC 4648's, without its padding", () => {
    for (const [text, base32] of vectors) {
      expect(toBase32(Buffer.from(text))).to.equal(base32.replace(/=+/, ""));
      expect(fromBase32(base32)).to.deep.equal({ bytes: Buffer.from(text) });
    }
    expect(toBase32(Buffer.alloc(0))).to.equal("");
  });

  it("comes back from any bytes", () => {
    for (let length = 1; length <= 64; length++) {
      const bytes = Buffer.from(Array.from({ length }, (_, i) => (i * 151 + length * 17) % 256));
      expect(fromBase32(toBase32(bytes)), String(length)).to.deep.equal({ bytes });
    }
  });

  it("is read as people write it: in groups, in any case, padded or not", () => {
    for (const text of ["mzxw 6ytb oi", "MZXW-6YTB-OI", " MZXW6YTBOI======\n", "MzXw6yTbOi"])
      expect(fromBase32(text), text).to.deep.equal({ bytes: Buffer.from("foobar") });
  });

  it("says what is wrong with a text, and does not show it", () => {
    const wrong: [string, RegExp][] = [
      ["", /empty/],
      [" = ", /empty/],
      ["MZXW1YTB", /character 5 is none/],
      ["MZXW6YT0", /character 8 is none/],
      ["MZ=XW6YTB", /character 3 is none/],
      ["MZXW6YTÄ", /character 8 is none/],
      ["MZXW6YTBO", /9 characters, something was cut off/],
      ["MZX", /cut off/],
    ];
    for (const [text, why] of wrong) {
      const { wrong: said } = fromBase32(text) as { wrong: string };
      expect(said, text).to.match(why);
      if (text.length > 3) expect(said).not.to.include(text);
    }
  });
});
