import { expect } from "chai";
import { backupCodes, signup, totp } from "../../lib/index.ts";
import { makeApp, versions } from "../support/app.ts";
import { passed, visitor, wrong } from "../support/visitor.ts";

for (const express of versions) {
  describe(`[T77] the address at which a refused form stands, on Express ${express}`, () => {
    const make = () =>
      makeApp({
        express,
        more: [backupCodes(), totp()],
        routes: (on, { factors }) => void on.use("/phone_signup", signup(factors)),
      });

    it("leads a browser to the form, and tells a program what may be done there", async () => {
      const app = make();
      const alice = visitor(app, "html");
      await alice.logIn("alice");
      for (const [path, form] of [
        ["/sms_registration", "/sms_registration/new"],
        ["/sms_verification", "/sms_verification/new"],
        ["/sms_verification/challenge", "/sms_verification/new"],
        ["/sms_verification/start_over", "/sms_verification/new"],
        ["/totp_verification", "/totp_verification/new"],
        ["/phone_signup", "/phone_signup/new"],
        ["/phone_signup/verification", "/phone_signup/verification/new"],
      ] as const)
        await alice.get(path).expect(303).expect("Location", form);
      await alice
        .get("/second_factor")
        .expect(200)
        .expect("Content-Type", /^text\/html/);
      const program = visitor(app);
      await program.logIn("alice");
      await program.get("/sms_verification").expect(405).expect("Allow", "POST");
    });

    it("spends no guess when it is opened anew", async () => {
      const app = make();
      const alice = visitor(app, "html");
      await alice.logIn("alice");
      await alice.send().expect(303);
      const refused = await alice.verify(wrong(app.outbox.code())).expect(422);
      expect(refused.text).to.include("Attempts left: 4");
      for (let i = 0; i < 5; i++) await alice.get("/sms_verification").expect(303);
      const again = await alice.verify(wrong(app.outbox.code(), 2)).expect(422);
      expect(again.text).to.include("Attempts left: 3");
    });

    it("makes no second set of backup codes when the page of the first is loaded again", async () => {
      const app = make();
      const me = await passed(app);
      const { body } = await me.post("/backup_codes").expect(201);
      await me.agent.get("/backup_codes").set("Accept", "text/html").expect(200);
      expect((await me.get("/backup_codes").expect(200)).body.remaining).to.equal(10);
      const other = visitor(app);
      await other.logIn("alice");
      await other.post("/backup_code_verification", { backup_code: body.codes[0] }).expect(200);
    });
  });
}
