import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { copyFile, mkdir, mkdtemp, rm, symlink } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { expect } from "chai";
import request from "supertest";
import { hotp, stepAt } from "../../lib/totp/code.ts";
import { bytesOf } from "../../lib/totp/secrets.ts";
import { freePort, until } from "../support/redis-server.ts";

const root = join(import.meta.dirname, "../..");
const example = join(root, "example-app/minimal");

describe("the minimal example, as it is printed, in CommonJS on Express 4", () => {
  let folder: string;
  let child: ChildProcess;
  let url: string;

  before(async () => {
    // In the package, so that its name leads to what was built; `express` is Express 4 there, as in the example's own package.json.
    folder = await mkdtemp(join(root, ".tmp-quick-start-"));
    await mkdir(join(folder, "node_modules"));
    await symlink(join(root, "node_modules/express4"), join(folder, "node_modules/express"));
    await copyFile(join(example, "server.cjs"), join(folder, "server.cjs"));
    const port = await freePort();
    child = spawn(process.execPath, ["server.cjs"], {
      cwd: folder,
      env: { ...process.env, NODE_ENV: "development", PORT: String(port) },
      stdio: "ignore",
    });
    await once(child, "spawn");
    url = `http://localhost:${port}`;
    await until(() =>
      fetch(`${url}/login`).then(
        ({ ok }) => ok,
        () => false,
      ),
    );
  });
  after(async () => {
    child.kill();
    await rm(folder, { recursive: true });
  });

  const html = (agent: ReturnType<typeof request.agent>, path: string) => agent.get(path).accept("html");
  const logIn = (
    agent: ReturnType<typeof request.agent>,
    email: string,
    password = "correct horse battery",
  ) => agent.post("/login").type("form").send({ email, password });

  it("is at most 80 lines, and asks for Express 4", () => {
    expect(readFileSync(join(example, "server.cjs"), "utf8").split("\n").length).to.be.at.most(81);
    const { dependencies } = createRequire(import.meta.url)(join(example, "package.json")) as {
      dependencies: Record<string, string>;
    };
    expect(dependencies["express"]).to.match(/^\^4\./);
  });

  it("lets in by the password alone, finds a typed email in any case, and says what is wrong", async () => {
    const browser = request.agent(url);
    await html(browser, "/").expect(303).expect("Location", "/login");
    await logIn(browser, "ann@example.org", "wrong").expect(302).expect("Location", "/login?failed");
    await html(browser, "/login?failed").expect(200, /Email or password is wrong/);
    await browser.post("/login").type("form").send("email=a&email=b&password=c&password=d").expect(302);
    await logIn(browser, " Ann@Example.ORG ").expect(302).expect("Location", "/");
    await html(browser, "/").expect(200, /You are in/);
    await browser.post("/logout").set("Sec-Fetch-Site", "cross-site").expect(403);
  });

  it("asks whoever has put an app on file for its code, or for a backup code", async () => {
    const browser = request.agent(url);
    await logIn(browser, "ann@example.org").expect(302);
    const { body: begun } = await browser.post("/security/totp").accept("json").expect(201);
    const { secret, id } = begun as { secret: string; id: string };
    const code = hotp(bytesOf(secret), stepAt(Date.now()));
    await browser.post("/security/totp/confirm").accept("json").send({ code, id }).expect(200);
    const { body: made } = await browser.post("/security/backup-code").accept("json").expect(201);
    const [backupCode] = (made as { codes: string[] }).codes;

    const again = request.agent(url);
    await logIn(again, "ann@example.org").expect(302);
    await html(again, "/").expect(303).expect("Location", "/second_factor/new");
    await again.post("/totp_verification").accept("json").send({ totp_code: code }).expect(400);
    await html(again, "/").expect(303);
    await again
      .post("/backup_code_verification")
      .accept("html")
      .type("form")
      .send({ backup_code: backupCode })
      .expect(303)
      .expect("Location", "/");
    await html(again, "/").expect(200, /You are in/);
  });
});
