import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize, relative } from "node:path";
import { expect } from "chai";

const root = join(import.meta.dirname, "..");

/** Folders and single files, from the ground up; an import goes down, or stays in its folder. */
const FLOORS: readonly (readonly string[])[] = [
  [
    "lib/phone/",
    "lib/email/",
    "lib/locales/",
    "lib/errors.ts",
    "lib/events.ts",
    "lib/crypto/",
    "lib/options.ts",
    "lib/nearest.ts",
    "lib/clock.ts",
    "lib/deadlines.ts",
    "lib/called-back.ts",
    "lib/in-time.ts",
    "lib/on-error.ts",
    "lib/wrong-answer.ts",
    "lib/environment.ts",
    "lib/typed-text.ts",
    "lib/escaped.ts",
  ],
  [
    "lib/stores/",
    "lib/limiters/",
    "lib/transports/",
    "lib/accounts/",
    "lib/observe/",
    "lib/vault/",
    "lib/credentials/",
    "lib/passwords/",
  ],
  ["lib/challenges/", "lib/totp/", "lib/webauthn/"],
  ["lib/factors/"],
  ["lib/flows/"],
  ["lib/setup/"],
  ["lib/views/", "lib/http/", "lib/routers/", "lib/graphql/", "strategies/"],
  ["lib/index.ts", "lib/testing/", "lib/client/", "lib/cli/"],
];

/** On the floor of the doors, views are used by http, and http by routers and strategies; limiters count in stores. */
const WITHIN_A_FLOOR: Readonly<Record<string, readonly string[]>> = {
  "lib/limiters/": ["lib/stores/"],
  "lib/http/": ["lib/views/"],
  "lib/routers/": ["lib/http/", "lib/views/"],
  "lib/graphql/": ["lib/http/"],
  "strategies/": ["lib/http/"],
  "lib/observe/": ["lib/stores/"],
  "lib/vault/": ["lib/stores/"],
  "lib/credentials/": ["lib/stores/"],
  "lib/in-time.ts": ["lib/errors.ts", "lib/deadlines.ts"],
  "lib/called-back.ts": ["lib/errors.ts"],
  "lib/on-error.ts": ["lib/errors.ts"],
  "lib/email/": ["lib/locales/", "lib/escaped.ts"],
  "lib/phone/": ["lib/errors.ts", "lib/typed-text.ts"],
  "lib/events.ts": ["lib/errors.ts"],
  "lib/options.ts": ["lib/nearest.ts"],
};

const product = ["lib", "strategies"].flatMap(filesBelow);
const everything = [...product, ...filesBelow("example-app")];
const beside = ["test", "bench", "scripts"].flatMap(filesBelow);
const imports = new Map(product.map((file) => [file, importsOf(file)]));

