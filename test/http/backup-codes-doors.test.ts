import { expect } from "chai";
import { backupCodes } from "../../lib/index.ts";
import { makeApp, versions, type AppOptions, type TestApp } from "../support/app.ts";
import { generate, signedIn, spend, withCodes, WRONG } from "../support/backup-codes-scene.ts";
import { passed, visitor, withCode, type Visitor } from "../support/visitor.ts";

const MINUTE = 60_000;

for (const express of versions) {
  describe(`the doors of backup codes, on Express ${express}`, () => {
    const make = (more: AppOptions = {}): TestApp =>
      makeApp({ express, call: {}, more: [backupCodes()], ...more });

    it("[F9] [K11] are not offered before there are any, nor after the last; a guess then says so", async () => {
      const app = make({ more: [backupCodes({ count: 1 })] });
      const offered = async (me: Visitor) =>
        (await me.get("/second_factor").expect(200)).body.factors.map(({ name }: { name: string }) => name);
      const me = await signedIn(app);
      expect(await offered(me)).to.deep.equal(["sms", "call"]);
      expect((await spend(me, WRONG).expect(400)).body.code).to.equal("not_enrolled");
      await me.get("/backup_code_verification/new").expect(400);
      const [code] = await withCodes(app);
      expect(await offered(await signedIn(app))).to.deep.equal(["sms", "call", "backup-code"]);
      const last = await spend(await signedIn(app), code).expect(200);
      expect(last.body).to.include({ remaining: 0, low: true, next: "/backup_codes/new" });
      expect(await offered(await signedIn(app))).to.deep.equal(["sms", "call"]);
    });

    it("codes of one account are nothing to another", async () => {
      const app = make({ users: { alice: "+886912345678", bob: "+886987654321" } });
      const [code] = await withCodes(app);
      const bob = await passed(app, "bob");
      await generate(bob);
      await spend(bob, code).expect(400);
      await spend(await signedIn(app), code).expect(200);
    });

    it("are offered right after a phone was registered, and not to who has them", async () => {
      const app = make();
      const nora = visitor(app, "html");
      await nora.logIn("nora");
      await nora.register("(201) 555-0123", "US").expect(303);
      const { headers } = await nora.verify(app.outbox.code()).expect(303);
      expect(headers["location"]).to.equal("/backup_codes/new");
      const { text } = await nora.get("/backup_codes/new").expect(200);
      expect(text).to.include("Create backup codes").and.include("Not now");
      await nora.post("/backup_codes").expect(200);
      app.clock.advance(MINUTE);
      await nora.register("(201) 555-0124", "US").expect(303);
      const { headers: after } = await nora.verify(app.outbox.code()).expect(303);
      expect(after["location"]).to.equal("/sms_verification/changed");
      const { headers: on } = await nora.post("/sms_verification/continue").expect(303);
      expect(on["location"]).to.equal("/");
    });

    it("a registration whose offer cannot be made is a registration all the same", async () => {
      const app = make();
      const { me, code } = await withCode(app, "nora");
      const { credentials } = app.factors.store;
      const { list } = credentials;
      const registered = () => app.users.get("nora")?.phone !== undefined;
      credentials.list = async (...asked) => {
        if (registered()) throw new Error("away");
        return list(...asked);
      };
      const { body } = await me.verify(code).expect(200);
      expect(body).not.to.have.property("next");
      expect(app.told.map(String)).to.deep.equal(["Error: away"]);
    });

    it("the page shows them once, with copy, download and print, and goes on to where the person wanted", async () => {
      const app = make();
      const { me, code } = await withCode(app, "alice");
      await me.verify(code).expect(200);
      const page = await me.agent
        .post("/backup_codes")
        .set("Accept", "text/html")
        .type("form")
        .send({})
        .expect(200);
      expect(page.text.match(/[0-9A-Z]{4}(-[0-9A-Z]{4}){3}/g)).to.have.length.at.least(10);
      for (const label of ["Copy", "Download", "Print", "I have saved them"])
        expect(page.text).to.include(label);
      expect(page.headers["cache-control"]).to.equal("no-store");
    });

    it("who must prove first comes back to where the codes are", async () => {
      const app = make();
      const me = await signedIn(app, "html");
      const { headers } = await me.get("/backup_codes/new").expect(303);
      expect(headers["location"]).to.equal("/second_factor/new");
      await me.post("/second_factor", { factor: "sms" }).expect(303);
      const { headers: next } = await me.verify(app.outbox.code()).expect(303);
      expect(next["location"]).to.equal("/backup_codes/new");
    });

    it("[F4] [K4] the page asks for one that was not used yet, and says what was wrong under the field", async () => {
      const app = make();
      await withCodes(app);
      const me = await signedIn(app, "html");
      const { text } = await spend(me, WRONG).expect(422);
      expect(text).to.include("that you have not used yet");
      expect(text).to.include("Invalid verification code").and.include('aria-invalid="true"');
    });

    it("the strategy judges them, and tells how many are left", async () => {
      const app = make({
        routes: (on, { passport }) =>
          on.post("/backup", passport.authenticate("backup-code") as never, (req, res) =>
            res.json(req.authInfo),
          ),
      });
      const [code] = await withCodes(app);
      const me = await signedIn(app);
      const { body } = await me.post(`/backup?backup_code=${code}`).expect(200);
      expect(body).to.deep.include({ method: "backup-code", amr: ["otp"], remaining: 9, low: false });
      await (await signedIn(app)).post(`/backup?backup_code=${code}`).expect(400);
    });
  });
}
