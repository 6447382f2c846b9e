import { makeApp } from "../support/app.ts";
import { visitor } from "../support/visitor.ts";

describe("[T64] who ends the other sessions on a remembered device", () => {
  it("goes on, and the others do not", async () => {
    const app = makeApp({
      factors: { rememberDevice: { days: 30 } },
      routes(on, { factors }) {
        on.post("/end_others", (req, res, next) => {
          factors.endOtherSessions(req).then(() => res.json({}), next);
        });
      },
    });
    const me = visitor(app);
    await me.logIn("alice");
    await me.send().expect(201);
    await me.post("/sms_verification", { pin_number: app.outbox.code(), remember_device: "1" }).expect(200);
    app.clock.advance(60_000);
    const other = visitor(app);
    await other.logIn("alice");
    await other.send().expect(201);
    await other.verify(app.outbox.code()).expect(200);
    // A new session, in which nothing but the device stands for the second factor.
    await me.post("/logout").expect(200);
    await me.logIn("alice").expect(({ body }) => void (body.trusted === true));
    await me.get("/chat").expect(200);
    await me.post("/end_others").expect(200);
    await me.get("/chat").expect(200);
    await other.get("/chat").expect(401);
  });
});
