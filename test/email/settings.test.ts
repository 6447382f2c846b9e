import { expect } from "chai";
import { memoryStore, redisStore } from "../../lib/index.ts";
import { ALICE, versions } from "../support/app.ts";
import { addEmail, emailApp, NORAS, withEmail, type EmailApp } from "../support/email-scene.ts";
import { redisOfSuite } from "../support/redis-of-suite.ts";
import { readAloud } from "../support/read-aloud.ts";
import { visitor, type Visitor } from "../support/visitor.ts";

interface OnFile {
  factor: string;
  id: string | null;
  display: string;
  added_at: string | null;
}

const onFile = async (me: Visitor): Promise<OnFile[]> =>
  ((await me.get("/security").expect(200)).body.factors as OnFile[]).filter(
    ({ factor }) => factor === "email",
  );

for (const express of versions) {
  describe(`an email address on file, on Express ${express}`, () => {
    // Express 4 on Redis, Express 5 in memory.
    const suite = express === 4 ? redisOfSuite() : undefined;
    beforeEach(() => suite?.client.flushall());
    const make = (more: Parameters<typeof emailApp>[0] = {}): EmailApp =>
      emailApp({ express, store: suite === undefined ? memoryStore() : redisStore(suite.client), ...more });
    const nora = async (app: EmailApp, kind: "json" | "html" = "json") => {
      const me = visitor(app, kind);
      await me.logIn("nora");
      return me;
    };

    it("[H6] is there once its code was typed, and not before", async () => {
      const app = make();
      const me = await nora(app);
      const { body: sent } = await me.post("/security/email", { address: " Nora@Example.NET " }).expect(201);
      expect(sent).to.deep.include({ success: true, display: "N***@example.net", expires_in_minutes: 10 });
      expect(sent).not.to.have.any.keys("phone_display", "address", "code");
      const [mail] = app.mails.messages;
      expect(mail).to.include({ channel: "email", to: "Nora@example.net", purpose: "enrol" });
      expect([mail?.subject, mail?.text]).to.satisfy((texts: string[]) =>
        texts.every((text) => text.includes("Chat")),
      );
      expect(mail?.html).to.include(mail?.code);
      expect(await onFile(me)).to.deep.equal([]);
      const { body: pending } = await me.get("/security/email").expect(200);
      expect(pending).to.deep.include({
        display: "N***@example.net",
        attempts_remaining: 5,
        channel: "email",
      });
      const { body: confirmed } = await me.post("/security/email/confirm", { code: mail?.code }).expect(200);
      const [address, ...more] = await onFile(me);
      expect(confirmed).to.deep.equal({ success: true, factor: "email", id: address?.id });
      expect(more).to.deep.equal([]);
      expect(address).to.deep.include({
        display: "N***@example.net",
        label: "Email address",
        last_used_at: null,
      });
      expect(Date.parse(address?.added_at ?? "")).to.equal(app.clock());
      await me.get("/security/email").expect(404);
      expect(app.named("factor_added").map(({ event }) => event)).to.have.length(1);
    });

    it("[A13] opens nothing: neither a guarded page nor the changes that need a factor", async () => {
      const app = make();
      const me = await withEmail(app);
      await me.get("/chat").expect(401);
      const { body } = await me.get("/me").expect(200);
      expect([body.passed, body.amr, body.enrolled]).to.deep.equal([[], ["pwd"], []]);
      expect((await me.get("/second_factor").expect(200)).body.factors).to.deep.equal([]);
      const alice = visitor(app);
      await alice.logIn("alice");
      // Whoever knows no more than a password adds no way back into an account that has a factor.
      expect((await alice.post("/security/email", { address: NORAS }).expect(401)).body.code).to.equal(
        "factor_required",
      );
      expect((await alice.get("/security").expect(401)).body.factors).to.deep.equal(["sms"]);
    });

    it("needs a factor that was passed in the last ten minutes, where any is on file", async () => {
      const app = make();
      const alice = visitor(app);
      await alice.logIn("alice");
      await alice.post("/sms_verification/challenge").expect(201);
      await alice.post("/sms_verification", { code: app.outbox.code(ALICE) }).expect(200);
      await addEmail(app, alice, "alice@example.net");
      app.clock.advance(601_000);
      await alice.post("/security/email", { address: NORAS }).expect(401);
      const [{ id }] = (await onFile(alice)) as [OnFile];
      await alice.post("/security/email/remove", { id }).expect(401);
    });

    it("[H6] is one of five at most, listed each with the id by which it is taken off", async () => {
      const app = make({ email: { cooldownSeconds: [0] }, factors: { limits: { sendsPerIp: 1000 } } });
      const me = await nora(app);
      /** An hour later, and signed in again. */
      const add = async (address: string) => {
        app.clock.advance(3_600_000);
        await me.logIn("nora");
        await addEmail(app, me, address);
      };
      const warnings = async () => (await me.get("/security").expect(200)).body.warnings as string[];
      expect(await warnings()).to.include.members(["no_factor", "few_contacts"]);
      for (let n = 1; n <= 5; n++) {
        await add(`nora${n}@example.net`);
        if (n === 1) expect(await warnings()).to.include("few_contacts");
        else expect(await warnings()).not.to.include("few_contacts");
      }
      const all = await onFile(me);
      const added = all.map(({ added_at }) => Date.parse(added_at ?? ""));
      expect(added).to.deep.equal(added.toSorted((one, other) => one - other));
      expect((await me.get("/security").expect(200)).body.can_add).to.deep.equal([]);
      const { body } = await me.post("/security/email", { address: "nora6@example.net" }).expect(400);
      expect(body).to.include({ code: "invalid_request", field: "factor" });
      // What is on file already takes no place.
      await add("nora3@example.net");
      await me.post("/security/email/remove", { id: all[1]?.id }).expect(200);
      await me.post("/security/email/remove", { id: all[1]?.id }).expect(400);
      expect((await onFile(me)).map(({ id }) => id)).to.deep.equal([0, 2, 3, 4].map((n) => all[n]?.id));
      await add("nora6@example.net");
    });

    it("[M2][G3] [T41] that is added or removed is told to all that were and are there", async () => {
      const app = make();
      const me = await withEmail(app);
      app.clock.advance(1000);
      await addEmail(app, me, "other@example.net");
      const told = () => app.notices.map(({ kind, factor, addresses }) => [kind, factor, addresses]);
      expect(told()).to.deep.equal([
        ["factor_added", "email", [NORAS]],
        ["factor_added", "email", [NORAS, "other@example.net"]],
      ]);
      const [first] = await onFile(me);
      await me.post("/security/email/remove", { id: first?.id }).expect(200);
      expect(told()[2]).to.deep.equal(["factor_removed", "email", [NORAS, "other@example.net"]]);
      expect((await onFile(me)).map(({ display }) => display)).to.deep.equal(["o***@example.net"]);
    });

    it("[A13] is not what an app means that demands a factor, unless it is one", async () => {
      const alone = async (app: EmailApp): Promise<number> => {
        const me = await withEmail(app);
        const [only] = await onFile(me);
        return (await me.post("/security/email/remove", { id: only?.id })).status;
      };
      expect(await alone(make({ factors: { demandsFactor: true } }))).to.equal(200);
      await suite?.client.flushall();
      const allowed = make({
        email: { dangerouslyAllowEmailAsFactor: true },
        factors: { demandsFactor: true },
      });
      expect(await alone(allowed)).to.equal(409);
    });

    it("of another account may be the same, and nobody hears of it", async () => {
      const app = make({ users: { nora: undefined, nils: undefined } });
      await withEmail(app);
      const nils = visitor(app);
      await nils.logIn("nils");
      const { body: taken } = await nils.post("/security/email", { address: NORAS });
      const { body: free } = await nils.post("/security/email", { address: "free@example.org" });
      expect(Object.keys(taken)).to.deep.equal(Object.keys(free));
      await addEmail(app, nils, "nils@example.net");
      expect(await onFile(nils)).to.have.length(1);
    });

    it("[T15] is nothing else than one address, whatever its type, and costs nothing where it is none", async () => {
      const app = make();
      const me = await nora(app);
      for (const address of [
        undefined,
        null,
        7,
        true,
        {},
        [NORAS],
        "",
        "nora",
        `${NORAS}, evil@x.test`,
        `${NORAS}\r\nBcc: evil@x.test`,
        `"${NORAS}" <evil@x.test>`,
        "a".repeat(10_000),
        { address: NORAS },
      ]) {
        const { body } = await me.post("/security/email", { address }).expect(400);
        expect(body).to.include({ code: "invalid_email", field: "address" });
      }
      expect(app.mails.messages).to.deep.equal([]);
      await me.post("/security/email", { address: NORAS }).expect(201);
    });

    it("the page: its field, the code, the same again with what was wrong, and back", async () => {
      const app = make();
      const me = await nora(app, "html");
      const { text } = await me.get("/security").set("Accept-Language", "de").expect(200);
      expect(text)
        .to.include('action="/security/email"')
        .and.include('type="email"')
        .and.include("E-Mail-Adresse");
      const again = await me.post("/security/email", { address: "nora@" }).expect(422);
      expect(again.text).to.include('value="nora@"').and.include('aria-describedby="address-error"');
      await me.post("/security/email", { address: NORAS }).expect(303).expect("location", "/security/email");
      // The form sent twice leads to where the code is typed.
      await me.post("/security/email", { address: NORAS }).expect(303).expect("location", "/security/email");
      const page = await me.get("/security/email").expect(200);
      expect(readAloud(page.text)).to.include("sent to nora@example.net Edit");
      expect(page.text).to.include('action="/security/email/confirm"');
      expect(page.text).to.include('action="/security/email/challenge"').and.include('name="email_code"');
      const wrong = await me.post("/security/email/confirm", { email_code: "000000" }).expect(422);
      expect(wrong.text).to.include('aria-invalid="true"');
      const email_code = app.mails.code(NORAS);
      await me.post("/security/email/confirm", { email_code }).expect(303).expect("location", "/security");
      await me.get("/security/email").expect(303).expect("location", "/security");
      expect((await me.get("/security").expect(200)).text).to.include("n***@example.net");
    });

    it("[T60] the same confirmation twice is answered like the first, and puts one address on file", async () => {
      const app = make();
      const me = await nora(app);
      await me.post("/security/email", { address: NORAS }).expect(201);
      const code = app.mails.code(NORAS);
      const answers = await Promise.all([1, 2].map(() => me.post("/security/email/confirm", { code })));
      expect(answers.map(({ status }) => status)).to.deep.equal([200, 200]);
      expect(await onFile(me)).to.have.length(1);
      expect(app.named("factor_added")).to.have.length(1);
    });
  });
}
