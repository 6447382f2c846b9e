import { rejects } from "node:assert/strict";
import { hash, verify } from "@node-rs/argon2";
import { expect } from "chai";
import {
  createFactors,
  isFactorError,
  oldPassword,
  passwordHistory,
  sms,
  type Accounts,
} from "../../lib/index.ts";
import { outbox } from "../../lib/testing/outbox.ts";
import { accountsIn, SECRET } from "../support/app.ts";
import { sceneOf } from "../support/factor-kit.ts";

const accounts = accountsIn(new Map()) as unknown as Accounts<unknown>;
const sceneWith = (wasPassword: NonNullable<Accounts<unknown>["wasPassword"]>) =>
  sceneOf(oldPassword(), { accounts: { ...accounts, wasPassword } });

describe("an old password", () => {
  it("[H8] is judged by the app, for the account's user, and is nobody's where there is none", async () => {
    const asked: unknown[] = [];
    const scene = sceneWith((user, typed) => {
      asked.push([user, typed]);
      return typed === "old one";
    });
    expect(await scene.judge("ann", undefined, "old one")).to.equal("right");
    expect(await scene.judge("ann", undefined, "Old one")).to.equal("wrong");
    expect(await scene.judge("decoy a", undefined, "old one")).to.equal("wrong");
    expect(asked).to.deep.equal([
      [{ id: "ann" }, "old one"],
      [{ id: "ann" }, "Old one"],
      [undefined, "old one"],
    ]);
  });

  it("[H8] is guessed at five times a day, and what nobody could judge is no guess", async () => {
    let away = true;
    const scene = sceneWith((_user, typed) => {
      if (away) throw new Error("no database");
      return typed === "old one";
    });
    for (let i = 0; i < 6; i++) await rejects(scene.judge("ann", undefined, "x"), /no database/);
    away = false;
    for (let i = 0; i < 5; i++) expect(await scene.judge("ann", undefined, "x")).to.equal("wrong");
    await rejects(
      scene.judge("ann", undefined, "old one"),
      (error) => isFactorError(error) && error.code === "too_many_requests",
    );
    scene.clock.advance(86_400_000);
    expect(await scene.judge("ann", undefined, "old one")).to.equal("right");
  });

  it("[M2] that no password can be costs nothing: of 256 characters at most, and a text", async () => {
    const scene = sceneWith(() => true);
    for (const odd of [undefined, null, "", 7, ["old one"], {}, "x".repeat(257), "x".repeat(1_000_000)])
      expect(await scene.judge("ann", undefined, odd)).to.equal("unread");
    expect(await scene.judge("ann", undefined, "x".repeat(256))).to.equal("right");
  });
});

describe("a history of passwords", () => {
  let hashed: string[];
  before(async () => {
    hashed = await Promise.all(["one", "two", "three", "four", "five", "six"].map((each) => hash(each)));
  });
  interface User {
    hashes: readonly string[];
  }
  const historyOf = (most?: number) => {
    const compared: string[] = [];
    const was = passwordHistory<User>({
      hashesOf: (user) => user.hashes,
      verify: async (each, typed) => {
        compared.push(each);
        return verify(each, typed);
      },
      decoy: hashed[5] as string,
      ...(most === undefined ? {} : { most }),
    });
    return { was, compared };
  };

  it("[H8][T43] takes as many hashes for all: with many, with few, with none, for nobody", async () => {
    const users: (User | undefined)[] = [
      { hashes: hashed.slice(0, 5) },
      { hashes: hashed },
      { hashes: hashed.slice(0, 1) },
      { hashes: [] },
      undefined,
    ];
    for (const user of users)
      for (const typed of ["one", "nothing"]) {
        const { was, compared } = historyOf();
        expect(await was(user, typed)).to.equal(typed === "one" && (user?.hashes.length ?? 0) > 0);
        expect(compared).to.have.length(5);
      }
  });

  it("[H8] looks at the last five, and never takes the decoy for one", async () => {
    const { was } = historyOf();
    expect(await was({ hashes: hashed }, "five")).to.equal(true);
    expect(await was({ hashes: hashed }, "six")).to.equal(false);
    expect(await was({ hashes: hashed.slice(0, 2) }, "six")).to.equal(false);
    expect(await was(undefined, "six")).to.equal(false);
  });

  it("[T51] goes on over a hash that cannot be read, and believes nothing but true", async () => {
    expect(await historyOf().was({ hashes: ["no hash", hashed[0] as string] }, "one")).to.equal(true);
    const odd = passwordHistory<User>({ hashesOf: () => ["a"], verify: () => "yes" as never, decoy: "d" });
    expect(await odd({ hashes: [] }, "one")).to.equal(false);
    for (const most of [0, 11, 2.5])
      expect(() => historyOf(most)).to.throw(TypeError, "most must be an integer");
  });
});

describe("knowledge in the list of an app", () => {
  const transport = outbox();
  const build = (factors: readonly ReturnType<typeof oldPassword>[], first = true) =>
    createFactors({
      secret: SECRET,
      accounts: { ...accountsIn(new Map()), wasPassword: () => false },
      factors: first ? [sms({ transport }), ...factors] : [...factors, sms({ transport })],
    });

  it("[H7][H8] throws at start where it is first, or alone, by its name", () => {
    expect(() => build([oldPassword()], false)).to.throw(
      TypeError,
      '"old-password" is knowledge, and must not be',
    );
    expect(() =>
      createFactors({
        secret: SECRET,
        accounts: { ...accountsIn(new Map()), wasPassword: () => false },
        factors: [oldPassword()],
      }),
    ).to.throw(TypeError, '"old-password" is knowledge, which proves nothing alone');
  });

  it("[H7] warns at start, by the row that it breaks", async () => {
    const warned = new Promise<Error & { code?: string }>((resolve) => {
      process.once("warning", resolve);
    });
    build([oldPassword()]);
    const { message, code } = await warned;
    expect(code).to.equal("PASSPORT_FACTORS_KNOWLEDGE");
    expect(message).to.include("ASVS 5.0 6.4.2").and.include("old-password");
  });

  it("throws at start where the accounts cannot say", () => {
    expect(() =>
      createFactors({
        secret: SECRET,
        accounts: accountsIn(new Map()),
        factors: [sms({ transport }), oldPassword()],
      }),
    ).to.throw(TypeError, "accounts needs wasPassword");
  });
});
