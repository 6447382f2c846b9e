import { once } from "node:events";
import type { AddressInfo, Server } from "node:net";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import express, { type Express } from "express";
import session from "express-session";
import passport from "passport";
import request from "supertest";
import { chat } from "../../docs/examples/chat.ts";
import { hardwareToken } from "../../docs/examples/hardware-token.ts";
import { mountOwn } from "../../docs/examples/own-factors.ts";

const root = join(import.meta.dirname, "../..");
const SECRET = "FACTORS_SECRET";

describe("docs/own-factor.md", () => {
  let service: Server;
  let app: Express;
  const asked: string[] = [];
  const messages: { to: string; text: string }[] = [];

  before(async () => {
    const tokens = express().use(express.json());
    tokens.post("/", (req, res) => {
      asked.push(req.body.serial as string);
      res.json({ right: /^(\d)\1{7}$/.test(req.body.digits as string) });
    });
    service = tokens.listen(0, "127.0.0.1");
    await once(service, "listening");
    const url = `http://127.0.0.1:${(service.address() as AddressInfo).port}/`;
    const serialOf = async (account: string) => (account === "ada" ? "A-4477" : undefined);
    const authenticator = new passport.Passport();
    authenticator.serializeUser((user, done) => done(null, (user as { id: string }).id));
    authenticator.deserializeUser((id: string, done) => done(null, { id }));
    app = express();
    app.use(session({ secret: "for trying only", resave: false, saveUninitialized: false }));
    app.use(authenticator.session());
    app.post("/login/:id", (req, res, next) => {
      req.logIn({ id: req.params.id } as Express.User, (error) => (error ? next(error) : res.json({})));
    });
    const before = process.env[SECRET];
    process.env[SECRET] = "s".repeat(32);
    mountOwn(app, authenticator, {
      accounts: { id: (user) => (user as { id: string }).id },
      token: hardwareToken({ url, serialOf }),
      chat: chat(async (to, text) => ({ id: String(messages.push({ to, text })) })),
    });
    if (before === undefined) delete process.env[SECRET];
    else process.env[SECRET] = before;
  });
  after(() => service.close());

  const signedIn = async (id = "ada") => {
    const agent = request.agent(app);
    await agent.post(`/login/${id}`).expect(200);
    const post = (path: string, body: object = {}) => agent.post(path).accept("json").send(body);
    return { post, security: async () => (await agent.get("/security").accept("json").expect(200)).body };
  };
  const lastCode = () => /\d{8}/.exec(messages.at(-1)?.text ?? "")?.[0];

  it("quotes its examples to the letter", () => {
    const page = readFileSync(join(root, "docs/own-factor.md"), "utf8");
    for (const file of ["hardware-token.ts", "chat.ts", "own-factors.ts"])
      expect(page).to.include(readFileSync(join(root, "docs/examples", file), "utf8"));
  });

  it("has a token that is put on file, proven with and taken off, by its owner alone", async () => {
    const me = await signedIn();
    expect((await me.security()).can_add.map(({ factor }: { factor: string }) => factor)).to.deep.equal([
      "hardware-token",
      "chat",
    ]);
    await me.post("/security/hardware-token").expect(201);
    await me.post("/security/hardware-token/confirm", { code: "12345678" }).expect(400);
    await me.post("/security/hardware-token/confirm", { code: "11111111" }).expect(200);
    const [line] = (await me.security()).factors;
    expect(line).to.include({ factor: "hardware-token", id: "hardware-token", display: "…77" });
    const again = await signedIn();
    const type = (hardware_token: string) => again.post("/hardware_token_verification", { hardware_token });
    await type("11111111").expect(400);
    await type("22222222").expect(200);
    expect(new Set(asked)).to.deep.equal(new Set(["A-4477"]));
    await again.post("/security/hardware-token").expect(201);
    await again.post("/security/hardware-token/confirm", { code: "33333333" }).expect(200);
    await again.post("/security/hardware-token/remove", { id: "hardware-token" }).expect(200);
    expect((await again.security()).factors).to.deep.equal([]);
    const none = await (await signedIn("bob")).post("/security/hardware-token").expect(400);
    expect(none.body.code).to.equal("not_enrolled");
  });

  it("has handles that come on file at /security and by a route of the app's, and go", async () => {
    const me = await signedIn("cleo");
    const sent = await me.post("/security/chat", { handle: "lovelace" }).expect(201);
    expect(sent.body.display).to.equal("@l***");
    await me.post("/security/chat/confirm", { code: lastCode() }).expect(200);
    const wrong = await me.post("/handle", { handle: "No Handle" }).expect(400);
    expect(wrong.body).to.include({ code: "invalid_request", field: "handle" });
    await me.post("/handle", { handle: "countess" }).expect(201);
    await me.post("/chat_verification", { chat: lastCode() }).expect(200);
    const full = await me.post("/security/chat", { handle: "third" }).expect(400);
    expect(full.body).to.include({ code: "invalid_request", field: "factor" });
    const other = await signedIn("dan");
    await other.post("/security/chat", { handle: "countess" }).expect(201);
    const taken = await other.post("/security/chat/confirm", { code: lastCode() }).expect(400);
    expect(taken.body.code).to.equal("address_taken");
    const { factors } = await me.security();
    expect(factors.map(({ display }: { display: string }) => display)).to.deep.equal(["@l***", "@c***"]);
    await me.post("/security/chat/remove", { id: factors[0].id }).expect(200);
    const left = (await me.security()).factors as { id: string }[];
    expect(left.map(({ id }) => id)).to.deep.equal([factors[1].id]);
  });
});
