import { expect } from "chai";
import { E164, join, open, PASSWORD, PHONE, type Setting } from "./harness.ts";

const ANN = { email: "ann@example.org", nickname: "Ann", password: PASSWORD };

describe("example app: sign-up by phone", () => {
  let chat: Setting;
  beforeEach(async () => (chat = await open()));
  afterEach(() => chat.close());

  it("leads from a number over its code into the room, and the next login asks for both factors", async () => {
    const ann = chat.agent();
    await ann.get("/signup").expect(200, /phone_signup/);
    await ann.get("/phone_signup/new").expect(200, /Sign up with your phone/);
    await ann.post("/phone_signup").type("form").send(PHONE).expect(303);
    await ann.get("/phone_signup/verification/new").expect(200, /Nickname/);
    const pin_number = chat.messages.code(E164);
    await ann
      .post("/phone_signup/verification")
      .type("form")
      .send({ pin_number, ...ANN })
      .expect(303)
      .expect("Location", "/chat");
    await ann.get("/chat").expect(200, /The room/);
    const { body } = await ann.get("/me").expect(200);
    expect(body).to.deep.include({
      email: ANN.email,
      active: true,
      sms_auth: true,
      phone_display: "***-***-0123",
    });
    const again = chat.agent();
    await again.post("/login").type("form").send(ANN).expect(303).expect("Location", "/sms_verification/new");
    await again
      .post("/sms_verification")
      .type("form")
      .send({ pin_number: chat.messages.code(E164) })
      .expect(303);
    await again.get("/chat").expect(200);
    expect(chat.errors).to.deep.equal([]);
  });

  it("makes no second account for a number or an email", async () => {
    await join(chat, chat.agent());
    const bob = chat.agent();
    await bob.post("/phone_signup").accept("json").send(PHONE).expect(201);
    expect(chat.messages.last(E164).text).to.include("has an account already");
    const number = { country_code: "TW", phone_number: "0978 000 111" };
    await bob.post("/phone_signup").accept("json").send(number).expect(201);
    const answer = { pin_number: chat.messages.code("+886978000111"), ...ANN };
    const { body } = await bob.post("/phone_signup/verification").accept("json").send(answer).expect(400);
    expect(body.field).to.equal("email");
    await bob
      .post("/phone_signup/verification")
      .accept("json")
      .send({ ...answer, email: "bob@example.org" })
      .expect(201);
  });
});
