import { expect } from "chai";
import { join, open, PASSWORD, type Setting } from "./harness.ts";

const ANN = { email: "ann@example.org", password: PASSWORD };

describe("example app: remembered devices, and a recent proof for one route", () => {
  let chat: Setting;
  afterEach(() => chat.close());

  it("a remembered device goes from the password to the room; another one is asked", async () => {
    chat = await open({ rememberDays: 30 });
    await join(chat, chat.agent());
    const ann = chat.agent();
    await ann.post("/login").type("form").send(ANN).expect(303).expect("Location", "/sms_verification/new");
    const { text } = await ann.get("/sms_verification/new").expect(200);
    expect(text).to.include("Remember this device for 30 days");
    await ann
      .post("/sms_verification")
      .type("form")
      .send({ pin_number: chat.messages.code(), remember_device: "1" })
      .expect(303);
    await ann.post("/logout").expect(303);
    chat.messages.clear();
    await ann.post("/login").type("form").send(ANN).expect(303).expect("Location", "/chat");
    await ann.get("/chat").expect(200, /Devices/);
    expect(chat.messages.messages).to.deep.equal([]);
    await ann.get("/phone/change").accept("html").expect(303).expect("Location", "/sms_verification/new");
    await chat
      .agent()
      .post("/login")
      .type("form")
      .send(ANN)
      .expect(303)
      .expect("Location", "/sms_verification/new");
  });

  it("[V7.3.2] changing the phone asks for a code of the last five minutes, and comes back", async () => {
    chat = await open();
    const ann = chat.agent();
    await join(chat, ann);
    await ann.get("/chat").expect(200, /Change phone/);
    await ann.get("/phone/change").accept("html").expect(303).expect("Location", "/sms_registration/new");
    chat.clock.advance(300_000);
    await ann.get("/phone/change").accept("html").expect(303).expect("Location", "/sms_verification/new");
    await ann.post("/sms_verification/challenge").accept("html").expect(303);
    await ann
      .post("/sms_verification")
      .type("form")
      .send({ pin_number: chat.messages.code() })
      .expect(303)
      .expect("Location", "/phone/change");
  });

  it("is off unless it is asked for", async () => {
    chat = await open();
    const ann = chat.agent();
    await join(chat, ann);
    await ann.get("/trusted_devices").accept("json").expect(404);
  });
});
