import { expect } from "chai";
import { factorSettings } from "../../lib/index.ts";
import { makeApp } from "../support/app.ts";
import { visitor, type Visitor } from "../support/visitor.ts";
import { named, signedIn, waysApp, type WaysApp } from "../support/ways-scene.ts";

const idOf = async (me: Visitor, path: string): Promise<string> =>
  (await me.get(path).expect(200)).body.waiting[0]?.id as string;

/** The same browser, as a person uses it. */
const asPerson = (me: Visitor) => ({
  get: (path: string) => me.agent.get(path).set("Accept", "text/html"),
  post: (path: string, body: object) =>
    me.agent.post(path).set("Accept", "text/html").type("form").send(body),
});

describe("the doors at which a recovery is decided elsewhere", () => {
  const started = async (app: WaysApp, name: "trusted-device" | "delegate") => {
    const begun = await app.way(name).begin("alice");
    return { ...begun, judge: (typed?: unknown) => app.way(name).judge("alice", begun.state, typed) };
  };

  it("[G9] are JSON on a remembered device: what waits, and the number that decides it", async () => {
    const app = waysApp();
    const me = await signedIn(app, "alice", true);
    const { shown, judge } = await started(app, "trusted-device");
    const id = await idOf(me, "/security/approve");
    const decide = (more: object) => me.post("/security/approve", { id, ...more });
    for (const decision of [undefined, "", "yes", true, ["approve"]])
      expect((await decide({ decision, number: shown["number"] }).expect(400)).body).to.include({
        code: "invalid_request",
        field: "decision",
      });
    expect((await decide({ decision: "approve" }).expect(400)).body.code).to.equal("invalid_code");
    expect(await judge()).to.equal("pending");
    const { body } = await decide({ decision: "approve", number: shown["number"] }).expect(200);
    expect(body).to.deep.equal({ approved: true });
    expect(await judge()).to.equal("right");
    await me.agent.put("/security/approve").expect(405);
  });

  it("[H9] are JSON for a person who was named: the number comes once they say yes, and no password is asked", async () => {
    const app = waysApp();
    const { bob } = await named(app);
    const { judge } = await started(app, "delegate");
    const id = await idOf(bob, "/security/vouch");
    const { body } = await bob.post("/security/vouch", { id, decision: "approve" }).expect(200);
    expect(await judge(body.number)).to.equal("right");
    const page = await asPerson(bob).get("/security/vouch").expect(200);
    expect(page.text).not.to.match(/type="password"/);
    expect(page.text).not.to.include(body.number);
  });

  it("[G9] have a page with one field, and say what is wrong beside it", async () => {
    const app = waysApp();
    const me = await signedIn(app, "alice", true);
    const person = asPerson(me);
    expect((await person.get("/security").expect(200)).text).not.to.include("/security/approve");
    const { shown } = await started(app, "trusted-device");
    const settings = await person.get("/security").set("Accept-Language", "de").expect(200);
    expect(settings.text).to.include('href="/security/approve"').and.include("Jemand möchte in Ihr Konto");
    const { text, headers } = await person.get("/security/approve").expect(200);
    expect(text).to.include('inputmode="numeric"').and.include("It is me");
    expect(text).not.to.include(shown["number"]);
    expect(headers["cache-control"]).to.equal("no-store");
    const id = await idOf(me, "/security/approve");
    const again = await person
      .post("/security/approve", { id, decision: "approve", number: "12" })
      .expect(422);
    expect(again.text).to.include('aria-invalid="true"').and.include('id="number-error"');
    const done = await person.post("/security/approve", { id, decision: "approve", number: shown["number"] });
    expect(done.text).to.include("Go on where the number is shown");
    const late = await person.post("/security/approve", { id, decision: "approve", number: shown["number"] });
    expect(late.status).to.equal(422);
    expect(late.text).to.include("Nothing waits to be decided.");
  });

  it("[G9] a no is one press", async () => {
    const app = waysApp();
    const me = await signedIn(app, "alice", true);
    const { judge } = await started(app, "trusted-device");
    const id = await idOf(me, "/security/approve");
    const { text } = await asPerson(me).post("/security/approve", { id, decision: "deny" }).expect(200);
    expect(text).to.include("Refused.");
    expect(await judge()).to.equal("wrong");
  });

  it("[H9] show the number to read out, and the name as text", async () => {
    const app = waysApp({ more: { label: (account) => `<b>${account}</b>` } });
    const { bob } = await named(app);
    const { judge } = await started(app, "delegate");
    const person = asPerson(bob);
    expect((await person.get("/security").expect(200)).text).to.include('href="/security/vouch"');
    const { text } = await person.get("/security/vouch").expect(200);
    expect(text).to.include("&lt;b&gt;alice&lt;/b&gt; asked for help at").and.not.include("<b>alice");
    const id = await idOf(bob, "/security/vouch");
    const read = await person.post("/security/vouch", { id, decision: "approve" }).expect(200);
    const number = /translate="no">(\d{3} \d{3})</.exec(read.text)?.[1];
    expect(await judge(number)).to.equal("right");
  });

  it("bring back who must sign in or prove first, and say so on a device that is not remembered", async () => {
    const app = waysApp();
    await signedIn(app, "alice", true);
    const half = visitor(app, "html");
    await half.logIn("alice");
    await half.get("/security/approve").expect(303).expect("Location", "/sms_verification/new");
    app.clock.advance(60_000);
    await half.post("/sms_verification/challenge").expect(303);
    await half
      .post("/sms_verification", { pin_number: app.outbox.code() })
      .expect(303)
      .expect("Location", "/security/approve");
    const { text, status } = await half.get("/security/approve");
    expect(status).to.equal(422);
    expect(text).to.include("This device is not remembered for your account");
    await visitor(app, "html").get("/security/vouch").expect(303).expect("Location", "/login");
  });

  it("[T50] are closed to other sites", async () => {
    const app = waysApp();
    const me = await signedIn(app, "alice", true);
    const { shown, judge } = await started(app, "trusted-device");
    const id = await idOf(me, "/security/approve");
    const form = { id, decision: "approve", number: shown["number"] };
    await me.post("/security/approve", form).set("Sec-Fetch-Site", "cross-site").expect(403);
    expect(await judge()).to.equal("pending");
  });

  it("are there only where the list has such a factor", async () => {
    const app = makeApp({
      routes: (routes, { factors }) => routes.use("/security", factorSettings(factors)),
    });
    const me = visitor(app);
    await me.logIn("nora");
    await me.get("/security/approve").expect(404);
    await me.get("/security/vouch").expect(404);
  });
});
