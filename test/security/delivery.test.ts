import { expect } from "chai";
import type { Transport } from "../../lib/index.ts";
import { isFactorError } from "../../lib/index.ts";
import { ALICE, makeApp, versions } from "../support/app.ts";
import { visitor } from "../support/visitor.ts";

const REFUSED = new Error("provider 30007: carrier violation, SID SM123");

for (const express of versions) {
  describe(`delivery that fails, on Express ${express}`, () => {
    it("[D5] [T39] strict: 500 delivery_failed, the code is gone, the cooldown lifted, no guess spent, onError told once", async () => {
      const app = makeApp({ express });
      const me = visitor(app);
      await me.logIn("alice");
      app.outbox.failWith(REFUSED);
      const { body, text } = await me.send().expect(500);
      expect(body).to.include({ code: "delivery_failed", status: 500, success: false });
      expect(text, "[D6] no provider text").not.to.include("30007").and.not.include("SM123");
      expect(app.told).to.have.length(1);
      expect(isFactorError(app.told[0]) && app.told[0].details.cause).to.equal(REFUSED);
      await me.get("/sms_verification/challenge").expect(404);
      app.outbox.failWith(undefined);
      expect((await me.send().expect(201)).body.attempts_remaining).to.equal(5);
      await me.verify(app.outbox.code()).expect(200);
      expect(app.events.map((each) => each.name)).to.include("phone_otp_send_delivery_failed");
    });

    it("[D5] strict: a browser gets the form again, with what was typed and what happened", async () => {
      const app = makeApp({ express });
      const page = visitor(app, "html");
      await page.logIn("nora");
      app.outbox.failWith(REFUSED);
      const { text, headers } = await page
        .register("0978 000 111")
        .expect(422)
        .expect("Content-Type", /^text\/html/);
      expect(text)
        .to.include("The code could not be sent")
        .and.include('value="0978 000 111"')
        .and.not.include("30007");
      expect(headers["cache-control"]).to.equal("no-store");
      expect(app.thrown).to.have.length(0);
    });

    it("[D5] strict: a failed resend does not take away the code that has already arrived", async () => {
      const app = makeApp({ express });
      const me = visitor(app);
      await me.logIn("alice");
      await me.send().expect(201);
      const code = app.outbox.code();
      app.clock.advance(30_000);
      app.outbox.failWith(REFUSED);
      await me.send().expect(500);
      await me.verify(code).expect(200);
    });

    it("[D5] not strict: a warning, the flow goes on, the page and the challenge say so", async () => {
      const app = makeApp({ express, sms: { strict: false } });
      const me = visitor(app);
      await me.logIn("alice");
      app.outbox.failWith(REFUSED);
      await me.send().expect(201);
      expect(app.told).to.have.length(1);
      expect((await me.get("/sms_verification/challenge").expect(200)).body.delivery).to.equal("failed");
      app.outbox.failWith(undefined);
      app.clock.advance(30_000);
      await me.send().expect(201);
      expect((await me.get("/sms_verification/challenge").expect(200)).body.delivery).to.equal("sent");
      await me.verify(app.outbox.code()).expect(200);
    });

    it("a failed delivery still counts for the hour: a broken provider is no way around the cap", async () => {
      const app = makeApp({ express });
      const me = visitor(app);
      await me.logIn("alice");
      app.outbox.failWith(REFUSED);
      for (let i = 0; i < 5; i++) await me.send().expect(500);
      await me.send().expect(429);
    });

    it("a transport that hangs, throws at once, rejects with nothing or answers nothing is a failed delivery", async () => {
      const ways: Transport["send"][] = [
        () => new Promise(() => {}),
        () => {
          throw REFUSED;
        },
        () => Promise.reject(undefined as unknown as Error),
        async () => undefined as never,
      ];
      for (const send of ways) {
        const app = makeApp({ express, sms: { transport: { name: "odd", send }, timeoutMs: 20 } });
        const me = visitor(app);
        await me.logIn("alice");
        expect((await me.send().expect(500)).body.code).to.equal("delivery_failed");
        expect(app.told).to.have.length(1);
      }
    });
  });
}

describe("the message", () => {
  const textOf = async (options: Parameters<typeof makeApp>[0], headers = {}) => {
    const app = makeApp(options);
    const me = visitor(app, "json", headers);
    await me.logIn("alice");
    await me.send().expect(201);
    return app.outbox.last();
  };

  it("[K3] [D14] ends with exactly `@host #code`: no scheme, no port, and nothing after it", async () => {
    for (const publicUrl of [
      "https://chat.example",
      "https://chat.example:8443/base",
      "http://chat.example/",
    ]) {
      const { text, code } = await textOf({ factors: { publicUrl } });
      expect(text.split("\n").at(-1)).to.equal(`@chat.example #${code}`);
      expect(text.endsWith(code)).to.equal(true);
    }
    const without = await textOf({ factors: { publicUrl: undefined as never } });
    expect(without.text).not.to.include("@");
  });

  it("[D13] names the app, the life of the code and never to share it, and holds no URL", async () => {
    const { text, code, reference, to, purpose, channel } = await textOf({});
    expect(text.split("\n")[0]).to.equal(
      `${code} is your Chat code (${reference}). It expires in 5 min. Never share it.`,
    );
    expect(text).not.to.match(/https?:/);
    expect({ to, purpose, channel }).to.deep.equal({ to: ALICE, purpose: "login", channel: "sms" });
  });
});
