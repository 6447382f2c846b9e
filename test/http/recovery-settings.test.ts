import { expect } from "chai";
import { visitor, type Visitor } from "../support/visitor.ts";
import { signedIn, waysApp } from "../support/ways-scene.ts";

const CHOSEN = {
  question_1: "first-job",
  answer_1: "Taipei",
  question_2: "toy",
  answer_2: "Mr. Bunny",
  question_3: "meal",
  answer_3: "Käsespätzle",
};
const PATH = "/security/secret-questions";

async function setUp(me: Visitor, chosen: object = CHOSEN) {
  await me.post(PATH).expect(201);
  return me.post(`${PATH}/confirm`, { secret_questions: chosen });
}

describe("secret questions at the settings", () => {
  it("[H7] are put on file, and pass in a recovery; taken off, they do not", async () => {
    const app = waysApp({ questions: true });
    const me = await signedIn(app, "alice");
    const { fields } = (await me.post(PATH).expect(201)).body as {
      fields: { name: string; options?: object[] }[];
    };
    expect(fields.map(({ name }) => name)).to.deep.equal(Object.keys(CHOSEN));
    expect(fields[0]?.options).to.have.length(10);
    await me.post(`${PATH}/confirm`, { secret_questions: CHOSEN }).expect(200);
    const { factors } = (await me.get("/security").expect(200)).body as {
      factors: { factor: string; id: string }[];
    };
    const id = factors.find(({ factor }) => factor === "secret-questions")?.id;
    const scene = app.way("secret-questions");
    const { state } = await scene.begin("alice");
    const right = { "first-job": "taipei", toy: "mr bunny", meal: "käsespätzle" };
    expect(await scene.judge("alice", state, right)).to.equal("right");
    await me.post(`${PATH}/remove`, { id }).expect(200);
    expect(await scene.judge("alice", state, right)).to.equal("wrong");
    expect(app.notices.map(({ kind, factor }) => [kind, factor])).to.deep.equal([
      ["factor_added", "secret-questions"],
      ["factor_removed", "secret-questions"],
    ]);
    const told = JSON.stringify([app.events, app.notices, app.told.map(String)]).toLowerCase();
    expect(told).not.to.match(/taipei|bunny/);
  });

  it("[H7] prove nothing at a login, for who has them and a password: nothing is passed, and nothing demanded", async () => {
    const app = waysApp({ questions: true });
    const me = await signedIn(app, "nora");
    expect((await setUp(me)).status).to.equal(200);
    expect((await me.get("/me")).body).to.deep.include({ passed: [], enrolled: [], amr: ["pwd"] });
    await me.get("/chat").expect(401);
    expect((await me.get("/security").expect(200)).body.warnings).to.deep.equal(["no_factor"]);
    await me.post("/secret_questions_verification", { secret_questions: { toy: "mr bunny" } }).expect(404);
    expect((await me.get("/second_factor")).body.factors ?? []).to.deep.equal([]);
    const again = await signedIn(app, "nora");
    const { id } = (await again.get("/security").expect(200)).body.factors[0];
    await again.post(`${PATH}/remove`, { id }).expect(200);
  });

  it("[H7] keep the sessions and devices of who sets them up anew, and ask for a recent second factor", async () => {
    const app = waysApp({ questions: true });
    const me = await signedIn(app, "alice", true);
    const other = await signedIn(app, "alice");
    expect((await setUp(me)).status).to.equal(200);
    expect((await setUp(me, { ...CHOSEN, answer_1: "Tainan" })).status).to.equal(200);
    await other.get("/chat").expect(200);
    await me.get("/approve").expect(200);
    app.clock.advance(600_001);
    expect((await me.post(PATH).expect(401)).body.code).to.equal("factor_required");
    const half = visitor(app);
    await half.logIn("alice");
    await half.post(PATH).expect(401);
    await half.post(`${PATH}/remove`, { id: "x" }).expect(401);
  });

  it("[H7] say what is wrong with answers, and cost nothing", async () => {
    const app = waysApp({ questions: true });
    const me = await signedIn(app, "alice");
    await me.post(PATH).expect(201);
    for (let i = 0; i < 12; i++) {
      const { status, body } = await me.post(`${PATH}/confirm`, {
        secret_questions: { ...CHOSEN, answer_2: "ab" },
      });
      expect([status, body.code, body.field]).to.deep.equal([400, "answer_refused", "secret_questions"]);
    }
    for (const odd of [undefined, null, "", 7, [], {}, { question_1: ["toy"] }, "x".repeat(9000)])
      expect(
        (await me.post(`${PATH}/confirm`, { secret_questions: odd })).status,
        JSON.stringify(odd),
      ).to.equal(400);
    await me.post(`${PATH}/confirm`, { secret_questions: CHOSEN }).expect(200);
  });

  it("have a page with a choice and a field for each, also without script, in the person's language", async () => {
    const app = waysApp({ questions: true });
    const page = visitor(app, "html", { "Accept-Language": "fr" });
    await page.logIn("otto");
    expect((await page.get("/security").expect(200)).text).to.include("Questions secrètes");
    await page.post(PATH).expect(303);
    const { text } = await page.get(PATH).expect(200);
    expect(text.match(/<select /g)).to.have.length(3);
    expect(text).to.include("Dans quelle ville avez-vous eu votre premier emploi").and.include("Réponse 3");
    const form = (more: object = {}) =>
      Object.fromEntries(
        Object.entries({ ...CHOSEN, ...more }).map(([name, value]) => [`secret_questions[${name}]`, value]),
      );
    const again = await page.post(`${PATH}/confirm`, form({ answer_1: "Mr Bunny" })).expect(422);
    expect(again.text).to.include("Choisissez d’autres réponses");
    await page.post(`${PATH}/confirm`, form()).expect(303);
    expect((await page.get("/security").expect(200)).text).to.include("<strong>Questions secrètes</strong>");
  });
});
