import { expect } from "chai";
import { makeCode, readCode, systemRandom } from "../../lib/challenges/code.ts";

describe("how codes are made", () => {
  const DRAWS = 100_000;

  it("[T16] [A3] every digit at every place is equally likely (chi-square), leading zeros included", () => {
    const counts = Array.from({ length: 6 }, () => Array.from({ length: 10 }, () => 0));
    for (let i = 0; i < DRAWS; i++) {
      const code = makeCode(6, systemRandom);
      if (!/^\d{6}$/.test(code)) throw new Error(code);
      for (let place = 0; place < 6; place++) (counts[place] as number[])[Number(code[place])]! += 1;
    }
    for (const place of counts) {
      const expected = DRAWS / 10;
      const chiSquare = place.reduce((sum, seen) => sum + (seen - expected) ** 2 / expected, 0);
      // 9 degrees of freedom: chance alone goes over 60 once in 10^9 runs; a lost leading zero gives tens of thousands.
      expect(chiSquare).to.be.lessThan(60);
    }
  });

  it("[T16] the whole range is used: a code is the number drawn below 10^length, in every length", () => {
    for (const length of [6, 7, 8, 9, 10]) {
      const asked: number[] = [];
      const pick = (value: (below: number) => number) =>
        makeCode(length, (below) => (asked.push(below), value(below)));
      expect(pick(() => 0)).to.equal("0".repeat(length));
      expect(pick(() => 7)).to.equal("7".padStart(length, "0"));
      expect(pick((below) => below - 1)).to.equal("9".repeat(length));
      expect(new Set(asked)).to.deep.equal(new Set([10 ** length]));
    }
  });

  it("[T16] codes of two numbers are independent: of ten thousand pairs a handful are equal", () => {
    let equal = 0;
    for (let i = 0; i < 10_000; i++) if (makeCode(6, systemRandom) === makeCode(6, systemRandom)) equal++;
    expect(equal).to.be.lessThan(6);
  });

  it("[A11] what people type is read kindly, and anything else not at all", () => {
    for (const typed of [
      "012345",
      " 012 345 ",
      "012-345",
      "012–345",
      "０１２３４５",
      "0\u200B12345",
      "012\u00A0345",
      "٠١٢٣٤٥",
    ]) {
      expect(readCode(typed, 6), typed).to.equal("012345");
    }
    for (const typed of [
      "01234",
      "0123456",
      "01234o",
      "0x1234",
      "1e5000",
      "+12345",
      "",
      "      ",
      12345,
      undefined,
      null,
      {},
      ["012345"],
      `012345${" ".repeat(400)}`,
    ]) {
      expect(readCode(typed, 6), JSON.stringify(typed)).to.equal(undefined);
    }
  });
});
