import { expect } from "chai";
import {
  isFactorError,
  memoryStore,
  redisStore,
  secretQuestions,
  type FactorEnrol,
  type Store,
} from "../../lib/index.ts";
import { areRight, hashAnswer } from "../../lib/factors/known-answer.ts";
import { OUR_QUESTIONS } from "../../lib/factors/question-catalogue.ts";
import { sceneOf, type FactorScene } from "../support/factor-kit.ts";
import { redisOfSuite } from "../support/redis-of-suite.ts";

const CHOSEN = {
  question_1: "first-job",
  answer_1: "Taipei",
  question_2: "toy",
  answer_2: "Mr. Bunny",
  question_3: "meal",
  answer_3: "Käsespätzle",
};
const RIGHT = { "first-job": "taipei", toy: "mr bunny", meal: "KÄSESPÄTZLE!" };

type Enrol = FactorEnrol<unknown, never, unknown>;

async function confirm(scene: FactorScene, account: string, chosen: object): Promise<unknown> {
  const { enrol } = scene.definition as unknown as { enrol: Enrol };
  const value = enrol.parse?.(chosen);
  if (value === undefined) return "unread";
  try {
    return await enrol.confirm({ account, locale: "en", state: {} }, value, scene.kit);
  } catch (error) {
    return isFactorError(error) ? error.code : error;
  }
}

async function withAnswers(scene: FactorScene, account = "ann"): Promise<unknown> {
  expect(await confirm(scene, account, CHOSEN)).to.equal("right");
  return (await scene.begin(account)).state;
}

const asked = async (scene: FactorScene, account: string) =>
  ((await scene.begin(account)).shown["fields"] as { name: string }[]).map(({ name }) => name);

for (const backend of ["memory", "Redis"] as const) {
  describe(`secret questions, with the ${backend} store`, () => {
    const suite = backend === "Redis" ? redisOfSuite() : undefined;
    let store: Store;
    let scene: FactorScene;
    beforeEach(async () => {
      await suite?.client.flushall();
      store = suite === undefined ? memoryStore() : redisStore(suite.client);
      scene = sceneOf(secretQuestions(), { store });
    });

    it("are asked, all of them, and pass however the answers are written", async () => {
      const state = await withAnswers(scene);
      expect(await asked(scene, "ann")).to.have.members(["first-job", "toy", "meal"]);
      expect(await scene.judge("ann", state, RIGHT)).to.equal("right");
      const full = { "first-job": " ＴＡＩＰＥＩ ", toy: "“mr—bunny”", meal: "ka\u0308sespa\u0308tzle" };
      expect(await scene.judge("ann", state, full)).to.equal("right");
      const order = (state as { questions: (keyof typeof RIGHT)[] }).questions;
      expect(
        await scene.judge(
          "ann",
          state,
          order.map((id) => RIGHT[id]),
        ),
      ).to.equal("right");
    });

    it("[H7] pass only where every one is right", async () => {
      const state = await withAnswers(scene);
      expect(await scene.judge("ann", state, { ...RIGHT, toy: "teddy" })).to.equal("wrong");
      const { toy: _toy, ...two } = RIGHT;
      expect(await scene.judge("ann", state, two)).to.equal("wrong");
      expect(await scene.judge("ann", state, { ...two, nickname: "bunny" })).to.equal("wrong");
      expect(await scene.judge("ann", undefined, RIGHT)).to.equal("wrong");
      expect(await scene.judge("bob", state, RIGHT)).to.equal("wrong");
    });

    it("[H7] are the same after wrong answers, and for whoever asks", async () => {
      const state = await withAnswers(scene);
      const first = await asked(scene, "ann");
      for (let i = 0; i < 3; i++) {
        await scene.judge("ann", state, { ...RIGHT, toy: "teddy" });
        expect(await asked(scene, "ann")).to.deep.equal(first);
      }
    });

    it("[H7] five wrong ones in a day are all, also for the right one; a right one frees the day", async () => {
      const state = await withAnswers(scene);
      const wrong = () => scene.judge("ann", state, { ...RIGHT, toy: "teddy" });
      for (let i = 0; i < 4; i++) expect(await wrong()).to.equal("wrong");
      expect(await scene.judge("ann", state, RIGHT)).to.equal("right");
      for (let i = 0; i < 5; i++) expect(await wrong()).to.equal("wrong");
      expect(await codeOf(scene.judge("ann", state, RIGHT))).to.equal("too_many_requests");
      expect(await scene.judge("decoy", (await scene.begin("decoy")).state, RIGHT)).to.equal("wrong");
    });

    it("[H7] 20 at once are five", async () => {
      const state = await withAnswers(scene);
      const all = Array.from({ length: 20 }, () =>
        codeOf(scene.judge("ann", state, { ...RIGHT, toy: "x y z" })),
      );
      const answers = await Promise.all(all);
      expect(answers.filter((each) => each === "wrong")).to.have.length(5);
      expect(answers.filter((each) => each === "too_many_requests")).to.have.length(15);
    });

    it("[B4][T11] stand nowhere in clear, each answer with a salt of its own", async () => {
      await withAnswers(scene);
      await withAnswers(scene, "bob");
      const all = [
        ...(await scene.kit.credentials.list("ann")),
        ...(await scene.kit.credentials.list("bob")),
      ] as { value: { answers: { hash: string }[] } }[];
      const hashes = all.flatMap(({ value }) => value.answers.map(({ hash }) => hash));
      expect(new Set(hashes)).to.have.length(6);
      expect(JSON.stringify(all).toLowerCase()).not.to.match(/taipei|bunny|spätzle/);
    });
  });
}

