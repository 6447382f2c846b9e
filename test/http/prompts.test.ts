import { expect } from "chai";
import { defineFactor, type FactorDefinition } from "../../lib/index.ts";
import { makeApp, versions } from "../support/app.ts";
import { authenticator } from "../support/authenticator.ts";
import { visitor } from "../support/visitor.ts";
import { challenge, enrol, webauthnApp, type WebauthnApp } from "../support/webauthn-scene.ts";

for (const express of versions) {
  describe(`how a factor's answer comes, on Express ${express}`, () => {
    let asked = 0;
    const elsewhere = defineFactor<string>({
      name: "desk",
      amr: "mca",
      class: "person",
      prompt: "elsewhere",
      texts: { en: { label: "Ask at the desk", field: "Desk", hint: "Somebody there lets you in." } },
      onFile: () => ({}),
      parse: () => "asked",
      judge: () => (++asked % 2 === 1 ? "wrong" : "right"),
    });

    it("from elsewhere: a page with a button and nothing to type, each press judged anew", async () => {
      const app = makeApp({ express, more: [elsewhere] });
      const page = visitor(app, "html");
      await page.logIn("nora");
      const { text } = await page.get("/desk_verification/new").expect(200);
      expect(text).to.include("Somebody there lets you in.").and.include("<button>Continue</button>");
      expect(text).not.to.include("<input");
      const { text: wrong } = await page.post("/desk_verification").expect(422);
      expect(wrong).to.include("That was not recognised");
      await page.post("/desk_verification").expect(303);
      await page.get("/chat").expect(200);
      // What was right a moment ago says nothing of now.
      const before = asked;
      await page.post("/desk_verification").expect(422);
      expect(asked).to.equal(before + 1);
      const me = visitor(app);
      await me.logIn("nora");
      expect((await me.get("/second_factor")).body.factors).to.deep.include({
        name: "desk",
        label: "Ask at the desk",
        verify: "/desk_verification",
        field: "desk",
        prompt: "elsewhere",
      });
    });

    it("by a ceremony: the options stand in the page of an enrolment, those of a login are asked for", async () => {
      const app = webauthnApp({ express });
      const page = visitor(app, "html");
      await page.logIn("nora");
      await page.post("/security/passkey").expect(303).expect("Location", "/security/passkey");
      const { text } = await page.get("/security/passkey").expect(200);
      const [, quoted = ""] = /data-public-key="([^"]+)"/.exec(text) ?? [];
      const options = JSON.parse(quoted.replaceAll("&quot;", '"'));
      expect(text)
        .to.include("This needs JavaScript")
        .and.match(/<form [^>]*data-ceremony="create"[^>]* hidden>/);
      const device = authenticator();
      const wrong = JSON.stringify(device.create(options, { origin: "https://evil.example" }));
      const again = await page
        .post("/security/passkey/confirm", { credential: wrong, label: "" })
        .expect(422);
      // With another challenge: the first is used up.
      const [, anew = ""] = /data-public-key="([^"]+)"/.exec(again.text) ?? [];
      const next = JSON.parse(anew.replaceAll("&quot;", '"'));
      expect(next.challenge).not.to.equal(options.challenge);
      const right = JSON.stringify(device.create(next));
      await page
        .post("/security/passkey/confirm", { credential: right, label: "<b>Mine</b>" })
        .expect(303)
        .expect("Location", "/security");
      const security = await page.get("/security").expect(200);
      expect(security.text)
        .to.include("&lt;b&gt;Mine&lt;/b&gt;")
        .and.include('action="/security/passkey/rename"');

      const later = visitor(app, "html");
      await later.logIn("nora");
      // Nothing is begun before somebody presses the button on its page.
      const events = app.named("factor_begun").length;
      await later
        .post("/second_factor", { factor: "passkey" })
        .expect(303)
        .expect("Location", "/passkey_verification/new");
      expect(app.named("factor_begun")).to.have.length(events);
      const login = await later.get("/passkey_verification/new").set("Accept-Language", "ja").expect(200);
      expect(login.text)
        .to.include('data-options="/passkey_verification/challenge"')
        .and.include("パスキーを使う");
      const refused = await later.post("/passkey_verification", { credential: "no JSON" }).expect(422);
      expect(refused.text).to.include('role="alert"').and.not.include("aria-invalid");
      await later
        .post("/passkey_verification/challenge")
        .expect(303)
        .expect("Location", "/passkey_verification/new");
    });

    it("[G4] a key that makes sure who holds it is two factors by itself, one that does not is none without another", async () => {
      const app: WebauthnApp = webauthnApp({
        express,
        routes: (own) =>
          void own.post("/bare", (req, res, next) => {
            req.login(app.users.get("nora") as never, (error: unknown) =>
              error ? next(error) : res.json({}),
            );
          }),
      });
      const [mine, plain] = [authenticator(), authenticator({ verifiesUser: false })];
      const owner = visitor(app);
      await owner.logIn("nora");
      await enrol(owner, "passkey", mine);
      await enrol(owner, "security-key", plain);
      for (const [kind, device, amr] of [
        ["passkey", mine, ["hwk", "user", "mfa"]],
        ["security-key", plain, ["hwk"]],
      ] as const) {
        const me = visitor(app);
        await me.post("/bare").expect(200);
        await me
          .post(`/${kind.replace("-", "_")}_verification`, device.get(await challenge(me, kind)))
          .expect(200);
        expect((await me.get("/me")).body.amr, kind).to.deep.equal(amr);
      }
    });
  });
}

describe("what a factor's definition says of its prompt, signing in and names", () => {
  const good: FactorDefinition = {
    name: "mine",
    amr: "hwk",
    class: "key",
    texts: { en: { label: "Mine", field: "Mine" } },
    onFile: () => undefined,
    parse: String,
    judge: () => "wrong",
  };
  const enrol = { begin: () => ({ state: 1 }), confirm: () => "wrong", remove: () => false } as const;
  const signIn = { begin: () => ({ state: 1, id: "1" }), idOf: () => "1", accountOf: () => undefined };
  for (const [what, wrong] of [
    ["prompt must be one of typed, ceremony, elsewhere", { prompt: "spoken" }],
    ["begin must be a function: a ceremony has options", { prompt: "ceremony" }],
    ["check must be a function, or left out", { check: true }],
    ["signIn must be an object", { signIn: () => undefined }],
    ["signIn.idOf must be a function", { signIn: { ...signIn, idOf: 7 } }],
    ["signIn.accountsOf: unknown; known are", { signIn: { ...signIn, accountsOf: () => undefined } }],
    ["enrol.rename must be a function, or left out", { enrol: { ...enrol, rename: "x" } }],
    ["enrol.most must be an integer from 1 to 100", { enrol: { ...enrol, most: 0 } }],
  ] as const)
    it(`is looked at: ${what}`, () => {
      expect(() => defineFactor({ ...good, ...(wrong as object) })).to.throw(
        TypeError,
        `factor "mine": ${what}`,
      );
    });

  it("and what it checks of the app is asked at start", () => {
    const seen: { accounts: object }[] = [];
    const factor = defineFactor({ ...good, check: (app) => void seen.push(app) });
    makeApp({ more: [factor], factors: { trustedOrigins: ["https://front.example"] } });
    expect(seen).to.have.length(1);
    const [{ accounts, ...app }] = seen as [{ accounts: object }];
    expect(accounts).to.have.property("setPhone").that.is.a("function");
    expect(app).to.deep.equal({
      appName: "Chat",
      host: "chat.example",
      origins: ["https://chat.example", "https://front.example"],
      remembersDevices: false,
    });
  });
});
