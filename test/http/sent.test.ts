import { expect } from "chai";
import { memoryStore } from "../../lib/index.ts";
import { makeApp } from "../support/app.ts";
import { visitor } from "../support/visitor.ts";

describe("a message that went out", () => {
  it("says so, where the provider tells no more", async () => {
    for (const receipt of [{ status: "sent" }, { id: "1", status: "sent" }]) {
      const app = makeApp({ sms: { transport: { name: "plain", send: async () => receipt as never } } });
      const me = visitor(app);
      await me.logIn("alice");
      expect((await me.send().expect(201)).body).to.include({ success: true });
      expect((await me.get("/sms_verification/challenge").expect(200)).body.delivery).to.equal("sent");
      const names = app.events.map(({ name }) => name);
      expect(names).to.include("phone_otp_send_delivery_completed");
      expect(names).not.to.include("phone_otp_send_suppressed");
    }
  });

  it("says so also where what the provider said of it cannot be kept, and its code passes", async () => {
    const store = memoryStore();
    let amends = 0;
    store.amend = async () => {
      amends += 1;
      throw new Error("the store is away");
    };
    const sent: string[] = [];
    const app = makeApp({
      store,
      sms: {
        transport: {
          name: "telling",
          async send({ code }) {
            sent.push(code);
            return { id: "m1", status: "queued" };
          },
        },
      },
    });
    const me = visitor(app);
    await me.logIn("alice");
    expect((await me.send().expect(201)).body).to.include({ success: true });
    expect([sent.length, amends]).to.deep.equal([1, 1]);
    expect(app.told.map((error) => (error as Error).message).join()).to.include("the store is away");
    const names = app.events.map(({ name }) => name);
    expect(names).to.include("phone_otp_send_delivery_completed");
    await me.verify(sent[0]).expect(200);
    await me.get("/chat").expect(200);
  });
});
