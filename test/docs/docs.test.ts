import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { expect } from "chai";
import { createFactors, sms } from "passport-factors";
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

  it("have TypeScript that compiles, in every block", async function () {
    this.timeout(30_000);
    const directory = join(root, ".tmp-readme");
    await rm(directory, { recursive: true, force: true });
    await mkdir(directory);
    try {
      const pages = await Promise.all(["README.md", ...(await documents())].map(read));
      const blocks = [...pages.join("\n").matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(
        ([, block]) => block as string,
      );
      expect(blocks.length).to.be.greaterThan(12);
      await Promise.all(blocks.map((block, i) => writeFile(join(directory, `block-${i}.ts`), block)));
      const config = { extends: "../tsconfig.json", compilerOptions: { types: ["node"] }, include: ["*.ts"] };
      await writeFile(join(directory, "tsconfig.json"), JSON.stringify(config));
      const { stdout } = await run(process.execPath, [
        join(root, "node_modules/typescript/bin/tsc"),
        "-p",
        directory,
      ]).catch((error: { stdout: string }) => error);
      expect(stdout).to.equal("");
    } finally {
      await rm(directory, { recursive: true, force: true });
    }
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
