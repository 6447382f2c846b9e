import { expect } from "chai";
import { defineFactor, memoryStore, type DefinedFactor, type Store } from "../../lib/index.ts";
import { FactorError } from "../../lib/errors.ts";
import { letter, letterBox } from "../support/recovery-factors.ts";
import { PASSWORD, recoveryApp, walker } from "../support/recovery-scene.ts";

/** One number that is good once, and can be given back. */
function ticket(): { factor: DefinedFactor; isUsed: () => boolean } {
  let used = false;
  const factor = defineFactor<string>({
    name: "ticket",
    amr: "otp",
    class: "saved",
    uses: ["recovery"],
    texts: { en: { label: "Use your ticket", field: "Number" } },
    onFile: () => ({}),
    parse: (typed) => (typeof typed === "string" && /^\d{6}$/.test(typed) ? typed : undefined),
    judge(_attempt, typed) {
      if (typed !== "135790" || used) return "wrong";
      used = true;
      return { outcome: "right", giveBack: async () => void (used = false) };
    },
  });
  return { factor, isUsed: () => used };
}

/** A store that refuses the n-th move from now. */
function refusing(): { store: Store; refuse(n: number): void } {
  const store = memoryStore();
  let left = 0;
  const { flows } = store;
  const move: typeof flows.move = async (...args) => {
    left -= 1;
    if (left === 0) throw new FactorError("store_unavailable", { retryAfter: 1 });
    return flows.move(...args);
  };
  return { store: { ...store, flows: { ...flows, move } }, refuse: (n) => void (left = n) };
}

describe("a step of a recovery that cannot be written", () => {
  it("[T72] gives back what was right: it can be typed once more, and opens the reset", async () => {
    const { store, refuse } = refusing();
    const { factor, isUsed } = ticket();
    const app = recoveryApp({ store, more: [factor], recovery: { factors: ["ticket"] } });
    const walk = walker(app);
    await walk.start();
    await walk.step("yes");
    // The first takes the turn, the second writes the proof.
    refuse(2);
    const { gen } = walk.view;
    await walk.me.post("/recovery/step", { gen, input: "respond", response: "135790" }).expect(503);
    expect(isUsed()).to.equal(false);
    await walk.look();
    walk.is("entry", "ticket");
    await walk.respond("135790");
    expect(isUsed()).to.equal(true);
    walk.is("reset", undefined);
  });

  it("[H14] shows who has made the reset that it is done, once more, and nobody else", async () => {
    const box = letterBox();
    const app = recoveryApp({ more: [letter(box)], recovery: { factors: ["letter"] } });
    const [walk, other] = [walker(app), walker(app)];
    await other.start();
    await walk.start();
    await walk.step("yes");
    await walk.respond(box.code("alice"));
    await walk.password(PASSWORD);
    for (let n = 0; n < 2; n++) {
      await walk.look();
      walk.is("done", undefined);
    }
    await other.look();
    other.is("identify", undefined);
  });
});
