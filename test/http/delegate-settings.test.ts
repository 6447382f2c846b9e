import { expect } from "chai";
import { createFactors, delegate, sms } from "../../lib/index.ts";
import { outbox } from "../../lib/testing/outbox.ts";
import { accountsIn, SECRET } from "../support/app.ts";
import { visitor } from "../support/visitor.ts";
import { name, named, signedIn, waysApp } from "../support/ways-scene.ts";

const HOUR = 3_600_000;

describe("naming a person whom one trusts", () => {
  it("[R58] is not oneself, and nobody is named twice; whether anybody has a name is not said", async () => {
    const app = waysApp({
      more: { find: (typed) => (typed === "ghost" ? undefined : typed.replace(/@.*/, "")) },
    });
    const alice = await signedIn(app, "alice");
    const answer = async (typed: string) => {
      const { status, body } = await name(alice, typed);
      return [status, status === 200 ? Object.keys(body) : body.code];
    };
    expect(await answer("alice@chat.example")).to.deep.equal([400, "contact_refused"]);
    const known = await answer("bob");
    expect(await answer("ghost")).to.deep.equal(known);
    expect(known[0]).to.equal(200);
    expect(await answer("bob@chat.example")).to.deep.equal([400, "contact_refused"]);
    const { invited } = (await alice.get("/security").expect(200)).body as { invited: object[] };
    expect(invited.map((each) => Object.keys(each).join())).to.have.length(2);
    expect(new Set(invited.map((each) => Object.keys(each).join()))).to.have.length(1);
    expect(app.messages).to.have.length(1);
  });

  it("are five at most, invited five times a day", async () => {
    const app = waysApp();
    const alice = await signedIn(app, "alice");
    for (let i = 0; i < 5; i++) expect((await name(alice, `friend${i}`)).status).to.equal(200);
    expect((await name(alice, "friend9")).body.code).to.equal("too_many_requests");
    app.clock.advance(24 * HOUR);
    const next = await signedIn(app, "alice");
    expect((await name(next, "friend9")).body.code).to.equal("contact_refused");
    const { invited } = (await next.get("/security").expect(200)).body as { invited: { id: string }[] };
    expect(invited).to.have.length(5);
    await next.post("/security/delegate/remove", { id: invited[0]?.id }).expect(200);
    expect((await name(next, "friend9")).status).to.equal(200);
    expect(app.messages).to.have.length(6);
  });

  it("[M2] is named by a text, and nothing malformed is a 500", async () => {
    const app = waysApp();
    const alice = await signedIn(app, "alice");
    await alice.post("/security/delegate").expect(201);
    for (const odd of [
      undefined,
      null,
      "",
      "  ",
      7,
      [],
      ["bob"],
      {},
      { contact: {} },
      "a\0b",
      "a\r\nBcc: x",
      "x".repeat(321),
    ])
      expect(
        (await alice.post("/security/delegate/confirm", { delegate: odd })).status,
        JSON.stringify(odd),
      ).to.equal(400);
    for (const id of [undefined, "", {}, "no such", "__proto__"])
      for (const verb of ["accept", "decline", "remove"])
        expect((await alice.post(`/security/delegate/${verb}`, { id })).status).to.equal(400);
  });

  it("[T51] of whom the app's functions answer oddly, or who cannot be told", async () => {
    const app = waysApp({
      more: {
        tell: () => {
          throw new Error("no mail today");
        },
        find: (typed) => ({ odd: 7, empty: "" })[typed] as never,
        label: () => "",
      },
    });
    const alice = await signedIn(app, "alice");
    for (const typed of ["odd", "empty"])
      expect((await name(alice, typed)).body.code).to.equal("verifier_unavailable");
    const told = waysApp({ more: { tell: async () => Promise.reject(new Error("no mail today")) } });
    await named(told);
    expect(told.told.map(String)).to.deep.equal(["Error: no mail today"]);
    for (const odd of [{}, { tell: 7 }]) expect(() => delegate(odd as never)).to.throw(TypeError, /tell/);
    const { byEmail: _byEmail, ...accounts } = accountsIn(new Map());
    expect(() =>
      createFactors({
        secret: SECRET,
        accounts,
        factors: [sms({ transport: outbox() }), delegate({ tell: () => {} })],
      }),
    ).to.throw(TypeError, "find is required");
  });

  it("sees a page that asks, in their language, and the owner one that names", async () => {
    const app = waysApp();
    const { bob } = await named(app);
    const page = visitor(app, "html", { "Accept-Language": "de" });
    await page.logIn("nora");
    const settings = await page.get("/security").expect(200);
    expect(settings.text).to.include("Einrichten: Vertrauensperson");
    await page.post("/security/delegate").expect(303);
    const form = await page.get("/security/delegate").expect(200);
    expect(form.text)
      .to.include('name="delegate[contact]"')
      .and.include("E-Mail-Adresse einer Vertrauensperson");
    const again = await page.post("/security/delegate/confirm", { "delegate[contact]": "nora" }).expect(422);
    expect(again.text).to.include("Nennen Sie jemand anderen");
    await page.post("/security/delegate/confirm", { "delegate[contact]": "bob" }).expect(303);
    expect((await page.get("/security").expect(200)).text).to.include("Noch nicht angenommen");
    const asks = await bob.agent.get("/security").set("Accept", "text/html").expect(200);
    expect(asks.text)
      .to.include("nora of Chat asks you to stand for them.")
      .and.include("You stand for alice of Chat.");
  });
});
