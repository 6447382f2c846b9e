import { expect } from "chai";
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
});
