import { expect } from "chai";
import { memoryStore } from "../../lib/index.ts";
import { makeApp, type AppOptions, type TestApp } from "../support/app.ts";
import { ALICE, call, restApp } from "../support/rest.ts";
import { allDoors, signUp } from "../support/strangers.ts";
import { visitor, withCode, wrong } from "../support/visitor.ts";

const FREE = { cooldownSeconds: [0], sendsPerHour: 100, sendsPerDay: 100 };
const behindProxy = (more: AppOptions = {}) =>
  makeApp({ trustProxy: true, sms: FREE, factors: { limits: { sendsPerIp: 2 } }, ...more });

/** The status of a send that a proxy says came from there. */
async function sendFrom(app: TestApp, ip: string): Promise<number> {
  const me = visitor(app, "json", { "X-Forwarded-For": ip });
  await me.logIn("alice");
  return (await me.send()).status;
}

const complaints = ({ told }: TestApp) =>
  told.filter((error) => (error as { code?: string }).code === "PASSPORT_FACTORS_NO_ADDRESS");

describe("the address of a request", () => {
  for (const addresses of [
    ["203.0.113.7:4711", "203.0.113.7:4712", "203.0.113.7"],
    ["[2001:db8:1:2::1]:443", "[2001:db8:1:2::9]:444", "2001:db8:1:2::3"],
    ["[2001:db8:1:2::1]", "2001:db8:1:2::1", "[2001:DB8:1:2:0::1]:1"],
    ["::ffff:203.0.113.7", "[::ffff:203.0.113.7]:80", "203.0.113.7:80"],
  ])
    it(`[T58] is one, as ${addresses.join(" and ")}`, async () => {
      const app = behindProxy();
      const statuses = [];
      for (const ip of [...addresses, "203.0.113.99:4711"]) statuses.push(await sendFrom(app, ip));
      expect(statuses).to.deep.equal([201, 201, 429, 201]);
      expect(complaints(app)).to.deep.equal([]);
    });

  it("[T58] limits guesses, look-ups and sign-ups alike, with a port behind it", async () => {
    const app = allDoors(memoryStore(), {
      users: { nora: undefined },
      factors: { limits: { sendsPerIp: 3, guessesPerIp: 2 } },
    });
    let port = 1024;
    const next = () => ({ "X-Forwarded-For": `203.0.113.7:${port++}` });
    const me = visitor(app);
    await me.logIn("alice");
    await me.send().set(next()).expect(201);
    for (const status of [400, 400, 429])
      await me.verify(wrong(app.outbox.code())).set(next()).expect(status);
    await signUp(visitor(app), "0978 000 111").set(next()).expect(201);
    await me.logIn("nora");
    await me.register().set(next()).expect(400);
    await me.register().set(next()).expect(429);
  });

  it("[T58] [T32] that is none is told to onError once, over all tenants and limits, and locks nobody out", async () => {
    const app = behindProxy();
    for (const ip of ["unknown", "_hidden", "203.0.113.7:http", "unknown"])
      expect(await sendFrom(app, ip)).to.equal(201);
    const { me, code } = await withCode(app);
    await me.verify(wrong(code)).set("X-Forwarded-For", "unknown").expect(400);
    const request = { user: { id: "alice" }, headers: {}, session: { regenerate: () => {} }, sessionID: "s" };
    await app.factors.inTenant("other").begin(request);
    expect(complaints(app)).to.have.length(1);
    expect((complaints(app)[0] as Error).message)
      .to.include("trust proxy")
      .and.not.include("hidden");
  });

  it("[T58] of a client of the REST API is not the person's: not counted, and nothing to tell", async () => {
    const app = restApp(5)({ sms: FREE, factors: { limits: { sendsPerIp: 1 } } });
    for (let i = 0; i < 3; i++) await call(app, "requestCode", ALICE).expect(200);
    await call(app, "verify", { ...ALICE, code: wrong(app.outbox.code()) }).expect(400);
    expect(complaints(app)).to.deep.equal([]);
  });
});
