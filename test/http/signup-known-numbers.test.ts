import { expect } from "chai";
import { call, sms, whatsapp, type Transport } from "../../lib/index.ts";
import { USUAL_MS } from "../../lib/flows/codes/send-timing.ts";
import { ALICE, versions } from "../support/app.ts";
import { fakeTwilio, MANAGED_CODE } from "../support/fake-twilio.ts";
import { visitor } from "../support/visitor.ts";
import { E164, NUMBER, PROFILE, signupScene, TAKEN } from "../support/signup-scene.ts";

for (const express of versions) {
  describe(`sign-up by phone with a number that has an account, or a verifier of its own, on Express ${express}`, () => {
    const { make, begin, made } = signupScene(express);

    it("[T38] a number that has an account is answered alike, nobody is made, and its owner hears of it", async () => {
      const app = make();
      const taken = await visitor(app)
        .post("/phone_signup", { country_code: "TW", phone_number: "0912 345 678" })
        .expect(201);
      const fresh = await visitor(app).post("/phone_signup", NUMBER).expect(201);
      expect({ ...taken.body, phone_display: "", reference: "" }).to.deep.equal({
        ...fresh.body,
        phone_display: "",
        reference: "",
      });
      const { text, code } = app.outbox.last(ALICE);
      expect(text).to.include("has an account already").and.not.match(/\d{6}/);
      expect(code).to.equal("");
      const me = await begin(make(), "json", { country_code: "TW", phone_number: "0912 345 678" });
      await me.post("/phone_signup/verification", { pin_number: "123456", ...PROFILE }).expect(400);
      const same = await me.get("/phone_signup/challenge").expect(200);
      expect(same.body).to.include({ attempts_remaining: 4 });
      expect(made(app)).to.deep.equal([]);
    });

    it("[T41] a number that was taken meanwhile is told to who has proven it, and makes nobody", async () => {
      const app = make();
      const me = await begin(app);
      (app.users.get("nora") as { phone?: string }).phone = E164;
      const { body } = await me
        .post("/phone_signup/verification", { pin_number: app.outbox.code(E164), ...PROFILE })
        .expect(400);
      expect(body.code).to.equal("phone_taken");
      expect(made(app)).to.deep.equal([]);
      await me.get("/chat").expect(401);
    });

    it("[T40] a managed verifier makes and judges the code here too; owners of accounts get no code from it", async () => {
      const twilio = await fakeTwilio();
      const transport = twilio.transport({ verifyServiceSid: "VA1" });
      const app = make({ sms: { transport } });
      const me = await begin(app);
      await me.post("/phone_signup/verification", { pin_number: "111111", ...PROFILE }).expect(400);
      await me.post("/phone_signup/verification", { pin_number: MANAGED_CODE, ...PROFILE }).expect(201);
      const asked = twilio.got.length;
      const thief = await begin(app, "json", { country_code: "TW", phone_number: "0912 345 678" });
      expect(twilio.got).to.have.length(asked);
      await thief.post("/phone_signup/verification", { pin_number: MANAGED_CODE, ...PROFILE }).expect(400);
      await twilio.close();
    });

    for (const [channel, factor] of [
      ["call", call],
      ["whatsapp", whatsapp],
    ] as const)
      it(`[T38] by ${channel}, which carries nothing but codes, the owner of a number gets no code and no empty one`, async () => {
        const asked: string[] = [];
        const transport: Transport = {
          name: "recorder",
          async send({ to }) {
            asked.push(to);
            return { id: "M1", status: "queued" };
          },
        };
        const app = make({ factors: { factors: [factor({ transport }), sms({ transport })] } });
        const deliveries: unknown[] = [];
        for (const number of [NUMBER, TAKEN]) {
          const me = await begin(app, "json", number);
          deliveries.push((await me.get("/phone_signup/challenge").expect(200)).body.delivery);
        }
        expect(asked).to.deep.equal([E164]);
        expect(deliveries).to.deep.equal(["queued", "queued"]);
        expect(app.events.map(({ name, event }) => [name, event.reason])).to.deep.include([
          "phone_otp_send_suppressed",
          "phone_taken",
        ]);
      });

    it("[T38] with a managed verifier a number that has an account takes as long as any, at the send and at a wrong code", async () => {
      const transport: Transport = {
        name: "managed",
        send: async () => ({ id: "VE1", status: "queued", managed: true }),
        check: async () => "wrong",
      };
      const app = make({ sms: { transport, cooldownSeconds: [0] } });
      const me = visitor(app);
      const took = async (path: string, body: object, status: number) => {
        const start = performance.now();
        const answer = await me.post(path, body).expect(status);
        return { ms: performance.now() - start, body: answer.body as object };
      };
      const send = await took("/phone_signup", TAKEN, 201);
      expect((await me.get("/phone_signup/challenge")).body.delivery).to.equal("queued");
      const guess = await took("/phone_signup/verification", { pin_number: "123456", ...PROFILE }, 400);
      expect(guess.body).to.include({ code: "invalid_code", attempts_remaining: 4 });
      // What was not sent has not made the next one faster.
      const again = await took("/phone_signup/challenge", {}, 201);
      for (const { ms } of [send, guess, again]) expect(ms).to.be.at.least(USUAL_MS - 5);
    });
  });
}