describe("the architecture", () => {
  it("has every file on a floor", () => {
    expect(product.filter((file) => placeOf(file) === undefined)).to.deep.equal([]);
  });

  it("has imports that go down, or stay in their folder", () => {
    const wrong: string[] = [];
    for (const [file, targets] of imports) {
      for (const target of targets) if (!mayImport(file, target)) wrong.push(`${file} → ${target}`);
    }
    expect(wrong).to.deep.equal([]);
  });

  it("has no cycles", () => {
    const done = new Set<string>();
    const visit = (file: string, path: readonly string[]): void => {
      expect(path, "a cycle").not.to.include(file);
      if (done.has(file)) return;
      for (const target of imports.get(file) ?? []) visit(target, [...path, file]);
      done.add(file);
    };
    for (const file of product) visit(file, []);
  });

  it("has no file over 300 lines, tests too, and half of the product's within 80", () => {
    const lengthsOf = (files: readonly string[]) =>
      files.map((file) => ({ file, lines: read(file).trimEnd().split("\n").length }));
    const lengths = lengthsOf(everything);
    expect([...lengths, ...lengthsOf(beside)].filter(({ lines }) => lines > 300)).to.deep.equal([]);
    const sorted = lengths.map(({ lines }) => lines).sort((a, b) => a - b);
    expect(sorted[Math.floor(sorted.length / 2)]).to.be.at.most(80);
  });

  it("has no drawers and no inner barrels", () => {
    expect(
      everything.filter((file) => /(^|\/)(utils?|helpers?|common|misc|types)(\.ts$|\/)/.test(file)),
    ).to.deep.equal([]);
    const barrels = product.filter((file) => file.endsWith("/index.ts"));
    expect(barrels).to.have.members([
      "lib/index.ts",
      "lib/client/index.ts",
      "lib/testing/index.ts",
      "strategies/index.ts",
    ]);
  });

  it("looks at the environment in one place, and for NODE_ENV only; the command line has its own", () => {
    expect(
      product.filter((file) => /^(?!\s*(\*|\/\/)).*(process\.env|node:process)/m.test(read(file))),
    ).to.have.members(["lib/environment.ts", "lib/cli/main.ts"]);
  });

  it("[A3][T16] has no randomness but the CSPRNG's", () => {
    expect(product.filter((file) => read(file).includes("Math.random"))).to.deep.equal([]);
  });

  it("[A12][T13] compares digests in constant time where it compares them itself", () => {
    expect(read("lib/stores/memory.ts")).to.include("timingSafeEqual");
  });

  it("keeps strategies free of #private fields, which Passport's Object.create breaks", () => {
    const withPrivate = product.filter(
      (file) => file.startsWith("strategies/") && /[\s.]#[a-z_]/i.test(read(file)),
    );
    expect(withPrivate).to.deep.equal([]);
  });

  it("[T51] hands nothing on to Express and Passport but an Error", () => {
    const handsOn =
      /\b(?:next\??\.?|this\.error)\((?!\)|asError\(|new FactorError\(|error === undefined \? asError)/;
    const doors = product.filter((file) => /^(lib\/(http|routers|graphql)|strategies)\//.test(file));
    const bare = doors.flatMap((file) =>
      read(file)
        .split("\n")
        .filter((line) => handsOn.test(line) && !/^\s*(\*|\/\/)/.test(line))
        .map((line) => `${file}: ${line.trim()}`),
    );
    expect(bare).to.deep.equal([]);
  });

  it("[T51] has a way out of each switch: it throws, but where another function or an empty answer takes what is left", () => {
    const switches = product.flatMap((file) =>
      [...read(file).matchAll(/^( *)switch \(([^\n]*)\) \{\n([\s\S]*?)\n\1\}$/gm)].map(
        ([, , on, body = ""]) => ({
          at: `${file}: ${on}`,
          last: /\n\s*default:\n\s*(.*)/.exec(body)?.[1] ?? "none",
        }),
      ),
    );
    expect(switches).to.have.lengthOf.above(10);
    const others = switches.filter(({ last }) => !last.startsWith("throw ")).map(({ at }) => at);
    expect(others).to.have.members([
      // Each input that is about a way; the function throws.
      "lib/flows/recovery/moves.ts: said.input",
      // What a state's own list of inputs says, which throws for an unknown state.
      "lib/flows/recovery/inputs.ts: said.input",
      // A state without a sentence of its own.
      "lib/routers/recovery.ts: state",
    ]);
  });

  it("has nothing left undone", () => {
    expect(
      everything.filter((file) => /\b(TODO|FIXME|XXX)\b|not implemented/.test(read(file))),
    ).to.deep.equal([]);
  });

  it("has an example app that uses the public face only", () => {
    const inside = filesBelow("example-app").filter((file) =>
      /from "[./]*\/(lib|strategies|dist)\//.test(read(file)),
    );
    expect(inside).to.deep.equal([]);
  });
});

function filesBelow(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => /\.m?ts$|\.mjs$/.test(name) && !/(^|\/)node_modules\//.test(name))
    .map((name) => `${folder}/${name}`);
}

function read(file: string): string {
  return readFileSync(join(root, file), "utf8");
}

function importsOf(file: string): string[] {
  return [...read(file).matchAll(/\b(?:from|import)\s*\(?\s*"(\.[^"]+)"/g)].map(([, path]) =>
    relative(root, normalize(join(root, dirname(file), path as string))),
  );
}

function placeOf(file: string): string | undefined {
  return FLOORS.flat().find((place) => file === place || (place.endsWith("/") && file.startsWith(place)));
}

function mayImport(file: string, target: string): boolean {
  const [from, to] = [placeOf(file), placeOf(target)];
  if (from === undefined || to === undefined) return false;
  const floorOf = (place: string) => FLOORS.findIndex((floor) => floor.includes(place));
  if (from === to || floorOf(to) < floorOf(from)) return true;
  return (WITHIN_A_FLOOR[from] ?? []).includes(to);
}
