import { expect } from "chai";
import { backupCodes } from "../../lib/index.ts";
import { makeApp, versions, type AppOptions, type TestApp } from "../support/app.ts";
import { passed, visitor, type Visitor } from "../support/visitor.ts";

const DAY = 86_400_000;

for (const express of versions) {
  describe(`[T30] [G8] remembered devices, on Express ${express}`, () => {
    const make = (more: AppOptions = {}, trust: object | false = {}): TestApp =>
      makeApp({ express, ...more, factors: { rememberDevice: trust, ...more.factors } });
    /** Signs in with a code, and has the device remembered. */
    const remembered = async (app: TestApp): Promise<Visitor> => {
      const me = visitor(app, "json", { "User-Agent": "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0" });
      await me.logIn("alice");
      await me.send().expect(201);
      await me
        .post("/sms_verification", { pin_number: app.outbox.code(), remember_device: true })
        .expect(200);
      await me.post("/logout").expect(200);
      return me;
    };
    const logsIn = async (me: Visitor, user = "alice") => (await me.logIn(user)).body.trusted as boolean;

    it("are off unless the app says so: nothing is offered, asked for or kept", async () => {
      const app = makeApp({ express });
      await passed(app);
      expect(app.factors.devices.on).to.equal(false);
      const other = visitor(app, "html");
      await other.logIn("alice");
      await other.send();
      expect((await other.get("/sms_verification/new")).text).not.to.include("remember_device");
    });

    it("stand in for the second factor at the next login, on this browser only", async () => {
      const app = make();
      const me = await remembered(app);
      app.clock.advance(DAY);
      expect(await logsIn(me)).to.equal(true);
      await me.get("/chat").expect(200);
      const other = visitor(app);
      expect(await logsIn(other)).to.equal(false);
      await other.get("/chat").expect(401);
    });

    it("are no fresh factor: a step-up, a factor by name, a new number and new backup codes still ask", async () => {
      const app = make({ more: [backupCodes()] });
      const me = await remembered(app);
      expect(await logsIn(me)).to.equal(true);
      await me.get("/fresh").expect(401);
      expect((await me.register("0978 000 111").expect(401)).body.code).to.equal("factor_required");
      expect((await me.post("/backup_codes").expect(401)).body.code).to.equal("factor_required");
      expect((await me.get("/me")).body.amr).to.deep.equal(["pwd"]);
    });

    it("are only remembered when it was asked for", async () => {
      const app = make();
      const me = visitor(app);
      await me.logIn("alice");
      await me.send();
      await me.post("/sms_verification", { pin_number: app.outbox.code(), remember_device: "0" }).expect(200);
      await me.post("/logout");
      expect(await logsIn(me)).to.equal(false);
    });

    it("last 30 days from when they were remembered, whatever the browser keeps", async () => {
      const app = make();
      const me = await remembered(app);
      app.clock.advance(29 * DAY);
      expect(await logsIn(me)).to.equal(true);
      await me.post("/logout");
      app.clock.advance(DAY);
      expect(await logsIn(me)).to.equal(false);
    });

    it("last as many logins as the app says", async () => {
      const app = make({}, { logins: 2 });
      const me = await remembered(app);
      const all = [];
      for (let i = 0; i < 3; i++) {
        all.push(await logsIn(me));
        await me.post("/logout");
      }
      expect(all).to.deep.equal([true, true, false]);
    });

    it("change their secret with each use; a copy that was used before ends the device", async () => {
      const app = make();
      const me = await remembered(app);
      const cookie = (answer: { headers: Record<string, unknown> }) =>
        (answer.headers["set-cookie"] as string[] | undefined)?.find((each) =>
          each.startsWith("factors_trusted"),
        );
      const first = cookie(await me.logIn("alice")) as string;
      expect(first)
        .to.match(/HttpOnly/)
        .and.match(/SameSite=Lax/);
      await me.post("/logout");
      const second = cookie(await me.logIn("alice")) as string;
      expect(second.split(";")[0]).not.to.equal(first.split(";")[0]);
      app.clock.advance(30_000);
      const thief = visitor(app, "json", { Cookie: first.split(";")[0] as string });
      expect(await logsIn(thief)).to.equal(false);
      await me.post("/logout");
      expect(await logsIn(me), "the copy has ended the device").to.equal(false);
    });

    it("are refused for another account", async () => {
      const app = make({ users: { alice: "+886912345678", bob: "+886987654321" } });
      const me = await remembered(app);
      expect(await logsIn(me, "bob")).to.equal(false);
      await me.get("/chat").expect(401);
    });

    it("are listed for their owner, who forgets one or all", async () => {
      const app = make();
      const [one, two] = [await remembered(app), (app.clock.advance(60_000), await remembered(app))] as const;
      await logsIn(two);
      const { body } = await two.get("/trusted_devices").expect(200);
      expect(
        body.devices.map(({ name, current }: { name: string; current: boolean }) => [name, current]),
      ).to.deep.equal([
        ["Firefox, Linux", true],
        ["Firefox, Linux", false],
      ]);
      expect(JSON.stringify(body)).not.to.include("hash");
      // To forget one takes a factor: a device that was stolen must not shut the owner's own ones out.
      await two.post("/trusted_devices", { device: "all" }).expect(401);
      await two.send();
      await two.verify(app.outbox.code()).expect(200);
      await two.post("/trusted_devices", { device: body.devices[1].id }).expect(200);
      expect(await logsIn(one)).to.equal(false);
      for (const device of ["nope", "", 7, { a: 1 }, null])
        expect((await two.post("/trusted_devices", { device }).expect(400)).body.field).to.equal("device");
      await two.post("/trusted_devices", { device: "all" }).expect(200);
      await two.post("/logout");
      expect(await logsIn(two)).to.equal(false);
      await visitor(app).get("/trusted_devices").expect(401);
      const half = visitor(app);
      await half.logIn("alice");
      await half.get("/trusted_devices").expect(401);
      await half.post("/trusted_devices", { device: "all" }).expect(401);
    });

    it("are forgotten when the number changes, and when the app says so: a reset, a recovery, sign out everywhere", async () => {
      const app = make();
      const me = await remembered(app);
      await app.factors.devices.revokeAll("alice");
      expect(await logsIn(me)).to.equal(false);
      const again = (app.clock.advance(60_000), await remembered(app));
      const owner = (app.clock.advance(60_000), await passed(app));
      await owner.register("0978 000 111").expect(201);
      await owner.verify(app.outbox.code("+886978000111")).expect(200);
      expect(await logsIn(again)).to.equal(false);
    });

    it("open nothing more once they are forgotten, also where they opened a session before", async () => {
      const app = make();
      const thief = await remembered(app);
      expect(await logsIn(thief)).to.equal(true);
      await thief.get("/chat").expect(200);
      await app.factors.devices.revokeAll("alice");
      await thief.get("/chat").expect(401);
      await thief.get("/trusted_devices").expect(401);
      app.clock.advance(11 * 60_000);
      expect((await thief.get("/chat").expect(401)).body.code).to.equal("login_required");
    });

    it("are offered on the page, and told to the owner and as events", async () => {
      const kinds: string[] = [];
      const app = make({ factors: { notify: ({ kind }) => void kinds.push(kind) } });
      const me = visitor(app, "html");
      await me.logIn("alice");
      await me.send();
      const { text } = await me.get("/sms_verification/new").expect(200);
      expect(text).to.include('name="remember_device"').and.include("Remember this device for 30 days");
      await me.post("/sms_verification", { pin_number: app.outbox.code(), remember_device: "1" }).expect(303);
      const page = await me.get("/trusted_devices/new").expect(200);
      expect(page.text).to.include("This device").and.include("Forget all");
      await me
        .post("/trusted_devices", { device: "all" })
        .expect(303)
        .expect("Location", "/trusted_devices/new");
      expect((await me.get("/trusted_devices/new")).text).to.include("No device is remembered.");
      expect(kinds).to.deep.equal(["device_trusted"]);
      expect(app.events.map(({ name }) => name)).to.include.members(["device_trusted", "devices_revoked"]);
    });

    it("a cookie of any shape is no crash", async () => {
      const app = make();
      const me = await remembered(app);
      const { headers } = await me.logIn("alice");
      const name = (headers["set-cookie"] as unknown as string[])
        .find((each) => each.startsWith("factors_trusted"))
        ?.split("=")[0];
      for (const value of ["", ".", "a.b", "a.b.c", "__proto__.x", "x".repeat(5000), "%00.%00"]) {
        const other = visitor(app, "json", { Cookie: `${name}=${value}` });
        expect(await logsIn(other)).to.equal(false);
      }
    });
  });
}

