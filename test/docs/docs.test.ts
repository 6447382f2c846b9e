import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { expect } from "chai";
import { transform } from "esbuild";
import { createFactors, sms } from "passport-factors";
import { typeDefs } from "passport-factors/graphql";
import { outbox } from "passport-factors/testing";
import { format, resolveConfig } from "prettier";
import request from "supertest";
import { ownPages } from "../../docs/examples/own-pages.ts";
import { optionsReference } from "../../scripts/make-options-reference.ts";

const run = promisify(execFile);
const root = join(import.meta.dirname, "../..");
const read = (file: string) => readFile(join(root, file), "utf8");

const documents = async () =>
  (await readdir(join(root, "docs"))).filter((name) => name.endsWith(".md")).map((name) => `docs/${name}`);

const everyPage = async () => (await Promise.all(["README.md", ...(await documents())].map(read))).join("\n");
const blocksOf = async (language: string) =>
  [...(await everyPage()).matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, "gm"))].map(
    ([, block]) => block as string,
  );
/** Of each block; an opening fence and a closing one take turns. */
const languagesOf = async () =>
  [...(await everyPage()).matchAll(/^```(\w*)$/gm)].filter((_, i) => i % 2 === 0).map(([, name]) => name);

/** Imports each block, in an environment that has what they ask for, and says which could not be. */
const RUN_BLOCKS = `
Object.assign(process.env, {
  FACTORS_SECRET: "s".repeat(32),
  REDIS_URL: "redis://127.0.0.1:1",
  PGHOST: "127.0.0.1",
  PGPORT: "1",
  TWILIO_SID: "AC" + "0".repeat(32),
  TWILIO_TOKEN: "t".repeat(32),
  SMTP_URL: "smtp://127.0.0.1:1",
  HOOK_TOKEN: "t",
  HOOK_KEY: "whsec_" + Buffer.alloc(32).toString("base64"),
});
process.on("uncaughtException", () => undefined);
const { readdirSync, readFileSync } = await import("node:fs");
const failures = [];
for (const file of readdirSync(import.meta.dirname).filter((name) => name.endsWith(".ts"))) {
  // What connects at once waits for ever: nothing is there.
  const connects = readFileSync(new URL(file, import.meta.url), "utf8").includes(".connect();");
  const patience = connects ? [new Promise((_, reject) => setTimeout(reject, 1000, new Error("waits")))] : [];
  await Promise.race([import("./" + file), ...patience]).catch((error) =>
    failures.push([Number(/\\d+/.exec(file)[0]), String(error?.message || error?.code)]),
  );
}
console.log("\\n" + JSON.stringify(failures));
process.exit();
`;

describe("the docs", () => {
  it("link to what is there, and have every page in the index", async () => {
    const pages = ["README.md", "SECURITY.md", "CONTRIBUTING.md", "CHANGELOG.md", ...(await documents())];
    const missing: string[] = [];
    for (const page of pages) {
      const text = (await read(page)).replaceAll(/^```[\s\S]*?^```$/gm, "");
      const links = [...text.matchAll(/\]\((?!https?:|#)([^)#\s]+)(?:#[^)\s]*)?(?: "[^"]*")?\)/g)];
      for (const [, link] of links)
        if (!existsSync(join(root, dirname(page), link as string))) missing.push(`${page}: ${link}`);
    }
    expect(missing).to.deep.equal([]);
    const index = await read("docs/README.md");
    const unlisted = (await documents()).filter((page) => !index.includes(`(${page.slice("docs/".length)})`));
    expect(unlisted).to.deep.equal(["docs/README.md"]);
  });

  it("list every option as the schemas have it", async () => {
    const file = join(root, "docs/options.md");
    const made = await format(optionsReference(), { ...(await resolveConfig(file)), parser: "markdown" });
    expect(await read("docs/options.md")).to.equal(made);
  });

  it("quote the example with own pages to the letter", async () => {
    expect(await read("docs/own-pages.md")).to.include(await read("docs/examples/own-pages.ts"));
    expect(await read("docs/first-factors.md")).to.include(await read("docs/examples/first-factors.ts"));
  });

  it("have TypeScript that compiles and runs, in every block", async function () {
    this.timeout(60_000);
    const directory = join(root, ".tmp-readme");
    await rm(directory, { recursive: true, force: true });
    await mkdir(directory);
    try {
      const blocks = await blocksOf("ts");
      expect(blocks.length).to.be.greaterThan(50);
      await Promise.all(blocks.map((block, i) => writeFile(join(directory, `block-${i}.ts`), block)));
      const config = { extends: "../tsconfig.json", compilerOptions: { types: ["node"] }, include: ["*.ts"] };
      await writeFile(join(directory, "tsconfig.json"), JSON.stringify(config));
      const { stdout } = await run(process.execPath, [
        join(root, "node_modules/typescript/bin/tsc"),
        "-p",
        directory,
      ]).catch((error: { stdout: string }) => error);
      expect(stdout).to.equal("");

      await writeFile(join(directory, "run.mjs"), RUN_BLOCKS);
      const answer = await run(process.execPath, ["--import=tsx", join(directory, "run.mjs")], {
        cwd: directory,
      });
      const failures = JSON.parse(answer.stdout.trim().split("\n").at(-1) ?? "") as [number, string][];
      // What a block declares is the reader's; and no database is here.
      const unexpected = failures.filter(([i, message]) => {
        const [, name = ""] = /^(\w+) is not defined$/.exec(message) ?? [];
        const isDeclared = new RegExp(`^declare (const|function) ([\\w:<>[\\], ]*\\b)?${name}\\b`, "m");
        const isAway = /ECONNREFUSED|^waits$/.test(message);
        return !isAway && (name === "" || !isDeclared.test(blocks[i] as string));
      });
      expect(unexpected).to.deep.equal([]);
      expect(failures.length).to.be.below(blocks.length / 3);
    } finally {
      await rm(directory, { recursive: true, force: true });
    }
  });

  it("have JavaScript, JSON and GraphQL that can be read, and say in which language each block is", async () => {
    for (const block of await blocksOf("js")) await transform(block, { loader: "js", format: "esm" });
    for (const block of await blocksOf("json")) JSON.parse(block);
    const [described = ""] = await blocksOf("graphql");
    for (const [field] of described.matchAll(/^ {2}\w+(?=[(:])/gm)) expect(typeDefs).to.include(field.trim());
    const languages = new Set(await languagesOf());
    expect([...languages]).to.have.members(["graphql", "html", "http", "js", "json", "sh", "ts"]);
  });

  it("have an app with its own pages that does the whole job", async () => {
    const phones = new Map<string, string>();
    const messages = outbox();
    const factors = createFactors<{ id: string }>({
      secret: "s".repeat(32),
      factors: [sms({ transport: messages })],
      paths: { login: "/", registration: "/phone", verification: "/code" },
      accounts: {
        id: (user) => user.id,
        phone: (user) => phones.get(user.id),
        phoneTaken: (phone, user) => [...phones].some(([id, other]) => other === phone && id !== user.id),
        setPhone: (user, phone) => phones.set(user.id, phone).size > 0,
      },
    });
    const browser = request.agent(ownPages(factors));
    await browser.get("/inside").set("Accept", "text/html").expect(303).expect("Location", "/");
    await browser.get("/").expect(200, /login/);
    await browser.post("/login").type("form").send({ name: "ada" }).expect(302);
    await browser.get("/inside").set("Accept", "text/html").expect(303).expect("Location", "/phone");
    await browser.get("/phone").expect(200, /Number/);
    await browser
      .post("/phone")
      .type("form")
      .send({ country: "TW", number: "0912345678" })
      .expect(302, /code/);
    expect((await browser.get("/code").expect(200)).text).to.include("***-***-5678");
    const wrong = messages.code() === "000000" ? "111111" : "000000";
    await browser.post("/code").type("form").send({ code: wrong }).expect(400);
    await browser
      .post("/code")
      .type("form")
      .send({ code: messages.code() })
      .expect(302)
      .expect("Location", "/inside");
    await browser.get("/inside").expect(200, "You are in.");
    const again = request.agent(ownPages(factors));
    await again.post("/login").type("form").send({ name: "ada" }).expect(302);
    await again.get("/code").expect(200, /Text me a code/);
    await again.post("/code/send").expect(302);
    expect((await again.get("/code").expect(200)).text).to.include("***-***-5678");
  });
});
