import { expect } from "chai";
import { fob, letter, letterBox, neighbour, word } from "../support/recovery-factors.ts";
import { PASSWORD, putTotp, recoveryApp, walker, type RecoveryApp } from "../support/recovery-scene.ts";

const box = letterBox();
const bob = (account: string) => account === "bob";

/** Who is asked about: everything on file, nothing, an account that must not be recovered, and nobody. */
const WHO = ["bob", "nora", "archived", "stranger"] as const;

async function make(): Promise<RecoveryApp> {
  const app = recoveryApp({
    users: { bob: undefined, nora: undefined, archived: undefined },
    more: [fob(bob), letter(box, bob), neighbour(() => "pending"), word(bob)],
    recovery: { handover: () => {} },
  });
  app.users.delete("archived");
  await putTotp(app, "bob");
  return app;
}

/** The same walk for each, over every kind of answer but the right one. */
const WALK: readonly (readonly [string, object?])[] = [
  ["yes"],
  ["respond", { response: "000000" }],
  ["again"],
  ["respond", { response: "x" }],
  ["respond", { response: "000001" }],
  ["another_way"],
  ["yes"],
  ["respond", { response: "999999" }],
  ["pick", { factor: "totp" }],
  ["another_way"],
  ["yes"],
  ["failed"],
  ["again"],
  ["yes"],
  ["respond", { response: "000002" }],
  ["another_way"],
  ["yes"],
  ["failed"],
  ["another_way"],
  ["no"],
];

async function answers(app: RecoveryApp, who: string): Promise<unknown[]> {
  const walk = walker(app);
  const all: unknown[] = [];
  const note = ({
    status,
    body,
    headers,
  }: {
    status: number;
    body: object;
    headers: Record<string, string>;
  }) => {
    const { flow, ...rest } = body as { flow?: string };
    const { date: _date, "set-cookie": cookie, "content-length": length, ...others } = headers;
    expect(flow === undefined || flow.length === 22).to.equal(true);
    all.push([status, rest, others, length, String(cookie ?? "").replace(/=[\w-]{22};/, "=…;")]);
  };
  note(await walk.me.post("/recovery", { identifier: who }));
  for (const [input, more] of WALK) {
    const { gen } = (await walk.me.get("/recovery")).body as { gen: number };
    note(await walk.me.post("/recovery/step", { gen, input, ...more }));
    note(await walk.me.get("/recovery"));
  }
  note(await walk.me.post("/recovery/password", { gen: 99, password: PASSWORD }));
  return all;
}

