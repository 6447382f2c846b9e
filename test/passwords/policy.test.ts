import { expect } from "chai";
import { createPasswordPolicy, type PasswordPolicyOptions } from "../../lib/index.ts";

/** No two neighbours alike, in no list, of any length. */
const strong = (length: number) =>
  Array.from({ length }, (_, i) => String.fromCodePoint(0x3041 + ((i * 37 + i * i * 11) % 80))).join("");

async function reasonFor(password: unknown, options: PasswordPolicyOptions = {}, words: string[] = []) {
  return (await createPasswordPolicy(options).check(password, words))?.reason;
}

describe("a new password", () => {
  it("[H14] has 15 characters or more, where the app does not say that 8 are enough", async () => {
    expect(await reasonFor(strong(14))).to.equal("short");
    expect(await reasonFor(strong(15))).to.equal(undefined);
    expect(await reasonFor(strong(7), { minLength: 8 })).to.equal("short");
    expect(await reasonFor(strong(8), { minLength: 8 })).to.equal(undefined);
    expect(() => createPasswordPolicy({ minLength: 7 })).to.throw(TypeError, "minLength must be");
    expect(() => createPasswordPolicy({ minLength: 65 })).to.throw(TypeError, "minLength must be");
  });

  it("[H14] may have 256, and no policy says fewer than 64", async () => {
    expect(await reasonFor(strong(256))).to.equal(undefined);
    expect(await reasonFor(strong(257))).to.equal("long");
    expect(await reasonFor(strong(64), { maxLength: 64 })).to.equal(undefined);
    expect(await reasonFor(strong(65), { maxLength: 64 })).to.equal("long");
    expect(() => createPasswordPolicy({ maxLength: 63 })).to.throw(TypeError, "maxLength must be");
  });

  it("[H14] is counted in characters, however they are written", async () => {
    const decomposed = "e\u0301à la carte".normalize("NFD");
    expect(decomposed.length).to.equal(13);
    expect(await reasonFor(decomposed, { minLength: 12 })).to.equal("short");
    expect(await reasonFor(decomposed, { minLength: 11 })).to.equal(undefined);
    expect(await reasonFor("🐎🔋📎🐢🦊🌵🎈", { minLength: 8 })).to.equal("short");
    expect(await reasonFor("🐎🔋📎🐢🦊🌵🎈🍋", { minLength: 8 })).to.equal(undefined);
  });

  it("[H14] needs no digits, capitals or marks, and may hold spaces and any script", async () => {
    for (const password of [
      "spaces between words",
      " kettle drum lamps ",
      "日本語のとても長い合言葉なのです",
    ])
      expect(await reasonFor(password), password).to.equal(undefined);
  });

  it("[H14] is none of the common ones, in any case and form", async () => {
    for (const password of ["sunshine", "SunShine", "ｓｕｎｓｈｉｎｅ", "trustno1", "iloveyou"])
      expect(await reasonFor(password, { minLength: 8 }), password).to.equal("common");
    expect(await reasonFor("polniypizdec0211")).to.equal("common");
    expect(await reasonFor("sunshine over harbour")).to.equal(undefined);
  });

  it("[H14] is no short text in a row, and no common one", async () => {
    for (const password of ["a".repeat(15), " ".repeat(20), "abcabcabcabcabcab", "sunshinesunshine"])
      expect(await reasonFor(password), password).to.equal("common");
    expect(await reasonFor("kettledr kettledr kettledr")).to.equal(undefined);
  });

  it("[H14] is not made of what the context says: app, name, address, the old password", async () => {
    const words = ["Ann", "ann.smith@harbour.example", "kettle drum lamps"];
    for (const password of [
      "annsmith-harbour!",
      "ANN.SMITH@harbour.example",
      "kettle drum lamps",
      "Kettle Drum Lamps1",
      "chatchat-ann-smith",
      "chat sunshine ann",
    ])
      expect(await reasonFor(password, { words: ["Chat"] }, words), password).to.equal("context");
    expect(await reasonFor("ann walked home at seven", { words: ["Chat"] }, words)).to.equal(undefined);
    expect(await reasonFor("annsmith-harbour!")).to.equal(undefined);
  });

  it("[H14][M2] is a text, without what nobody can type", async () => {
    for (const odd of [undefined, null, 7, ["x".repeat(20)], { length: 20 }])
      expect(await reasonFor(odd)).to.equal("refused");
    for (const odd of [`${strong(20)}\0`, `${strong(20)}\n`, `${strong(20)}\uD800`])
      expect(await reasonFor(odd)).to.equal("refused");
  });

  it("[H14] is judged in less than 5 ms, also where it has 10 kB", async () => {
    const policy = createPasswordPolicy({ maxLength: 1024, words: ["Chat", "Harbour"] });
    const words = Array.from({ length: 200 }, (_, i) => `word${i}`);
    await policy.check(strong(40), words);
    for (const password of [
      "a".repeat(10_000),
      "ab".repeat(1_000_000),
      "e\u0301".repeat(5000),
      `${"ab".repeat(500)}c`,
      `${"a".repeat(1023)}b`,
      strong(1024),
      "\u1100\u1161\u11A8".repeat(1024),
    ]) {
      const times: number[] = [];
      for (let run = 0; run < 5; run++) {
        const since = performance.now();
        await policy.check(password, words);
        times.push(performance.now() - since);
      }
      expect(Math.min(...times), `${password.slice(0, 6)} of ${password.length}`).to.be.below(5);
    }
  });
});

