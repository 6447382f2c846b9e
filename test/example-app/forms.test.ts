import { expect } from "chai";
import { join, open, PASSWORD, signUp, type Setting } from "./harness.ts";

describe("example app: its forms", () => {
  let chat: Setting;
  beforeEach(async () => (chat = await open()));
  afterEach(() => chat.close());

  const good = { email: "ann@example.org", password: PASSWORD, nickname: "Ann" };
  const bad = {
    email: [
      "",
      "ann",
      "ann@",
      "@example.org",
      "ann@example",
      "a b@example.org",
      "ann@example.org\u0000",
      `${"a".repeat(250)}@example.org`,
      7,
      ["a"],
      { a: 1 },
      null,
    ],
    nickname: ["", "   ", "x".repeat(41), "a\nb", "a\u202eb", 7, {}],
    password: ["", "1234567", "x".repeat(201), 12345678, ["12345678"]],
  };
  for (const [name, values] of Object.entries(bad)) {
    it(`name the field ${name} when it is wrong, to programs and to people`, async () => {
      for (const value of values) {
        const { body } = await chat
          .agent()
          .post("/signup")
          .accept("json")
          .send({ ...good, [name]: value })
          .expect(400);
        expect(body).to.include({
          success: false,
          error: "Bad Request",
          code: `invalid_${name}`,
          field: name,
        });
        expect(body.message).to.be.a("string");
      }
      const page = await chat
        .agent()
        .post("/signup")
        .type("form")
        .send({ ...good, [name]: "" })
        .expect(422);
      expect(page.text)
        .to.match(new RegExp(`id="${name}"[^>]*aria-invalid="true"`))
        .and.include(`id="${name}-error"`);
      expect(page.text).to.not.include(PASSWORD);
    });
  }

  it("refuse an email that has an account, however it is spelled", async () => {
    await signUp(chat.agent());
    const { body } = await chat
      .agent()
      .post("/signup")
      .accept("json")
      .send({ ...good, email: "Ann@Example.ORG" })
      .expect(400);
    expect(body).to.include({ code: "email_taken", field: "email" });
    await chat
      .agent()
      .post("/signup")
      .type("form")
      .send(good)
      .expect(422, /already has an account/);
  });

  it("give one of two sign-ups of one email at the same moment", async () => {
    const answers = await Promise.all(
      [1, 2, 3].map(() => chat.agent().post("/signup").accept("json").send(good)),
    );
    expect(answers.map((each) => each.status)).to.have.members([201, 400, 400]);
  });

  it("[T13] answer alike to an unknown email and a wrong password", async () => {
    await signUp(chat.agent());
    const answers = [];
    for (const email of ["ann@example.org", "nobody@example.org"]) {
      answers.push(
        await chat
          .agent()
          .post("/login")
          .accept("json")
          .send({ email, password: "wrong password" })
          .expect(401),
      );
    }
    expect(answers[0]?.body).to.deep.equal(answers[1]?.body);
    expect(answers[0]?.headers["www-authenticate"]).to.be.a("string");
    await chat
      .agent()
      .post("/login")
      .type("form")
      .send({ email: "nobody@example.org", password: "x" })
      .expect(401, /Email or password is wrong/);
  });

  it("[T15] answer any body with 4xx", async () => {
    const bodies = [
      "{",
      "[]",
      "null",
      '"x"',
      "7",
      '{"__proto__":{"email":"a"}}',
      '{"email":{"$ne":1},"password":{"$ne":1}}',
    ];
    for (const path of ["/signup", "/login", "/logout", "/sms_auth_term", "/chat/messages"]) {
      for (const body of bodies) {
        const { status } = await chat.agent().post(path).accept("json").type("json").send(body);
        expect(status, `${path} ${body}`).to.be.below(500);
        if (path !== "/logout") expect(status, `${path} ${body}`).to.be.within(400, 499);
      }
    }
    await chat
      .agent()
      .post("/login")
      .type("json")
      .send(`{"email":"${"x".repeat(20_000)}"}`)
      .expect(413);
    expect(chat.errors).to.deep.equal([]);
  });

  it("stop a guesser of passwords, and nobody else", async () => {
    await signUp(chat.agent());
    const login = (email: string, password: string) =>
      chat.agent().post("/login").accept("json").send({ email, password });
    const answers = [];
    for (let i = 0; i < 21; i++) answers.push((await login("ann@example.org", "wrong password")).status);
    expect(answers.slice(0, 20)).to.deep.equal(Array(20).fill(401));
    const { body, headers } = await login("ann@example.org", PASSWORD).expect(429);
    expect(body.code).to.equal("too_many_requests");
    expect(Number(headers["retry-after"])).to.be.within(1, 900);
    await login("bob@example.org", "wrong password").expect(401);
  });

  it("[T50] refuse other origins", async () => {
    const ann = chat.agent();
    await join(chat, ann);
    for (const path of ["/signup", "/login", "/logout", "/sms_auth_term", "/chat/messages"]) {
      const { body } = await ann
        .post(path)
        .accept("json")
        .set("Sec-Fetch-Site", "cross-site")
        .send({ text: "x" })
        .expect(403);
      expect(body.code).to.equal("cross_origin");
      await ann.post(path).set("Origin", "https://evil.example").expect(403);
    }
    await ann.get("/me").expect(200);
  });

  it("answer 404 without a session, and show no machinery", async () => {
    const { headers } = await chat
      .agent()
      .get("/nothing")
      .accept("html")
      .expect(404, /nothing here/i);
    expect(headers).to.not.have.property("x-powered-by");
    expect(headers).to.not.have.property("set-cookie");
    expect(headers["content-security-policy"]).to.include("default-src 'self'");
    await chat.agent().get("/%E0%A4%A").accept("json").expect(404);
  });
});
