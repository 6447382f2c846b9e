import { expect } from "chai";
import { backupCodes, type DemandsFactor } from "../../lib/index.ts";
import { versions, type User } from "../support/app.ts";
import { ODD } from "../support/odd-values.ts";
import { token } from "../support/own-factors.ts";
import { totpApp, withTotp, type TotpApp } from "../support/totp-scene.ts";
import { passed, visitor, type Visitor } from "../support/visitor.ts";

for (const express of versions) {
  describe(`the last factor of an account, on Express ${express}`, () => {
    const make = (more: Parameters<typeof totpApp>[0] = {}): TotpApp => totpApp({ express, ...more });
    const remove = (me: Visitor, factor: string, id: unknown) =>
      me.post(`/security/${factor}/remove`, { id });
    const listed = async (me: Visitor) =>
      (await me.get("/security").expect(200)).body.factors as { factor: string; id: string }[];
    const tokenOn = async (me: Visitor) => {
      await me.post("/security/hardware-token").expect(201);
      await me.post("/security/hardware-token/confirm", { code: "12345678" }).expect(200);
    };
    const isRight = async () => "yes";

    it("stays on file where a route asks everybody for one, and is told as such", async () => {
      const app = make({ more: [backupCodes()] });
      const { me, id, secret } = await withTotp(app);
      const { body } = await remove(me, "totp", id).expect(409);
      expect(body).to.include({ code: "last_factor", status: 409 });
      expect(body).to.have.property("detail").that.includes("only way to confirm that it is you");
      expect(app.named("factor_removed")).to.deep.equal([]);
      expect(app.notices.map(({ kind }) => kind)).to.deep.equal(["factor_added"]);
      expect((await listed(me)).map(({ factor }) => factor)).to.deep.equal(["totp"]);
      const again = visitor(app);
      await again.logIn("nora");
      await again.post("/totp_verification", { code: app.codeOf(secret) }).expect(200);
      const page = visitor(app, "html");
      await page.logIn("nora");
      app.clock.advance(30_000);
      await page.post("/totp_verification", { totp_code: app.codeOf(secret) }).expect(303);
      expect((await remove(page, "totp", id).expect(409)).text).to.include("only way to confirm");
    });

    it("is not backup codes: they run out, and may go while something else stays", async () => {
      const app = make({ more: [backupCodes()] });
      const { me, id } = await withTotp(app);
      await me.post("/backup_codes").expect(201);
      expect((await remove(me, "totp", id).expect(409)).body.code).to.equal("last_factor");
      const codes = (await listed(me)).find(({ factor }) => factor === "backup-code");
      await remove(me, "backup-code", codes?.id).expect(200);
    });

    it("is backup codes where nothing else is there", async () => {
      const app = make({ more: [backupCodes()] });
      const me = await passed(app);
      await me.post("/backup_codes").expect(201);
      const codes = (await listed(me)).find(({ factor }) => factor === "backup-code");
      (app.users.get("alice") as User).phone = undefined;
      expect((await remove(me, "backup-code", codes?.id).expect(409)).body.code).to.equal("last_factor");
    });

    it("is none beside a phone, also where nothing can be sent to that now", async () => {
      const app = make({ sms: { countries: { allow: ["US"] } } });
      const { me, id } = await withTotp(app);
      (app.users.get("nora") as User).phone = "+886912345678";
      await remove(me, "totp", id).expect(200);
    });

    it("is the one of several of its own that is left", async () => {
      const app = make({ more: [token(isRight)] });
      const me = visitor(app);
      await me.logIn("nora");
      for (const code of ["11111111", "22222222"]) {
        await me.post("/security/hardware-token").expect(201);
        await me.post("/security/hardware-token/confirm", { code }).expect(200);
      }
      await remove(me, "hardware-token", "33333333").expect(400);
      await remove(me, "hardware-token", "11111111").expect(200);
      expect((await remove(me, "hardware-token", "22222222").expect(409)).body.code).to.equal("last_factor");
    });

    it("stays, of two that are removed at once", async () => {
      for (let i = 0; i < 5; i++) {
        const app = make({ more: [token(isRight)] });
        const { me, id } = await withTotp(app);
        await tokenOn(me);
        const answers = await Promise.all([remove(me, "totp", id), remove(me, "hardware-token", "12345678")]);
        const [gone, kept] = answers.map(({ status }) => status).sort((a, b) => a - b);
        // What the other request has brought along counts no more once the first has changed something.
        expect([gone, kept]).to.satisfy(
          ([one, two]: number[]) => one === 200 && (two === 409 || two === 401),
        );
        expect(await listed(me)).to.have.length(1);
      }
    });

    it("may go where only who has one is asked, and the account is as it was before", async () => {
      const app = make({ optIn: true });
      const { me, id } = await withTotp(app);
      await remove(me, "totp", id).expect(200);
      expect((await me.get("/security").expect(200)).body.warnings).to.deep.equal(["no_factor"]);
      const again = visitor(app);
      await again.logIn("nora");
      await again.get("/chat").expect(200);
    });

    it("goes by what the app says, for each user, before what its routes ask", async () => {
      const says = async (demandsFactor: DemandsFactor<never>, optIn: boolean) => {
        const app = make({ optIn, factors: { demandsFactor: demandsFactor as DemandsFactor<object> } });
        const { me, id } = await withTotp(app);
        return (await remove(me, "totp", id)).status;
      };
      expect(await says(false, false)).to.equal(200);
      expect(await says(true, true)).to.equal(409);
      expect(await says(({ id }: { id: string }) => id === "nora", true)).to.equal(409);
      expect(await says(async ({ id }: { id: string }) => id === "alice", false)).to.equal(200);
    });

    it("[T51] stays where the app's answer is neither yes nor no", async () => {
      let answer: () => unknown = () => true;
      const app = make({
        optIn: true,
        factors: { demandsFactor: (() => answer()) as () => boolean, timeoutMs: 20 },
      });
      const { me, id } = await withTotp(app);
      for (const [name, odd] of ODD) {
        if (name === "false") continue;
        answer = odd;
        const { status } = await remove(me, "totp", id);
        expect(status, name).to.be.within(400, 599);
      }
      expect(await listed(me)).to.have.length(1);
    });

    it("is not what is not on file", async () => {
      const me = await passed(make());
      expect((await remove(me, "totp", "x").expect(400)).body.code).to.equal("not_enrolled");
    });
  });
}