describe("a service that knows breached passwords", () => {
  const asked: string[] = [];
  const errors: unknown[] = [];
  const with_ = (breached: (password: string) => unknown) => ({
    breached,
    breachedTimeoutMs: 20,
    onError: (error: unknown) => errors.push(error),
  });
  beforeEach(() => {
    asked.length = 0;
    errors.length = 0;
  });

  it("[H14] refuses what it knows, as true or as how often", async () => {
    expect(
      await reasonFor(
        strong(20),
        with_(() => true),
      ),
    ).to.equal("breached");
    expect(
      await reasonFor(
        strong(20),
        with_(async () => 3),
      ),
    ).to.equal("breached");
    expect(
      await reasonFor(
        strong(20),
        with_(async () => false),
      ),
    ).to.equal(undefined);
    expect(
      await reasonFor(
        strong(20),
        with_(() => 0),
      ),
    ).to.equal(undefined);
    expect(errors).to.deep.equal([]);
  });

  it("[H14] is asked last, and in the one form of what was typed", async () => {
    const options = with_((password) => asked.push(password) < 0);
    expect(await reasonFor("short", options)).to.equal("short");
    expect(await reasonFor("a".repeat(20), options)).to.equal("common");
    expect(asked).to.deep.equal([]);
    await reasonFor("cafe\u0301 on the corner", options);
    expect(asked).to.deep.equal(["caf\u00e9 on the corner"]);
  });

  it("[H14][T51] shuts nobody out where it is away, and saves no bad password", async () => {
    const away: ((password: string) => unknown)[] = [
      () => new Promise(() => {}),
      () => {
        throw new Error("no network");
      },
      async () => Promise.reject(undefined as unknown as Error),
      () => undefined,
      () => "true",
      () => -1,
      () => NaN,
      () => ({ breached: true }),
    ];
    for (const breached of away) {
      errors.length = 0;
      expect(await reasonFor(strong(20), with_(breached)), String(breached)).to.equal(undefined);
      expect(errors, String(breached)).to.have.length(1);
      expect(errors[0]).to.be.instanceOf(Error);
      expect(String(errors[0])).not.to.include(strong(20));
      expect(await reasonFor("a".repeat(20), with_(breached))).to.equal("common");
    }
  });
});
