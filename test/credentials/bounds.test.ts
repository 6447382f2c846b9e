import { throws, rejects } from "node:assert/strict";
import { expect } from "chai";
import { memoryStore, storeCredentials, type Credentials } from "../../lib/index.ts";

const LONG = "x".repeat(20_000);
/** Not what a text may be, as the id or the name of anything. */
const ODD: readonly unknown[] = [undefined, null, 1, {}, [], ["a"], true, Symbol("s"), () => "a"];

describe("what comes to credentials", () => {
  let credentials: Credentials;
  beforeEach(() => (credentials = storeCredentials(memoryStore()).inTenant("acme")));
  const add = (change: Partial<Record<"account" | "kind" | "id" | "value" | "most", unknown>>) => {
    const all = { account: "ann", kind: "totp", id: "1", value: "x", most: 1, ...change };
    return credentials.add(
      all.account as string,
      all.kind as string,
      all.id as string,
      all.value as string,
      all.most as number,
    );
  };

  it("is refused where it is out of bounds, with an error that names the field and shows nothing of it", async () => {
    for (const [field, most] of [
      ["account", 600],
      ["id", 1400],
      ["value", 16_384],
    ] as const) {
      const names = {
        name: "TypeError",
        message: new RegExp(`^credentials: ${field} must be 1 to ${most} bytes`),
      };
      for (const odd of [
        ...ODD,
        "",
        LONG,
        "x".repeat(most + 1),
        `${"é".repeat(most / 2)}x`,
        "a\0",
        "\ud800",
        "a\udc00b",
      ]) {
        await rejects(add({ [field]: odd }), names);
      }
      await rejects(add({ [field]: "secret\0" }), ({ message }: Error) => !message.includes("secret"));
    }
    expect(await credentials.scan("")).to.deep.equal({ credentials: [], cursor: "" });
  });

  it("has a kind that is a name, at every verb", async () => {
    for (const odd of [...ODD, "", "Totp", "a:b", "a,b", "a b", "ü", "a\n", "k".repeat(33)]) {
      const kind = odd as string;
      for (const asked of [
        () => add({ kind }),
        () => credentials.list("ann", kind),
        () => credentials.find(kind, "1"),
        () => credentials.replace("ann", kind, "1", "a", "b"),
        () => credentials.remove("ann", kind, "1"),
        () => credentials.removeAll("ann", [kind]),
      ])
        await rejects(asked, { name: "TypeError", message: /^credentials: kind must be/ });
    }
    await rejects(credentials.removeAll("ann", "totp" as never), /kinds must be a list/);
  });

  it("has an account that is a text, at every verb that names one", async () => {
    for (const odd of [...ODD, "", LONG, "a\0"]) {
      const account = odd as string;
      for (const asked of [
        () => credentials.list(account, "totp"),
        () => credentials.replace(account, "totp", "1", "a", "b"),
        () => credentials.remove(account, "totp", "1"),
        () => credentials.removeAll(account),
      ])
        await rejects(asked, { name: "TypeError", message: /^credentials: account must be/ });
    }
  });

  it("has an id that, where nobody can have it, is simply not on file: it comes from outside", async () => {
    await add({});
    for (const id of ["", LONG, "a\0", "\ud800"]) {
      expect(await credentials.find("totp", id)).to.equal(undefined);
      expect(await credentials.replace("ann", "totp", id, "x", "y")).to.equal(false);
      expect(await credentials.remove("ann", "totp", id)).to.equal(false);
    }
    for (const id of ODD)
      await rejects(() => credentials.find("totp", id as string), {
        name: "TypeError",
        message: /^credentials: id /,
      });
  });

  it("has values that are named for what they are in a replacement", async () => {
    await add({});
    for (const odd of [...ODD, "", LONG]) {
      await rejects(
        credentials.replace("ann", "totp", "1", odd as string, "y"),
        /^TypeError: credentials: before must be/,
      );
      await rejects(
        credentials.replace("ann", "totp", "1", "x", odd as string),
        /^TypeError: credentials: after must be/,
      );
    }
  });

  it("has a `most` from 1 to 1000", async () => {
    for (const most of [...ODD.filter((each) => each !== 1), 0, -1, 1.5, 1001, Number.NaN, Infinity, "1"])
      await rejects(add({ most }), {
        name: "TypeError",
        message: "credentials: most must be an integer from 1 to 1000",
      });
    expect(await add({ most: 1000 })).to.equal(true);
  });

  it("has a tenant that is a text, and a store that is one", () => {
    for (const odd of [...ODD, "", LONG, "a\0"])
      throws(
        () => storeCredentials(memoryStore()).inTenant(odd as string),
        /^TypeError: credentials: tenant must be 1 to 600/,
      );
    for (const odd of [undefined, null, {}, { credentials: {} }])
      throws(() => storeCredentials(odd as never), TypeError);
  });
});

describe("credentials on the memory store", () => {
  async function warnings(make: () => void): Promise<string[]> {
    const codes: string[] = [];
    const listen = (warning: Error & { code?: string }) => void codes.push(warning.code ?? "");
    const before = process.env["NODE_ENV"];
    process.on("warning", listen);
    process.env["NODE_ENV"] = "production";
    try {
      make();
      await new Promise((resolve) => setImmediate(resolve));
    } finally {
      if (before === undefined) delete process.env["NODE_ENV"];
      else process.env["NODE_ENV"] = before;
      process.removeListener("warning", listen);
    }
    return codes;
  }

  it("warn in production, and only there", async () => {
    const memory = memoryStore();
    expect(await warnings(() => storeCredentials(memory))).to.deep.equal([
      "PASSPORT_FACTORS_MEMORY_CREDENTIALS",
    ]);
    expect(await warnings(() => storeCredentials({ ...memory, name: "redis" }))).to.deep.equal([]);
  });

  it("refuse where the store is full, and forget nothing", async () => {
    const credentials = storeCredentials(memoryStore({ maxKeys: 10 })).inTenant("acme");
    for (let n = 0; n < 10; n++) await credentials.add("ann", "passkey", `${n}`, "x", 100);
    await rejects(credentials.add("bob", "passkey", "more", "x", 1), { code: "store_unavailable" });
    expect(await credentials.find("passkey", "more")).to.equal(undefined);
    expect(await credentials.list("ann", "passkey")).to.have.length(10);
  });
});
