import { expect } from "chai";
import { RedisStore } from "connect-redis";
import session from "express-session";
import { endSessions, type ListingStore } from "../../lib/index.ts";
import { makeApp, type TestApp } from "../support/app.ts";
import { redisOfSuite } from "../support/redis-of-suite.ts";
import { passed, visitor } from "../support/visitor.ts";

for (const kind of ["MemoryStore", "connect-redis"] as const) {
  describe(`the sessions of an account, in ${kind}`, () => {
    const suite = kind === "connect-redis" ? redisOfSuite() : undefined;
    let store: session.Store;
    let app: TestApp;
    beforeEach(async () => {
      await suite?.client.flushall();
      store = suite === undefined ? new session.MemoryStore() : new RedisStore({ client: suite.client });
      app = makeApp({ sessionStore: store });
    });
    const me = async (user: string) => {
      const one = visitor(app);
      await one.logIn(user);
      return one;
    };

    it("[I7][H12][T46] end together, half-done logins too, and nobody else's", async () => {
      const [whole, half] = [await passed(app), await me("alice")];
      const other = await me("nora");
      expect(await endSessions(store as ListingStore)("alice")).to.equal(2);
      expect((await whole.get("/me")).body).not.to.have.property("user", "alice");
      await whole.get("/chat").expect(401);
      await half.send().expect(401);
      expect((await other.get("/me")).body).to.have.property("user", "nora");
      expect(await endSessions(store as ListingStore)("alice")).to.equal(0);
    });

    it("[H12] are told by the app where it keeps its user otherwise", async () => {
      await me("alice");
      await me("nora");
      const end = endSessions(store as ListingStore, {
        accountOf: ({ passport }) => ({ alice: 7 })[(passport as { user: string }).user],
      });
      expect(await end(8)).to.equal(0);
      expect(await end(7)).to.equal(1);
    });
  });
}

describe("a session store that lists", () => {
  const storeOf = (all: unknown, destroyed: string[] = []): ListingStore => ({
    all: (done) => done(null, all),
    destroy(sid, done) {
      destroyed.push(sid);
      done?.();
    },
  });

  it("[H12] is asked again for what a request has begun meanwhile", async () => {
    const lists = [{ a: { passport: { user: 1 } } }, { b: { factors: { account: "1" } } }, {}];
    const destroyed: string[] = [];
    const store = {
      ...storeOf({}, destroyed),
      all: (done: (e: null, s: object) => void) => done(null, lists.shift()!),
    };
    expect(await endSessions(store)(1)).to.equal(2);
    expect(destroyed).to.deep.equal(["a", "b"]);
  });

  it("finds a user that Passport keeps as an object, and takes no session for everybody's", async () => {
    const destroyed: string[] = [];
    const sessions = {
      a: { passport: { user: { id: 5 } } },
      b: { passport: {} },
      c: { passport: null, factors: null },
      d: { passport: { user: null } },
      e: { passport: { user: { id: {} } } },
      f: { cookie: {} },
    };
    const end = endSessions(storeOf(sessions, destroyed));
    expect(await end("5")).to.equal(1);
    expect(destroyed).to.deep.equal(["a"]);
    for (const nobody of ["", undefined, null, {}, NaN])
      expect(await rejection(end(nobody as never))).to.be.instanceOf(TypeError);
    for (const text of ["undefined", "null", "[object Object]"]) expect(await end(text)).to.equal(0);
  });

  it("[T51] that fails, hangs or answers oddly is an error, never silence", async () => {
    const broken: ListingStore["all"][] = [
      (done) => done(new Error("away")),
      (done) => done("away"),
      () => undefined,
      () => {
        throw undefined;
      },
      async () => Promise.reject(new Error("away")),
      (done) => done(null),
      (done) => done(null, "all"),
      (done) => done(null, [{ passport: { user: "1" } }]),
      (done) => done(null, { a: null }),
    ];
    for (const all of broken) {
      const end = endSessions({ ...storeOf({}), all: all! }, { timeoutMs: 20 });
      expect(await rejection(end("1")), String(all)).to.be.instanceOf(Error);
    }
    const stuck = { ...storeOf({ a: { passport: { user: "1" } } }), destroy: () => undefined };
    expect(await rejection(endSessions(stuck, { timeoutMs: 20 })("1"))).to.be.instanceOf(Error);
    expect(() => endSessions({ destroy() {} })).to.throw(TypeError, "no function all");
  });
});

async function rejection(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise;
    return undefined;
  } catch (error) {
    return error;
  }
}
