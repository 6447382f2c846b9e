import { expect } from "chai";
import { versions } from "../support/app.ts";
import { ask, type Answer, type Scene } from "../support/asking.ts";
import { breakableApp, type BreakableApp } from "../support/breakable-app.ts";
import { scenesIn } from "../support/breakable-scenes.ts";
import { calledBy, faultHeader, MODES, type Fault } from "../support/faults.ts";
import { mayPass } from "../support/legal-answers.ts";
import { ODD } from "../support/odd-values.ts";

/** Each scene is in one of them. */
const DOORS: Readonly<Record<string, RegExp>> = {
  "guards and the strategy": /^\/(guarded|strategy)/,
  "registration and text messages": /^\/sms_/,
  "calls and managed verifiers": /^\/(call|whatsapp)_/,
  "the choice, backup codes and remembered devices": /^\/(second_factor|backup|trusted|recognize)/,
  "sign-up": /^\/signup/,
  "the REST API": /^\/rest/,
  "recoveries, and what support asks": /^\/(recovery|unlock|explained)/,
  "GraphQL and providers' reports": /^\/(graphql|delivery)/,
};
/** Here every way to go wrong is tried with every value; elsewhere they take turns. */
const WHOLLY = ["a guard", "a guard, on a remembered device", "the strategy", "a code"];

for (const version of versions) {
  describe(`[T51] whatever the app's functions, its store, its session and its transports throw or answer, on Express ${version}`, () => {
    let app: BreakableApp;
    let scenes: Scene[];
    const unheard: unknown[] = [];
    const note = (reason: unknown) => void unheard.push(reason);

    before(async () => {
      app = breakableApp(version);
      scenes = await scenesIn(app);
      process.on("unhandledRejection", note);
      process.on("uncaughtExceptionMonitor", note);
    });
    after(() => {
      process.removeListener("unhandledRejection", note);
      process.removeListener("uncaughtExceptionMonitor", note);
    });

    for (const [doors, path] of Object.entries(DOORS)) {
      it(`nobody is let through, nothing hangs, and the process goes on: ${doors}`, async () => {
        const wrong: string[] = [];
        for (const scene of scenes.filter((each) => path.test(each.path))) {
          const right = await ask(app, scene, { "x-trace": scene.name });
          expect(right.status, scene.name).to.equal(scene.status);
          const tries = faultsOf(scene, version).map(async (fault) => {
            const answer = await ask(app, scene, faultHeader(fault)).catch(() => undefined);
            const fine = answer !== undefined && (!isGranted(answer) || mayPass(scene.name, fault));
            if (!fine)
              wrong.push(
                `${scene.name}: ${fault.target} ${fault.mode} ${ODD[fault.value]?.[0]}: ${answer?.status}`,
              );
          });
          await Promise.all(tries);
        }
        expect(wrong).to.deep.equal([]);
        expect(unheard).to.deep.equal([]);
      });
    }

    it("nor where onError fails when it is told of a fault", async () => {
      const send = scenes.find(({ name }) => name === "a send") as Scene;
      const lost: Fault = { target: "transport.send", mode: "rejects", value: 0 };
      const { error } = console;
      const lines: unknown[] = [];
      console.error = (line) => void lines.push(line);
      try {
        const tries = MODES.flatMap((mode) =>
          ODD.map(async (_, value) => ask(app, send, faultHeader(lost, { target: "onError", mode, value }))),
        );
        for (const { text } of await Promise.all(tries)) expect(text).to.include('"delivery_failed"');
      } finally {
        console.error = error;
      }
      // What onError could not be told goes to stderr, as a name.
      expect(lines).to.have.lengthOf.above(ODD.length);
      expect(lines.join()).not.to.include("+886");
      expect(unheard).to.deep.equal([]);
    });

    it("nor where taking back fails too, after something that failed", async () => {
      const failed: [scene: string, target: string, undo: string][] = [
        ["a code", "session.save", "store.restore"],
        ["a backup code", "store.credentials.replace", "store.takeBack"],
        ["a managed code", "managed.check", "store.takeBack"],
        ["a send", "transport.send", "store.revoke"],
      ];
      const wrong: string[] = [];
      const tried = new Set<string>();
      for (const [name, target, undo] of failed) {
        const scene = scenes.find((each) => each.name === name) as Scene;
        const trace = { "x-trace": `${name}, undone` };
        const first: Fault = { target, mode: "throws", value: 0 };
        const tries = MODES.flatMap((mode) =>
          ODD.map(async ([odd], value) => {
            const faults = { ...faultHeader(first, { target: undo, mode, value }), ...trace };
            const answer = await ask(app, scene, faults).catch(() => undefined);
            if (answer === undefined || isGranted(answer))
              wrong.push(`${name}: ${undo} ${mode} ${odd}: ${answer?.status}`);
          }),
        );
        await Promise.all(tries);
        for (const each of calledBy.get(trace["x-trace"]) ?? []) tried.add(each);
      }
      expect(wrong).to.deep.equal([]);
      expect(unheard).to.deep.equal([]);
      expect([...tried]).to.include.members(["store.restore", "store.takeBack", "store.revoke"]);
    });

    it("that is all scenes, and in them everything of the app's is called", () => {
      const inOne = (scene: Scene) =>
        Object.values(DOORS).filter((each) => each.test(scene.path)).length === 1;
      expect(scenes.filter((each) => !inOne(each))).to.deep.equal([]);
      const called = new Set(scenes.flatMap(({ name }) => [...(calledBy.get(name) ?? [])]));
      expect(CALLED.filter((each) => !called.has(each))).to.deep.equal([]);
    });
  });
}

const within = (part: string, names: string) => names.split(" ").map((name) => `${part}.${name}`);
const CALLED = [
  ...within("accounts", "id phone phoneTaken setPhone createFromPhone byPhone byEmail byId find locale"),
  ...within("store", "issue verify read revoke reset unlock guesses.count guesses.clear"),
  ...within("store.credentials", "list replace"),
  ...within("store.notes", "put read take advance"),
  ...within("store.flows", "put read move remove"),
  ...within("store.trusted", "add list replace remove removeAll"),
  ...within("provider", "isAuthentic read"),
  ...within("session", "save regenerate"),
  ..."transport.send calls.send managed.send managed.check logger.info logger.warn".split(" "),
  ..."beforeSend notify check authorize verify view logIn".split(" "),
];

function faultsOf({ name }: Scene, version: number): Fault[] {
  // What Passport itself waits for is Passport's.
  const targets = [...(calledBy.get(name) ?? [])].filter(
    (each) => name !== "the strategy" || each !== "logIn",
  );
  return targets.flatMap((target, n) =>
    MODES.flatMap((mode, m) =>
      ODD.flatMap((_, value) => {
        const turn = (value + n + version) % (2 * MODES.length) === m;
        return WHOLLY.includes(name) || turn ? [{ target, mode, value }] : [];
      }),
    ),
  );
}

/** GraphQL says 200 also where nothing is granted. */
function isGranted({ status, text }: Answer): boolean {
  return status >= 200 && status <= 299 && !text.includes('"errors"') && !text.includes('"trusted":false');
}