describe("secret questions for whoever has none", () => {
  it("[H19] are the same ones each time, as many, out of the same list, others for others", async () => {
    const scene = sceneOf(secretQuestions());
    const first = await asked(scene, "decoy a");
    expect(first).to.have.length(3);
    expect(Object.keys(OUR_QUESTIONS)).to.include.members(first);
    expect(await asked(scene, "decoy a")).to.deep.equal(first);
    const others = await Promise.all(Array.from({ length: 20 }, (_, i) => asked(scene, `decoy ${i}`)));
    expect(new Set(others.map(String)).size).to.be.greaterThan(5);
    const elsewhere = sceneOf(secretQuestions(), { tenant: "other" });
    const there = await Promise.all(Array.from({ length: 20 }, (_, i) => asked(elsewhere, `decoy ${i}`)));
    expect(there).not.to.deep.equal(others);
  });

  it("[H19][T43] take the same steps: as many trips to the store, as many hashes", async () => {
    const count = async (account: string) => {
      const store = memoryStore();
      let trips = 0;
      const counted = <Part extends object>(part: Part): Part =>
        new Proxy(part, {
          get: (target, verb) => {
            const own = Reflect.get(target, verb) as unknown;
            if (typeof own !== "function") return own;
            return (...what: unknown[]) => {
              trips++;
              return own.apply(target, what) as unknown;
            };
          },
        });
      const scene = sceneOf(secretQuestions(), {
        store: { ...store, notes: counted(store.notes), credentials: counted(store.credentials) },
      });
      await withAnswers(scene, "ann");
      trips = 0;
      const { state } = await scene.begin(account);
      const began = trips;
      expect(await scene.judge(account, state, { "first-job": "abc", toy: "abc", meal: "abc" })).to.equal(
        "wrong",
      );
      return [began, trips];
    };
    expect(await count("decoy a")).to.deep.equal(await count("ann"));
  });
});

describe("the hashes of answers", () => {
  it("[H19][T43] are as many where there is nothing to compare with, or the first is wrong", async () => {
    const onFile = await Promise.all(["one", "two", "three"].map(hashAnswer));
    const cases = {
      right: { answers: ["one", "two", "three"], against: onFile },
      wrong: { answers: ["no", "two", "three"], against: onFile },
      none: { answers: ["one", "two", "three"], against: [] },
      fewer: { answers: ["one"], against: onFile.slice(0, 1) },
    };
    // CPU of all threads: how long it takes depends on what else the machine does.
    const spent = { right: 0, wrong: 0, none: 0, fewer: 0 };
    for (let run = 0; run < 20; run++)
      for (const [name, { answers, against }] of Object.entries(cases)) {
        const since = process.cpuUsage();
        await areRight(answers, against, 3);
        const { user, system } = process.cpuUsage(since);
        spent[name as keyof typeof cases] += user + system;
      }
    for (const name of ["wrong", "none", "fewer"] as const)
      expect(spent[name] / spent.right, name).to.be.within(0.6, 1.6);
  });
});

