import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import request from "supertest";
import { freePort, until } from "../support/redis-server.ts";

const root = join(import.meta.dirname, "../..");
const readme = readFileSync(join(root, "README.md"), "utf8");
const [esm, commonJsHead] = [...readme.matchAll(/^```js\n([\s\S]*?)^```$/gm)].map(
  ([, block]) => block as string,
) as [string, string];
const body = esm.slice(esm.indexOf("\n\n"));

describe("the README's example, as it is printed", () => {
  const running: { child: ChildProcess; folder: string }[] = [];
  after(async () => {
    for (const { child, folder } of running) {
      child.kill();
      await rm(folder, { recursive: true });
    }
  });

  async function start(
    file: string,
    text: string,
    page = "/login",
  ): Promise<{ url: string; printed: () => string }> {
    // In the package, so that its name leads to what was built.
    const folder = await mkdtemp(join(root, ".tmp-quick-start-"));
    await writeFile(join(folder, file), text);
    const port = await freePort();
    const child = spawn(process.execPath, [join(folder, file)], {
      env: { ...process.env, NODE_ENV: "development", PORT: String(port) },
    });
    running.push({ child, folder });
    let out = "";
    for (const stream of [child.stdout, child.stderr]) stream?.on("data", (chunk) => (out += String(chunk)));
    await once(child, "spawn");
    const url = `http://localhost:${port}`;
    await until(() =>
      fetch(`${url}${page}`).then(
        ({ ok }) => ok,
        () => false,
      ),
    );
    return { url, printed: () => out };
  }

  it("leads to a first new password, in the recovery's own page of the docs", async () => {
    const page = readFileSync(join(root, "docs/recovery.md"), "utf8");
    const [, text = ""] = /^```js\n([\s\S]*?)^```$/m.exec(page) ?? [];
    const written = text.split("\n").filter((line) => line !== "" && !/^(import|\/\/)/.test(line));
    expect(written.length).to.be.at.most(20);
    const { url, printed } = await start("recovery.mjs", text, "/recovery");
    const browser = request.agent(url);
    await browser
      .get("/recovery")
      .accept("html")
      .expect(200, /Forgot your password/);
    const post = (path: string, body: object) => browser.post(`/recovery${path}`).accept("json").send(body);
    const { body: begun } = await post("", { identifier: " Ada@Example.org" }).expect(201);
    const { body: asked } = await post("/step", { gen: begun.gen, input: "yes" }).expect(200);
    expect(asked).to.include({ state: "entry", factor: "email" });
    await until(() => /^ *│ \d{6} /m.test(printed()));
    const [, response] = /^ *│ (\d{6}) /m.exec(printed()) as RegExpExecArray;
    const { body: proven } = await post("/step", { gen: asked.gen, input: "respond", response }).expect(200);
    expect(proven.state).to.equal("reset");
    await post("/password", { gen: proven.gen, password: "seven quiet lanterns" }).expect(200);
  });

  for (const [kind, file, text] of [
    ["an ES module", "app.mjs", esm],
    ["CommonJS", "app.cjs", commonJsHead.trimEnd() + body],
  ] as const)
    it(`lets somebody in who types the code, as ${kind}`, async () => {
      const { url, printed } = await start(file, text);
      const browser = request.agent(url);
      const get = (path: string) => browser.get(path).set("Accept", "text/html");
      await get("/inside").expect(303).expect("Location", "/login");
      await browser.post("/login").type("form").send({ username: "ada", password: "wrong" }).expect(401);
      await browser.post("/login").type("form").send({ username: "ada", password: "lovelace" }).expect(302);
      await get("/inside").expect(303).expect("Location", "/sms_registration/new");
      const phone = { country_code: "TW", phone_number: "0912 345 678" };
      await browser.post("/sms_registration").set("Accept", "text/html").type("form").send(phone).expect(303);
      await until(() => /\d{6} is your Chat code/.test(printed()));
      const [code] = /\d{6}/.exec(
        printed().slice(printed().indexOf("+886912345678") + 13),
      ) as RegExpExecArray;
      await browser
        .post("/sms_verification")
        .set("Accept", "text/html")
        .type("form")
        .send({ pin_number: code });
      expect((await get("/inside").expect(200)).text).to.equal("You are in.");
    });

  it("gives a number that two have asked for to the one who proves it first", async () => {
    const [ada] = /\["ada", .*?\]/.exec(esm) as RegExpExecArray;
    const text = esm
      .replace(ada, `${ada}, ${ada.replaceAll("ada", "bob")}`)
      .replace("{ createFactors", "{ consoleTransport, sms, createFactors")
      // Without the wait between two sends to one number.
      .replace('"Chat",', '"Chat", factors: [sms({ transport: consoleTransport(), cooldownSeconds: [0] })],');
    const { url, printed } = await start("two.mjs", text);
    const [first, second] = [request.agent(url), request.agent(url)];
    const codes = () =>
      [...printed().matchAll(/(\d{6}) is your Chat code/g)].map(([, code]) => code as string);
    for (const [n, browser] of [first, second].entries()) {
      const username = ["ada", "bob"][n];
      await browser.post("/login").type("form").send({ username, password: "lovelace" }).expect(302);
      const phone = { country_code: "TW", phone_number: "0912 345 678" };
      await browser.post("/sms_registration").accept("json").send(phone).expect(201);
      await until(() => codes().length > n);
    }
    const type = (browser: typeof first, code = "") =>
      browser.post("/sms_verification").accept("json").send({ pin_number: code });
    await type(second, codes()[1]).expect(200);
    expect((await type(first, codes()[0]).expect(400)).body.code).to.equal("phone_taken");
  });
});
