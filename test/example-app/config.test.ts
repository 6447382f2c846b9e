import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { ConfigError, loadConfig } from "../../example-app/config.ts";
import { config } from "./harness.ts";
import { createApp } from "../../example-app/app.ts";
import request from "supertest";

describe("example app: its settings", () => {
  let dataDirectory: string;
  let notices: string[];
  const load = (env: Record<string, string>) =>
    loadConfig(env, { dataDirectory, notice: (line) => notices.push(line) });
  beforeEach(() => {
    dataDirectory = mkdtempSync(join(tmpdir(), "chat-"));
    notices = [];
  });
  afterEach(() => rmSync(dataDirectory, { recursive: true }));

  it("need nothing in development: secrets are made up, with a notice, and kept", () => {
    const first = load({});
    expect(first).to.include({ host: "127.0.0.1", port: 3000, trustProxy: false });
    expect(first.publicUrl.href).to.equal("http://localhost:3000/");
    expect(notices.join()).to.include("FACTORS_SECRET").and.include("SESSION_SECRET");
    expect(load({}).factorsSecret).to.deep.equal(first.factorsSecret);
    expect(first.factorsSecret).to.not.deep.equal(first.sessionSecret);
    expect(statSync(join(dataDirectory, "development-secrets.json")).mode & 0o077).to.equal(0);
  });

  it("refuse a missing secret in production with one line that names it", () => {
    expect(() => load({ NODE_ENV: "production" })).to.throw(
      ConfigError,
      /^FACTORS_SECRET is required in production.*$/,
    );
    expect(() => load({ NODE_ENV: "production", FACTORS_SECRET: "f".repeat(32) })).to.throw(
      ConfigError,
      /^SESSION_SECRET/,
    );
  });

  it("name the variable that is wrong", () => {
    const wrong = {
      PORT: "x",
      PUBLIC_URL: "chat.example",
      REDIS_URL: "http://x",
      DATABASE_URL: "chat.db",
      FACTORS_SECRET: "short",
      OAUTH_CLIENT_ID: "x",
      FIDO2_MODE: "always",
      RECOVERY_REVEAL: "all",
      RECOVERY_HOLD_HOURS: "73",
    };
    for (const [name, value] of Object.entries(wrong))
      expect(() => load({ [name]: value })).to.throw(ConfigError, name.slice(0, 5));
  });

  it("say how accounts are recovered", () => {
    expect(load({})).not.to.have.any.keys("fido2Mode", "recoveryReveal", "recoveryHoldHours");
    expect(
      load({ FIDO2_MODE: "exclusive", RECOVERY_REVEAL: "mailed", RECOVERY_HOLD_HOURS: "24" }),
    ).to.include({ fido2Mode: "exclusive", recoveryReveal: "mailed", recoveryHoldHours: 24 });
  });

  it("keep a password to themselves that stands in a mistyped URL", () => {
    for (const name of ["PUBLIC_URL", "REDIS_URL", "DATABASE_URL"])
      for (const value of ["redsi://:hunter2@cache.example", ":hunter2@cache.example:port"])
        expect(() => load({ [name]: value })).to.throw(ConfigError, new RegExp(`^${name}(?!.*hunter2)`));
  });

  it("puts numbers into the vault only where it is told to, and there is a Redis", () => {
    expect(load({}).phoneVault).to.equal(false);
    expect(load({ PHONE_VAULT: "true", REDIS_URL: "redis://x" }).phoneVault).to.equal(true);
    expect(() => load({ PHONE_VAULT: "true" })).to.throw(ConfigError, /REDIS_URL/);
    expect(() => load({ PHONE_VAULT: "yes" })).to.throw(ConfigError, /PHONE_VAULT/);
  });

  it("read the clients of the REST API, each with any number of secrets", () => {
    const clients = load({ SMS_API_CLIENTS: "acme:web:one, acme:ios:two ,acme:web:three" }).smsApiClients;
    expect(clients).to.deep.equal([
      { tenant_id: "acme", client_id: "web", secrets: ["one", "three"] },
      { tenant_id: "acme", client_id: "ios", secrets: ["two"] },
    ]);
    expect(load({}).smsApiClients).to.equal(undefined);
    expect(() => load({ SMS_API_CLIENTS: "acme:hunter2" })).to.throw(
      ConfigError,
      /^SMS_API_CLIENTS(?!.*hunter2)/,
    );
  });

  it("take several secrets, the newest first, and proxies in every spelling of Express", () => {
    const secrets = `${"a".repeat(32)}, ${"b".repeat(32)}`;
    expect(load({ FACTORS_SECRET: secrets }).factorsSecret).to.deep.equal(["a".repeat(32), "b".repeat(32)]);
    expect(
      [load({ TRUST_PROXY: "1" }), load({ TRUST_PROXY: "true" }), load({ TRUST_PROXY: "loopback" })].map(
        (each) => each.trustProxy,
      ),
    ).to.deep.equal([1, true, "loopback"]);
  });

  it("[I2][I3] make the cookie secure, and bound to the host, where people come over https", async () => {
    const { app, close } = await createApp({
      config: config({ publicUrl: new URL("https://chat.example"), trustProxy: 1 }),
      onError: () => {},
    });
    const { headers } = await request(app)
      .post("/signup")
      .set("X-Forwarded-Proto", "https")
      .send({ email: "a@b.example", password: "12345678", nickname: "A" })
      .expect(201);
    expect(String(headers["set-cookie"]))
      .to.match(/^__Host-chat\.sid=s%3A[\w-]{22,}\./)
      .and.match(/HttpOnly/)
      .and.match(/SameSite=Lax/)
      .and.match(/Secure/)
      .and.match(/Path=\//)
      .and.not.match(/Domain/);
    await close();
  });
});
