import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readdir, rename, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect } from "chai";

const run = promisify(execFile);
const root = join(import.meta.dirname, "../..");

/** A whole app of a user, in the words that both module systems share. */
const APP = `
const users = new Map();
const accounts = {
  id: (user) => user.id,
  phone: (user) => users.get(user.id)?.phone,
  phoneTaken: (phone, user) => [...users.values()].some((each) => each.phone === phone && each.id !== user.id),
  setPhone: (user, phone) => { users.set(user.id, { ...user, phone }); return true; },
};
const messages = outbox();
const factors = createFactors({ secret: "0123456789abcdef0123456789abcdef", accounts, factors: [sms({ transport: messages })] });
passport.serializeUser((user, done) => done(null, user.id));
passport.deserializeUser((id, done) => done(null, users.get(id)));
passport.use(new SmsStrategy(factors));
const app = express();
app.use(session({ secret: "x", resave: false, saveUninitialized: false }), passport.session());
app.post("/login", (req, res, next) => {
  const user = { id: "ada" };
  if (!users.has("ada")) users.set("ada", user);
  req.login(user, (error) => (error ? next(error) : res.json({ ok: true })));
});
app.use("/sms_registration", smsRegistration(factors));
app.use("/sms_verification", smsVerification(factors));
app.get("/chat", requireFactors(factors), (req, res) => res.json({ ok: true }));
app.use((error, req, res, next) => res.status(500).json({ error: String(error) }));
const server = app.listen(0, "127.0.0.1", async () => {
  const base = "http://127.0.0.1:" + server.address().port;
  let cookie = "";
  const call = async (method, path, body) => {
    const headers = { accept: "application/json", cookie, ...(body === undefined ? {} : { "content-type": "application/json" }) };
    const answer = await fetch(base + path, { method, headers, body });
    cookie = answer.headers.getSetCookie().at(-1)?.split(";")[0] ?? cookie;
    return answer.status;
  };
  const statuses = [await call("POST", "/login"), await call("GET", "/chat")];
  statuses.push(await call("POST", "/sms_registration", JSON.stringify({ country_code: "TW", phone_number: "0912345678" })));
  statuses.push(await call("POST", "/sms_verification", "{"));
  const code = messages.code();
  statuses.push(await call("POST", "/sms_verification", JSON.stringify({ pin_number: code === "000000" ? "1".repeat(6) : "000000" })));
  statuses.push(await call("POST", "/sms_verification", JSON.stringify({ pin_number: code })), await call("GET", "/chat"));
  console.log(JSON.stringify(statuses));
  process.exit(0);
});
`;

const NAMES = "createFactors, requireFactors, sms, smsRegistration, smsVerification";
const HEADS = {
  ESM: `import express from "express";\nimport passport from "passport";\nimport session from "express-session";
import { ${NAMES} } from "passport-factors";\nimport { SmsStrategy } from "passport-factors/strategies";\nimport { outbox } from "passport-factors/testing";\n`,
  CommonJS: `const express = require("express"), passport = require("passport"), session = require("express-session");
const { ${NAMES} } = require("passport-factors");\nconst { SmsStrategy } = require("passport-factors/strategies");\nconst { outbox } = require("passport-factors/testing");\n`,
};

describe("the packed tarball", function () {
  this.timeout(60_000);
  let directory: string;
  let unpacked: string;

  before(async () => {
    directory = await mkdtemp(join(tmpdir(), "factors-pack-"));
    await run("npm", ["pack", "--ignore-scripts", "--silent", "--pack-destination", directory], { cwd: root });
    const [tarball] = await readdir(directory);
    await run("tar", ["-xzf", tarball as string], { cwd: directory });
    unpacked = join(directory, "package");
  });

  after(() => rm(directory, { recursive: true, force: true }));

  it("holds what users need and nothing else", async () => {
    const names = await readdir(unpacked);
    expect(names).to.have.members(["CHANGELOG.md", "LICENSE", "README.md", "SECURITY.md", "dist", "docs", "package.json"]);
  });

  for (const moduleSystem of ["CommonJS", "ESM"] as const) {
    for (const express of ["express4", "express"] as const) {
      it(`works in a ${moduleSystem} app on Express ${express === "express" ? 5 : 4}`, async () => {
        const app = await mkdtemp(join(directory, "consumer-"));
        await mkdir(join(app, "node_modules"));
        // Node follows links to the real place; a copy makes the package find its dependencies where a user's app would.
        await run("cp", ["-r", unpacked, join(app, "node_modules", "passport-factors")]);
        for (const name of await readdir(join(root, "node_modules"))) {
          if (name.startsWith(".") || name === "express4" || name === "express") continue;
          await symlink(join(root, "node_modules", name), join(app, "node_modules", name));
        }
        await symlink(join(root, "node_modules", express), join(app, "node_modules", "express"));
        const file = join(app, moduleSystem === "ESM" ? "app.mjs" : "app.cjs");
        await writeFile(`${file}.part`, HEADS[moduleSystem] + APP);
        await rename(`${file}.part`, file);
        const { stdout } = await run(process.execPath, [file], { cwd: app });
        expect(JSON.parse(stdout)).to.deep.equal([200, 401, 201, 400, 400, 200, 200]);
      });
    }
  }
});
