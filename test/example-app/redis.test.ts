import { expect } from "chai";
import { Redis } from "ioredis";
import { startRedis, until, type RedisServer } from "../support/redis-server.ts";
import { E164, join, open, PASSWORD, PHONE, type Agent, type Setting } from "./harness.ts";

const DEADLINE_MS = 1000;

/** Every kind of request that the chat has: pages, forms, programs, the package's own doors. */
const REQUESTS: readonly [name: string, ask: (agent: Agent) => ReturnType<Agent["get"]>][] = [
  ["GET / as a page", (agent) => agent.get("/").accept("html")],
  ["GET /me", (agent) => agent.get("/me")],
  ["GET /chat as a page", (agent) => agent.get("/chat").accept("html")],
  ["GET /chat as JSON", (agent) => agent.get("/chat").accept("json")],
  ["GET /chat/stream", (agent) => agent.get("/chat/stream").accept("text/event-stream")],
  ["POST /chat/messages", (agent) => agent.post("/chat/messages").accept("json").send({ text: "x" })],
  [
    "POST /login as JSON",
    (agent) => agent.post("/login").accept("json").send({ email: "ann@example.org", password: PASSWORD }),
  ],
  [
    "POST /login as a form",
    (agent) =>
      agent.post("/login").type("form").accept("html").send({ email: "ann@example.org", password: PASSWORD }),
  ],
  ["POST /sms_registration", (agent) => agent.post("/sms_registration").accept("json").send(PHONE)],
  [
    "POST /sms_verification",
    (agent) => agent.post("/sms_verification").accept("json").send({ pin_number: "123456" }),
  ],
  [
    "POST /sms_verification/challenge as a form",
    (agent) => agent.post("/sms_verification/challenge").accept("html"),
  ],
  ["POST /logout", (agent) => agent.post("/logout").accept("json")],
];

describe("example app on Redis", () => {
  let redis: RedisServer;
  let chat: Setting;
  let ann: Agent;

  before(async () => (redis = await startRedis()));
  after(() => redis.stop());
  beforeEach(async () => {
    chat = await open({ redisUrl: redis.url });
    ann = chat.agent();
    const admin = new Redis(redis.url);
    await admin.flushall();
    await admin.quit();
    await join(chat, ann);
  });
  afterEach(() => chat.close());

  async function allUnavailable(agentOf: () => Agent): Promise<void> {
    for (const [name, ask] of REQUESTS) {
      const start = performance.now();
      const answer = await ask(agentOf());
      expect(answer.status, name).to.equal(503);
      expect(Number(answer.headers["retry-after"]), name).to.be.at.least(1);
      expect(performance.now() - start, name).to.be.below(DEADLINE_MS);
      expect(answer.text, name).to.not.match(/\bat .*\.[jt]s:\d/);
    }
  }

  it("keeps sessions and codes in Redis, and no number or code in clear", async () => {
    await ann.get("/me").expect(200);
    await ann.post("/sms_verification/challenge").accept("json").expect(201);
    await chat.agent().get("/healthz").expect(200, { status: "ok", store: "redis" });
    const client = new Redis(redis.url);
    const keys = await client.keys("*");
    expect(keys.some((each) => each.startsWith("chat:session:"))).to.equal(true);
    for (const key of keys) {
      expect(await client.pttl(key), key).to.be.above(0);
      const dump = `${key} ${String(await client.dump(key))}`;
      expect(dump).to.not.include(E164.slice(2)).and.not.include(chat.messages.code());
    }
    await client.quit();
  });

  it("keeps numbers in the vault where it is told to: the database holds an id", async () => {
    const vaulted = await open({ redisUrl: redis.url, phoneVault: true });
    const bea = vaulted.agent();
    await join(
      vaulted,
      bea,
      "bea@example.org",
      { country_code: "TW", phone_number: "0978 000 111" },
      "+886978000111",
    );
    const { body } = await bea.get("/me").expect(200);
    expect(body.phone_display).to.equal("***-***-0111");
    const client = new Redis(redis.url);
    expect((await client.keys("{factors}v*")).length).to.equal(1);
    await client.quit();
    await vaulted.close();
  });

  it("[T35] answers 503 in time while Redis is gone, and all works again within a second of its return", async () => {
    await redis.kill();
    await allUnavailable(() => ann);
    await chat.agent().get("/healthz").expect(503, { status: "unavailable", store: "redis" });
    await redis.start();
    const start = performance.now();
    await until(async () => (await chat.agent().get("/healthz")).status === 200);
    expect(performance.now() - start).to.be.below(DEADLINE_MS);
    const again = chat.agent();
    chat.messages.clear();
    await again
      .post("/login")
      .accept("json")
      .send({ email: "ann@example.org", password: PASSWORD })
      .expect(200);
    await again
      .post("/sms_verification")
      .accept("json")
      .send({ pin_number: chat.messages.code() })
      .expect(200);
    await again.get("/chat").expect(200);
  });

  it("answers 503 in time while Redis does not answer, also to who has no session yet", async () => {
    const admin = new Redis(redis.url);
    await admin.call("CLIENT", "PAUSE", "30000", "ALL");
    admin.disconnect();
    try {
      await allUnavailable(() => ann);
      const start = performance.now();
      const answer = await chat
        .agent()
        .post("/login")
        .accept("json")
        .send({ email: "ann@example.org", password: PASSWORD });
      expect(answer.status).to.equal(503);
      expect(performance.now() - start).to.be.below(DEADLINE_MS);
    } finally {
      await redis.kill();
      await redis.start();
    }
  });

  it("says 503, not welcome, when the session could not be saved", async () => {
    const agent = chat.agent();
    const { body } = await agent.get("/login").accept("json").expect(200);
    expect(body).to.deep.equal({});
    await redis.kill();
    const answer = await agent
      .post("/login")
      .accept("json")
      .send({ email: "ann@example.org", password: PASSWORD })
      .expect(503);
    expect(answer.headers).to.not.have.property("set-cookie");
    await redis.start();
  });

  it("starts without a Redis that is there, and serves when it comes", async () => {
    await redis.kill();
    const early = await open({ redisUrl: redis.url });
    try {
      await early.agent().get("/healthz").expect(503);
      await redis.start();
      await until(async () => (await early.agent().get("/healthz")).status === 200);
      await join(early, early.agent());
    } finally {
      await early.close();
    }
  });
});
