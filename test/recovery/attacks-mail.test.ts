import { expect } from "chai";
import { email, smtpTransport, type Accounts } from "../../lib/index.ts";
import type { User } from "../support/app.ts";
import { mailServer, type MailServer } from "../support/mail-server.ts";
import {
  PASSWORD,
  putTotp,
  recoveryApp,
  STEP,
  walker,
  type RecoveryApp,
  type RecoveryAppOptions,
} from "../support/recovery-scene.ts";
import { visitor } from "../support/visitor.ts";

const STORED = "kim@example.net";
const MINUTE = 60_000;

describe("an attacker of the mails of a recovery", () => {
  let server: MailServer;
  before(async () => void (server = await mailServer()));
  after(() => server.close());
  beforeEach(() => void (server.mails.length = 0));

  /** `find` is as generous as an app's may be. */
  function make(find: Accounts<User>["find"], options: RecoveryAppOptions = {}): RecoveryApp {
    const emails: Accounts<User>["emails"] = ({ id }) => (id === "alice" ? [STORED] : []);
    const transport = smtpTransport({ url: server.url, from: "no-reply@chat.example" });
    return recoveryApp({
      more: [email({ transport })],
      ...options,
      recovery: { factors: ["email"], ...options.recovery },
      factors: { accounts: { emails, ...(find === undefined ? {} : { find }) } as Accounts<User> },
    });
  }

  const ALICE: User = { id: "alice" };
  const code = () => /\b\d{6}\b/.exec(server.mails.at(-1)?.parsed.text ?? "")?.[0] ?? "";

  async function asksByMail(app: RecoveryApp, identifier: string): Promise<string[][]> {
    const before = server.mails.length;
    const walk = walker(app);
    await walk.start(identifier);
    await walk.step("yes");
    walk.is("entry", "email");
    app.clock.advance(15 * MINUTE);
    return server.mails.slice(before).map(({ to }) => to);
  }

  it("[R33][M2] gets no mail by an identifier that names another address beside the one on file", async () => {
    const app = make(async (typed) => (typed.includes(STORED) ? ALICE : undefined));
    for (const identifier of [
      `${STORED}, evil@x.test`,
      `x:${STORED},evil@x.test;`,
      `"${STORED}" <evil@x.test>`,
      `${STORED} evil@x.test`,
    ])
      expect(await asksByMail(app, identifier), identifier).to.deep.equal([[STORED]]);
    for (const identifier of [`${STORED}\r\nBcc: evil@x.test`, [STORED, "evil@x.test"]]) {
      const { body } = await visitor(app).post("/recovery", { identifier }).expect(400);
      expect(body.field).to.equal("identifier");
    }
    expect(server.mails.map(({ source }) => source).join()).not.to.include("evil");
  });

  it("[R34] gets no mail at an address that only looks like the one on file", async () => {
    const folded = (typed: string) =>
      typed.normalize("NFKC").toUpperCase().toLowerCase().replace(/\+.*@/, "@");
    const app = make(async (typed) => (folded(typed) === STORED ? ALICE : undefined));
    const lookalikes = [
      "\u212Aim@example.net",
      "k\u0131m@example.net",
      "kim+evil@example.net",
      "ＫＩＭ@example.net",
    ];
    for (const identifier of lookalikes)
      expect(await asksByMail(app, identifier), identifier).to.deep.equal([[STORED]]);
    for (const identifier of ["kim@e\u00DFample.net", "kim@example\uFB01.net", "kirn@example.net"])
      expect(await asksByMail(app, identifier), identifier).to.deep.equal([]);
  });

  it("[R19] who reads the owner's mail binds no app of their own, by the reset or by the login behind it", async () => {
    const now = make(undefined);
    await putTotp(now, "alice");
    const strict = walker(now);
    await strict.start();
    await strict.step("yes");
    await strict.respond(code());
    expect(strict.view.state).not.to.equal("reset");
    await strict.password(PASSWORD, 409);

    const app = make(undefined, { recovery: { secondProof: "at-login" } });
    const secret = await putTotp(app, "alice");
    const walk = walker(app);
    await walk.start();
    await walk.step("yes");
    await walk.respond(code());
    await walk.password(PASSWORD);
    const thief = visitor(app);
    await thief.logIn("alice");
    for (const path of ["/security/totp", "/security/totp/remove", "/security/email"]) {
      const { status, body } = await thief.post(path, { id: "1", address: "evil@x.test" });
      expect([path, status, body.code]).to.deep.equal([path, 401, "factor_required"]);
    }
    app.clock.advance(STEP);
    const owner = visitor(app);
    await owner.logIn("alice");
    await owner.post("/totp_verification", { code: app.codeOf(secret) }).expect(200);
  });

  it("[R31][T48] leads nobody to another site, whatever is said about where to return", async () => {
    const app = make(undefined);
    const evil = "https://evil.example/";
    const more = { returnTo: evil, return_to: evil, next: evil, redirect: evil, url: evil };
    const query = `?${new URLSearchParams(more)}`;
    const me = visitor(app, "html");
    const { text } = await me.get(`/recovery${query}`).expect(200);
    expect(text).not.to.include("evil.example");
    const begun = await me.post(`/recovery${query}`, { identifier: "alice", ...more }).expect(303);
    expect(begun.headers["location"]).to.equal("/recovery");
    const asked = await me.post(`/recovery/step${query}`, { gen: 1, input: "yes", ...more }).expect(303);
    expect(asked.headers["location"]).to.equal("/recovery");
    const page = await me.get("/recovery").expect(200);
    const gen = /name="gen" value="(\d+)"/.exec(page.text)?.[1];
    await me.post(`/recovery/step${query}`, { gen, input: "respond", response: code(), ...more }).expect(303);
    const reset = await me.get(`/recovery${query}`).expect(200);
    const permit = /name="gen" value="(\d+)"/.exec(reset.text)?.[1];
    const done = await me
      .post(`/recovery/password${query}`, { gen: permit, password: PASSWORD, ...more })
      .expect(303);
    expect(done.headers["location"]).to.equal("/recovery");
    const { text: last } = await me.get(`/recovery${query}`).expect(200);
    expect(last).to.include("Your password is changed").and.not.include("evil.example");
    expect(last).to.include('href="/login"');
  });
});