describe("remembered devices", () => {
  it("[T22] are kept as hashes only", async () => {
    const app = makeApp({ factors: { rememberDevice: {} } });
    const me = visitor(app);
    await me.logIn("alice");
    await me.send();
    const answer = await me.post("/sms_verification", {
      pin_number: app.outbox.code(),
      remember_device: true,
    });
    const cookie = (answer.headers["set-cookie"] as unknown as string[]).find((each) =>
      each.startsWith("factors_trusted"),
    );
    const secret = cookie?.split(";")[0]?.split(".").at(-1) as string;
    const { trusted } = app.factors.store;
    const { list } = trusted;
    let kept = "";
    trusted.list = async (account, now) => {
      const all = await list(account, now);
      kept = JSON.stringify(all);
      return all;
    };
    await me.get("/trusted_devices").expect(200);
    expect(kept).to.include("hash").and.not.include(secret);
  });

  it("options out of range throw at start, by name", () => {
    for (const rememberDevice of [
      { days: 31 },
      { days: 0 },
      { logins: 0 },
      { logins: 1001 },
      { day: 1 },
      true,
      "30",
    ])
      expect(() => makeApp({ factors: { rememberDevice: rememberDevice as never } })).to.throw(
        TypeError,
        /rememberDevice/,
      );
  });
});
