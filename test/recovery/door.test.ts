import { expect } from "chai";
import { fob, FOB, letter, letterBox, neighbour, word, WORD } from "../support/recovery-factors.ts";
import { PASSWORD, putTotp, recoveryApp, walker } from "../support/recovery-scene.ts";

const alice = (account: string) => account === "alice";

describe("the JSON door of a recovery", () => {
  const box = letterBox();

  it("walks from the identifier over one proof to a new password, where the account has no second factor", async () => {
    const app = recoveryApp({ more: [letter(box)] });
    const walk = walker(app);
    await walk.start("Alice");
    walk.is("offer", "totp");
    expect(walk.view).to.deep.include({ gen: 1, inputs: ["yes", "no", "start_over"], proofs: [] });
    expect(walk.view.prompt).to.deep.equal({ label: "Use your authenticator app" });
    await walk.step("no");
    walk.is("offer", "letter");
    await walk.step("yes");
    walk.is("entry", "letter");
    expect(walk.view.prompt).to.deep.equal({
      kind: "typed",
      label: "Get a letter",
      field: "letter",
      field_label: "Code",
      length: 64,
      digits: true,
      autocomplete: "one-time-code",
    });
    await walk.respond(box.code("alice"));
    walk.is("reset", undefined);
    expect(walk.view.proofs).to.deep.equal([{ factor: "letter", class: "address" }]);
    expect(walk.view.expires_in_seconds).to.equal(900);
    await walk.password(PASSWORD);
    walk.is("done", undefined);
    expect(app.written).to.have.length(1);
    expect(app.written[0]).to.deep.include({ user: "alice", password: PASSWORD });
    expect(app.written[0]?.about).to.deep.include({
      kind: "recovery",
      proofs: [{ factor: "letter", class: "address" }],
      tenant: "default",
    });
    expect(app.events.map(({ name }) => name)).to.deep.equal([
      "recovery_started",
      "factor_begun",
      "factor_passed",
      "recovery_proven",
      "devices_revoked",
      "password_reset",
    ]);
  });

  it("[H3][R14] asks two proofs of different classes, where the account has a second factor", async () => {
    const app = recoveryApp({ more: [letter(box)] });
    const secret = await putTotp(app, "alice");
    const walk = walker(app);
    await walk.start();
    await walk.step("no");
    await walk.step("yes");
    await walk.respond(box.code("alice"));
    walk.is("more", undefined);
    expect(walk.view.prompt?.["factors"]).to.deep.equal([
      { factor: "totp", label: "Use your authenticator app" },
    ]);
    await walk.password(PASSWORD, 409);
    await walk.step("pick", { factor: "letter" }, 409);
    await walk.step("pick", { factor: "totp" });
    walk.is("offer", "totp");
    await walk.step("yes");
    await walk.respond(app.codeOf(secret));
    walk.is("reset", undefined);
    expect(walk.view.prompt).to.deep.equal({ min_length: 8 });
    await walk.password("Xk4-r9vP");
    expect(app.written[0]?.about.kind).to.equal("rebind");
  });

  it("leaves the second proof to the next login, where the app says so", async () => {
    const app = recoveryApp({ more: [letter(box)], recovery: { secondProof: "at-login" } });
    await putTotp(app, "alice");
    const walk = walker(app);
    await walk.start();
    await walk.step("no");
    await walk.step("yes");
    await walk.respond(box.code("alice"));
    walk.is("reset", undefined);
  });

  it("[R49] fails, tries again, goes another way, and starts over under a new handle", async () => {
    const app = recoveryApp({ more: [letter(box)] });
    await putTotp(app, "alice");
    const walk = walker(app);
    const { flow } = await walk.start();
    await walk.step("yes");
    await walk.respond("000000");
    walk.is("failed", "totp");
    expect(walk.view.inputs).to.deep.equal(["again", "another_way", "start_over"]);
    expect(walk.view.message).to.equal("That did not work.");
    await walk.step("again");
    walk.is("entry", "totp");
    await walk.respond("000000");
    await walk.step("another_way");
    walk.is("offer", "letter");
    await walk.step("start_over");
    walk.is("identify", undefined);
    expect(walk.view.flow).to.equal(undefined);
    expect((await walk.start()).flow).not.to.equal(flow);
    walk.is("offer", "totp");
  });

  it("[H18][R5] comes to its end without a proof where everything is declined, and hands over", async () => {
    const app = recoveryApp({ more: [letter(box)] });
    const walk = walker(app);
    await walk.start();
    await walk.step("no");
    await walk.step("no");
    walk.is("none", undefined);
    await walk.password(PASSWORD, 409);
    expect(app.handed).to.have.length(1);
    expect(app.handed[0]).to.deep.include({ account: "alice", identifier: "alice", proofs: [] });
    expect(app.events.at(-1)?.name).to.equal("recovery_handed_over");
  });

  it("[R47] hides the other ways behind a key that is mandatory, where what is on file is shown, and cannot decline it", async () => {
    const app = recoveryApp({
      more: [fob(alice), letter(box)],
      recovery: { reveal: "always", keyMode: "mandatory", factors: ["fob", "letter"] },
    });
    const walk = walker(app);
    await walk.start();
    walk.is("entry", "fob");
    await walk.step("no", {}, 409);
    await walk.respond("111111");
    walk.is("failed", "fob");
    expect(walk.view.inputs).to.deep.equal(["again", "start_over"]);
    await walk.step("another_way", {}, 409);
    await walk.step("again");
    await walk.respond(FOB);
    walk.is("more", undefined);
    const nora = walker(app);
    await nora.start("nora");
    nora.is("offer", "letter");
  });

  it("[R49] ends where a key that is exclusive fails, and may start over", async () => {
    const app = recoveryApp({
      more: [fob(alice), letter(box)],
      recovery: { reveal: "always", keyMode: "exclusive", factors: ["fob", "letter"] },
    });
    const walk = walker(app);
    await walk.start();
    await walk.respond("111111");
    walk.is("ended", undefined);
    expect(walk.view.inputs).to.deep.equal(["start_over"]);
    await walk.step("start_over");
    await walk.start();
    walk.is("entry", "fob");
  });

  it("[P10][R47] lets nothing else pass beside a key that is mandatory, though it is offered to everybody", async () => {
    for (const keyMode of ["mandatory", "exclusive"] as const) {
      const app = recoveryApp({
        more: [fob(alice), letter(box)],
        recovery: { keyMode, factors: ["fob", "letter"] },
      });
      const walk = walker(app);
      await walk.start();
      walk.is("offer", "fob");
      await walk.step("no");
      await walk.step("yes");
      await walk.respond(box.code("alice"));
      walk.is("failed", "letter");
      expect(app.events.map(({ name }) => name)).not.to.include("factor_passed");
    }
  });

  it("[H7] never asks for knowledge first or alone, and holds a reset that rests on it", async () => {
    const app = recoveryApp({
      more: [letter(box), word(alice)],
      recovery: { holdHours: 24, factors: ["letter", "word"] },
    });
    await putTotp(app, "alice");
    const walk = walker(app);
    await walk.start();
    await walk.step("no");
    walk.is("none", undefined);
    await walk.step("start_over");
    await walk.start();
    await walk.step("yes");
    await walk.respond(box.code("alice"));
    walk.is("more", undefined);
    await walk.step("pick", { factor: "word" });
    await walk.step("yes");
    const { flow } = await walk.respond(WORD);
    walk.is("hold", undefined);
    expect(walk.view.expires_in_seconds).to.equal(24 * 3600);
    await walk.password(PASSWORD, 409);
    app.clock.advance(24 * 3600 * 1000 - 1);
    expect((await walk.look()).state).to.equal("hold");
    app.clock.advance(1);
    expect((await walk.look()).state).to.equal("reset");
    expect(walk.view.flow).not.to.equal(flow);
    await walk.password(PASSWORD);
  });

  it("[R4][H7] is not made of knowledge alone", () => {
    expect(() => recoveryApp({ more: [word(alice)], recovery: { factors: ["word"] } })).to.throw(
      TypeError,
      /possession/,
    );
    expect(() => recoveryApp({ recovery: { factors: [] } })).to.throw(TypeError, /possession/);
    expect(() => recoveryApp({ recovery: { factors: ["pigeon"] } })).to.throw(TypeError, /pigeon/);
    expect(() => recoveryApp({ recovery: { revael: "always" } as never })).to.throw(TypeError, /reveal/);
  });

  it("sees at the next look what was decided elsewhere", async () => {
    let says: "right" | "wrong" | "pending" = "pending";
    const app = recoveryApp({ more: [neighbour(() => says)], recovery: { factors: ["neighbour"] } });
    const walk = walker(app);
    await walk.start();
    await walk.step("yes");
    walk.is("wait", "neighbour");
    expect(walk.view.prompt).to.deep.include({ kind: "elsewhere", number: "42" });
    expect(walk.view.inputs).to.deep.equal(["failed", "start_over"]);
    await walk.respond("x", 409);
    await walk.look();
    walk.is("wait", "neighbour");
    says = "wrong";
    await walk.look();
    walk.is("failed", "neighbour");
    await walk.step("again");
    walk.is("wait", "neighbour");
    says = "right";
    await walk.look();
    walk.is("reset", undefined);
  });
});
