import { expect } from "chai";
import { E164, join, open, PASSWORD, PHONE, signUp, type Setting } from "./harness.ts";

describe("example app: the journey", () => {
  let chat: Setting;
  beforeEach(async () => (chat = await open()));
  afterEach(() => chat.close());

  it("leads a new person from sign-up over terms, phone and code into the room", async () => {
    const ann = chat.agent();
    const landing = await ann.get("/").expect(200);
    expect(landing.text).to.include('href="/signup"');
    await ann
      .post("/signup")
      .type("form")
      .send({ email: "ann@example.org", password: PASSWORD, nickname: "Ann" })
      .expect(303)
      .expect("Location", "/sms_auth_term");
    await ann.get("/sms_auth_term").expect(200, /Accept/);
    await ann.post("/sms_auth_term").expect(303).expect("Location", "/sms_registration/new");
    await ann.get("/sms_registration/new").expect(200);
    await ann
      .post("/sms_registration")
      .type("form")
      .send(PHONE)
      .expect(303)
      .expect("Location", "/sms_verification/new");
    await ann.get("/sms_verification/new").expect(200, /0123/);
    const { body: before } = await ann.get("/me").expect(200);
    expect(before).to.deep.equal({
      email: "ann@example.org",
      nickname: "Ann",
      active: false,
      sms_auth: false,
      phone_display: null,
      amr: ["pwd"],
    });
    await ann
      .post("/sms_verification")
      .type("form")
      .send({ pin_number: chat.messages.code(E164) })
      .expect(303)
      .expect("Location", "/backup_codes/new");
    await ann.get("/backup_codes/new").expect(200, /Create backup codes/);
    await ann.post("/backup_codes/continue").expect(303).expect("Location", "/chat");
    await ann.get("/chat").expect(200, /The room/);
    const { body: after } = await ann.get("/me").expect(200);
    expect(after).to.deep.include({
      active: true,
      sms_auth: true,
      phone_display: "***-***-0123",
      amr: ["pwd", "sms", "mfa"],
    });
    expect(chat.errors).to.deep.equal([]);
  });

  it("asks for a code again at the next login, and brings back to where one wanted to go", async () => {
    await join(chat, chat.agent());
    const ann = chat.agent();
    await ann.get("/chat?from=mail").accept("html").expect(303).expect("Location", "/login");
    chat.messages.clear();
    await ann
      .post("/login")
      .type("form")
      .send({ email: "ANN@example.org", password: PASSWORD })
      .expect(303)
      .expect("Location", "/sms_verification/new");
    expect(chat.messages.messages).to.have.length(1);
    await ann.get("/chat").accept("html").expect(303).expect("Location", "/sms_verification/new");
    await ann
      .post("/sms_verification")
      .type("form")
      .send({ pin_number: chat.messages.code() })
      .expect(303)
      .expect("Location", "/chat");
  });

  it("brings back with the query of the page that was asked for", async () => {
    await join(chat, chat.agent());
    const ann = chat.agent();
    await ann.get("/chat?from=mail").accept("html");
    await ann.post("/login").type("form").send({ email: "ann@example.org", password: PASSWORD }).expect(303);
    await ann
      .post("/sms_verification")
      .type("form")
      .send({ pin_number: chat.messages.code() })
      .expect(303)
      .expect("Location", "/chat?from=mail");
  });

  it("[T26] keeps a half-authenticated session out of the room, its stream and its door for messages", async () => {
    await join(chat, chat.agent());
    const ann = chat.agent();
    await ann
      .post("/login")
      .accept("json")
      .send({ email: "ann@example.org", password: PASSWORD })
      .expect(200, { success: true, next: "/sms_verification/new" });
    for (const path of ["/chat", "/chat/stream"]) {
      const { body } = await ann.get(path).accept("json").expect(401);
      expect(body.code).to.equal("factor_required");
    }
    await ann.get("/chat/stream").accept("text/event-stream").expect(401);
    await ann.post("/chat/messages").accept("json").send({ text: "hi" }).expect(401);
  });

  it("[I7][T24] gives a new session id at the password and again at the code; the old ones are dead", async () => {
    await join(chat, chat.agent());
    const ann = chat.agent();
    const sid = (header: unknown) => String(header).match(/chat\.sid=[^;]+/)?.[0];
    const first = await ann
      .post("/login")
      .accept("json")
      .send({ email: "ann@example.org", password: PASSWORD })
      .expect(200);
    const second = await ann
      .post("/sms_verification")
      .accept("json")
      .send({ pin_number: chat.messages.code() })
      .expect(200);
    const [half, whole] = [sid(first.headers["set-cookie"]), sid(second.headers["set-cookie"])];
    expect(half).to.be.a("string").and.not.equal(whole);
    expect(String(first.headers["set-cookie"]))
      .to.match(/HttpOnly/)
      .and.match(/SameSite=Lax/);
    await chat
      .agent()
      .get("/me")
      .set("Cookie", half as string)
      .expect(401);
    await ann.post("/logout").accept("json").expect(200, { success: true, next: "/" });
    await chat
      .agent()
      .get("/me")
      .set("Cookie", whole as string)
      .expect(401);
    await ann.get("/me").expect(401);
  });

  it("lets a login go on when a code cannot be sent yet", async () => {
    await join(chat, chat.agent());
    const login = () =>
      chat.agent().post("/login").accept("json").send({ email: "ann@example.org", password: PASSWORD });
    chat.messages.clear();
    await login().expect(200);
    await login().expect(200, { success: true, next: "/sms_verification/new" });
    expect(chat.messages.messages).to.have.length(1);
  });

  it("[V7.6.2][T47] sends nothing and signs nobody in on a GET", async () => {
    const ann = chat.agent();
    await join(chat, ann);
    await ann.post("/logout");
    chat.messages.clear();
    for (const path of [
      "/login",
      "/signup",
      "/sms_auth_term",
      "/sms_verification/new",
      "/sms_registration/new",
      "/chat",
      "/",
    ])
      await ann.get(path);
    expect(chat.messages.messages).to.have.length(0);
    await ann.get("/me").expect(401);
  });

  it("gives a number to one account only", async () => {
    await join(chat, chat.agent());
    const bob = chat.agent();
    await signUp(bob, "bob@example.org", "Bob");
    const { body } = await bob.post("/sms_registration").accept("json").send(PHONE).expect(400);
    expect(body.code).to.equal("phone_taken");
  });

  it("[T39] shows page 500 when the code of a login cannot be delivered, and the way to try again", async () => {
    await join(chat, chat.agent());
    const ann = chat.agent();
    chat.messages.failWith(new Error("no carrier"));
    const answer = await ann
      .post("/login")
      .type("form")
      .send({ email: "ann@example.org", password: PASSWORD })
      .expect(500);
    expect(answer.text).to.include("/sms_verification/new").and.not.include("no carrier");
    expect(chat.errors).to.have.length.above(0);
    chat.messages.failWith(undefined);
    await ann.get("/sms_verification/new").expect(200);
  });
});