describe("answers, as they are set up", () => {
  const scene = sceneOf(secretQuestions());

  it("[H7] have 3 to 40 characters, are not alike, and do not stand in their question", async () => {
    const tried = (more: object) => confirm(scene, "carl", { ...CHOSEN, ...more });
    for (const answer_1 of [
      "",
      "ab",
      " -ab. ",
      "x".repeat(41),
      undefined,
      7,
      "Mr Bunny!",
      "first job",
      "town",
    ])
      expect(await tried({ answer_1 }), String(answer_1)).to.equal("answer_refused");
    for (const question_1 of ["toy", "no-such", "constructor"])
      expect(await tried({ question_1 }), question_1).to.equal("answer_refused");
    expect(await confirm(scene, "carl", { question_1: "toy", answer_1: "Bunny" })).to.equal("answer_refused");
    for (const odd of [undefined, null, "x", [], {}, { question_1: {} }, { question_1: "__proto__" }])
      expect(await confirm(scene, "carl", odd as object), JSON.stringify(odd)).to.equal("unread");
    expect(await tried({ answer_1: "abc" })).to.equal("right");
    expect(await tried({ answer_1: "x".repeat(40) })).to.equal("right");
  });

  it("void what was asked before", async () => {
    const state = await withAnswers(scene, "dora");
    expect(await confirm(scene, "dora", { ...CHOSEN, answer_1: "Tainan" })).to.equal("right");
    expect(await scene.judge("dora", state, RIGHT)).to.equal("wrong");
    const next = (await scene.begin("dora")).state;
    expect(await scene.judge("dora", next, { ...RIGHT, "first-job": "Tainan" })).to.equal("right");
    const { enrol } = scene.definition as unknown as { enrol: Enrol };
    expect(await enrol.remove("dora", "another", scene.kit)).to.equal(false);
    expect(await enrol.remove("dora", undefined, scene.kit)).to.equal(true);
    expect(await scene.judge("dora", next, { ...RIGHT, "first-job": "Tainan" })).to.equal("wrong");
  });

  it("[M2] of any shape cost nothing where they cannot be right", async () => {
    const state = await withAnswers(scene, "eve");
    for (const odd of [
      undefined,
      null,
      "",
      7,
      [],
      {},
      [""],
      ["ab"],
      [null],
      { "first-job": "" },
      { "first-job": ["Taipei"] },
      { __proto__: { "first-job": "Taipei" } },
      JSON.parse('{"__proto__": "Taipei"}'),
      Array.from({ length: 6 }, () => "abc"),
      { "first-job": "x".repeat(10_000) },
    ])
      expect(await scene.judge("eve", state, odd), JSON.stringify(odd)?.slice(0, 40)).to.equal("unread");
    expect(await scene.judge("eve", state, { constructor: "abc" })).to.equal("wrong");
  });
});

describe("a catalogue of one's own", () => {
  const own = Object.fromEntries(["a", "b", "c", "d", "e"].map((id) => [id, { en: `What is ${id}?` }]));

  it("is asked in place of ours; what is no catalogue throws by name", async () => {
    const scene = sceneOf(secretQuestions({ questions: own, count: 5 }));
    expect(await asked(scene, "decoy")).to.have.members(["a", "b", "c", "d", "e"]);
    const { e: _e, ...four } = own;
    for (const questions of [four, {}, [], null, { ...own, "A B": { en: "x" } }, { ...own, f: { de: "x" } }])
      expect(() => secretQuestions({ questions: questions as never }), JSON.stringify(questions)).to.throw(
        TypeError,
        "questions must be",
      );
    for (const count of [1, 6]) expect(() => secretQuestions({ count })).to.throw(TypeError, "count must be");
  });

  it("that has lost a question has its sets answered no more", async () => {
    const store = memoryStore();
    await withAnswers(sceneOf(secretQuestions(), { store }));
    const scene = sceneOf(secretQuestions({ questions: own }), { store });
    expect(await scene.definition.onFile("ann", scene.kit)).to.equal(undefined);
    const { state } = await scene.begin("ann");
    expect(await scene.judge("ann", state, RIGHT)).to.equal("wrong");
  });
});

async function codeOf(promise: Promise<unknown>): Promise<unknown> {
  try {
    return await promise;
  } catch (error) {
    return isFactorError(error) ? error.code : error;
  }
}