describe("what a stranger sees of a recovery", () => {
  it("[R36][R37][H19][T43] is the same for an account with everything on file, one with nothing, one that is archived, and nobody", async () => {
    const app = await make();
    const [first, ...others] = await Promise.all(WHO.map((who) => answers(app, who)));
    expect(JSON.stringify(first))
      .to.include('"state":"failed"')
      .and.include('"state":"wait"')
      .and.include('"none"');
    for (const [i, each] of others.entries()) expect(each, WHO[i + 1]).to.deep.equal(first);
    expect(box.sent.map(({ account }) => account)).to.deep.equal(["bob", "bob"]);
  });

  it("[R35] is a letter to nobody but the address on file", async () => {
    const app = await make();
    box.sent.length = 0;
    for (const who of ["nora", "stranger", "ann@x, evil@y", "bob\u212A"]) {
      const walk = walker(app);
      await walk.start(who);
      await walk.step("no");
      await walk.step("no");
      await walk.step("yes");
      walk.is("entry", "letter");
    }
    expect(box.sent).to.deep.equal([]);
  });

  it("[R37] is no more where a way cannot be begun: the app is told, and nobody else", async () => {
    const app = recoveryApp({
      more: [
        letter({
          ...box,
          sent: {
            push: () => {
              throw new Error("no post");
            },
          } as never,
        }),
      ],
      recovery: { factors: ["letter"] },
    });
    const walk = walker(app);
    await walk.start();
    await walk.step("yes");
    walk.is("entry", "letter");
    expect(String(app.told[0])).to.include("no post");
    await walk.respond("000000");
    walk.is("failed", "letter");
  });

  it("[H19] shows what is on file once something is proven, or at once where the app says so", async () => {
    const app = recoveryApp({
      users: { bob: undefined, nora: undefined },
      more: [fob(bob), letter(box)],
      recovery: { reveal: "after-proof", factors: ["fob", "letter"] },
    });
    const walk = walker(app);
    await walk.start("bob");
    walk.is("offer", "letter");
    await walk.step("yes");
    expect(walk.view.prompt).not.to.have.property("display");
    await walk.respond(box.code("bob"));
    walk.is("more", undefined);
    const shows = recoveryApp({
      users: { bob: undefined, nora: undefined },
      more: [fob(bob), letter(box)],
      recovery: { reveal: "always", factors: ["fob", "letter"] },
    });
    const [mine, other, nobody] = [walker(shows), walker(shows), walker(shows)];
    await mine.start("bob");
    mine.is("offer", "fob");
    await other.start("nora");
    other.is("offer", "letter");
    await other.step("yes");
    expect(other.view.prompt).to.deep.include({ display: "n***" });
    await nobody.start("stranger");
    nobody.is("none", undefined);
  });

  it("[R56][R55][T5] counts guesses over recoveries, start-overs and addresses: ten an hour, for the known and for nobody", async () => {
    for (const who of ["alice", "stranger"]) {
      const app = recoveryApp({ trustProxy: true });
      await putTotp(app, "alice");
      const statuses: number[] = [];
      let walk = walker(app);
      for (let i = 0; statuses.length < 12; i++) {
        if (i % 4 === 0) {
          walk = walker(app);
          await walk.start(who);
          await walk.step("yes");
        }
        const { body, status } = await walk.me
          .post("/recovery/step", { gen: walk.view.gen, input: "respond", response: "000000" })
          .set("X-Forwarded-For", `192.0.2.${i}`);
        statuses.push(status);
        walk.view = body;
        if (status !== 200) continue;
        await walk.step(body.inputs.includes("again") ? "again" : "start_over");
        if (walk.view.state === "identify") i += 3 - (i % 4);
      }
      expect(statuses, who).to.deep.equal([...Array.from({ length: 10 }, () => 200), 429, 429]);
    }
  });

  it("[C10][R54] costs the owner nothing: logins, and their guesses, go on", async () => {
    const app = recoveryApp();
    const secret = await putTotp(app, "alice");
    for (let i = 0; i < 4; i++) {
      const walk = walker(app);
      await walk.start();
      await walk.step("yes");
      for (let n = 0; n < 3; n++) {
        await walk.me.post("/recovery/step", { gen: walk.view.gen, input: "respond", response: "000000" });
        await walk.look();
        if (walk.view.inputs.includes("again")) await walk.step("again");
      }
    }
    const owner = walker(app);
    await owner.me.logIn("alice");
    const wrong = await owner.me.post("/totp_verification", { code: "000000" }).expect(400);
    expect(wrong.body.attempts_remaining).to.equal(9);
    await owner.me.post("/totp_verification", { code: app.codeOf(secret) }).expect(200);
    expect(app.events.map(({ name }) => name)).not.to.include("account_locked");
    expect(app.notices.map(({ kind }) => kind)).to.deep.equal(["recovery_limited"]);
  });

  it("[R75] begins five times an hour for an identifier, however it is written, known or not", async () => {
    for (const who of ["alice", "stranger"]) {
      const app = recoveryApp({ trustProxy: true });
      const statuses: number[] = [];
      for (let i = 0; i < 7; i++) {
        const { me } = walker(app);
        const identifier = i % 2 === 0 ? who : ` ${who.toUpperCase()} `;
        const { status } = await me.post("/recovery", { identifier }).set("X-Forwarded-For", `192.0.2.${i}`);
        statuses.push(status);
      }
      expect(statuses, who).to.deep.equal([201, 201, 201, 201, 201, 429, 429]);
    }
  });

  it("begins twenty times an hour from an address", async () => {
    const app = recoveryApp();
    const statuses: number[] = [];
    for (let i = 0; i < 22; i++)
      statuses.push((await walker(app).me.post("/recovery", { identifier: `who${i}` })).status);
    expect(statuses.filter((each) => each === 201)).to.have.length(20);
  });
});
