import { types } from "node:util";
import { expect } from "chai";
import { memoryStore, type Destination } from "../../lib/index.ts";
import { outbox } from "../../lib/testing/outbox.ts";
import { makeApp } from "../support/app.ts";
import { ODD } from "../support/odd-values.ts";
import { chatCode, chatHandles, type Handle } from "../support/own-destinations.ts";
import { visitor } from "../support/visitor.ts";

type Verb = "onFile" | "display" | "refusal" | "area" | "message" | "read" | "taken" | "put";

/** What each verb may answer for its request to succeed. */
const LEGAL: Readonly<Record<Verb, readonly string[]>> = {
  onFile: [],
  display: [],
  refusal: ["undefined"],
  area: ["undefined"],
  message: [],
  read: [],
  taken: ["false"],
  put: ["true"],
};
const REGISTERS: readonly Verb[] = ["read", "taken", "put"];
const DOOR = "/chat_code_verification";

describe("[T51] a destination of the app's own that answers or throws anything", () => {
  let odd: { verb: Verb; make: () => unknown } | undefined;
  let files = 0;
  const chats = outbox();
  const answer = <Answer>(verb: Verb, usual: Answer): Answer =>
    odd?.verb === verb ? (odd.make() as Answer) : usual;
  const handles = chatHandles();
  const destination: Destination<Handle> = {
    ...handles,
    onFile: () => answer("onFile", "mia"),
    display: () => answer("display", "@m***"),
    refusal: () => answer("refusal", undefined),
    area: () => answer("area", undefined),
    enrol: {
      read: () => answer("read", "ida"),
      taken: () => answer("taken", false),
      put() {
        const said = answer("put", true);
        if ((said as unknown) === true) files += 1;
        return said;
      },
    },
  };
  const factor = chatCode(chats, {
    destination,
    message: ({ code }) => answer("message", { text: code }),
    rules: { cooldownSeconds: [0], sendsPerHour: 1000, sendsPerDay: 1000, guessesPerCode: 10 },
  });
  const app = makeApp({
    store: memoryStore(),
    more: [factor],
    users: { alice: undefined },
    factors: { timeoutMs: 20, limits: { sendsPerIp: 10_000, guessesPerIp: 10_000 } },
    routes(routes, { factors }) {
      routes.post("/handle", (req, res, next) => {
        factors.register(req, {}, "chat-code").then((challenge) => res.status(201).json(challenge), next);
      });
    },
  });
  after(() => void app.server.close());
  beforeEach(() => {
    odd = undefined;
    files = 0;
  });

  async function signedIn(): Promise<ReturnType<typeof visitor>> {
    const me = visitor(app);
    await me.logIn("alice");
    return me;
  }

  for (const verb of ["onFile", "display", "refusal", "area", "message"] as const)
    it(`${verb}: nothing is sent that was not meant to be, and nobody is in`, async () => {
      const me = await signedIn();
      for (const [name, make, isThrown] of eachWay()) {
        odd = { verb, make };
        const { status } = await me.post(`${DOOR}/challenge`);
        // A text is an address, and may be shown: whose it is only the app knows.
        const isText = !isThrown && typeof make() === "string" && ["onFile", "display"].includes(verb);
        const isLegal = isText || (!isThrown && LEGAL[verb].includes(name));
        if (!isLegal) expect(status, name).to.be.within(400, 599);
      }
      odd = undefined;
      await me.get("/chat").expect(401);
    });

  for (const verb of REGISTERS)
    it(`enrol.${verb}: nothing comes on file by it`, async () => {
      const me = await signedIn();
      await me.post(`${DOOR}/challenge`).expect(201);
      await me.post(DOOR, { code: chats.code() }).expect(200);
      for (const [name, make, isThrown] of eachWay()) {
        if (!isThrown && (LEGAL[verb].includes(name) || (verb === "read" && typeof make() === "string")))
          continue;
        odd = { verb, make };
        const begun = await me.post("/handle");
        if (verb !== "put") expect(begun.status, name).to.be.within(400, 599);
        else {
          const { status } = await me.post(DOOR, { code: chats.code() });
          expect(status, name).to.be.within(400, 599);
        }
      }
      expect(files).to.equal(0);
    });
});

/** Each odd value once as an answer and once as what is thrown. */
function* eachWay(): Generator<readonly [name: string, make: () => unknown, isThrown: boolean]> {
  for (const [name, make] of ODD) {
    yield [name, make, false];
    yield [`thrown: ${name}`, () => throwIt(make), true];
  }
}

function throwIt(make: () => unknown): never {
  const odd = make();
  if (types.isPromise(odd)) odd.catch(() => undefined);
  throw odd;
}
