import { RedisStore as Eight } from "connect-redis";
import { RedisStore as Ten } from "connect-redis-10";
import { RedisStore as Nine } from "connect-redis-9";
import { expect } from "chai";
import type { Store as SessionStore } from "express-session";
import { redisStore } from "../../lib/stores/redis.ts";
import { makeApp } from "../support/app.ts";
import { hastyBrowser } from "../support/hasty-browser.ts";
import { NODE_REDIS, type NodeRedisClient } from "../support/node-redis.ts";
import { redisOfSuite } from "../support/redis-of-suite.ts";

/** Each version, and the client that it wants: 9 and 10 ask `set` in node-redis's words, which ioredis does not understand. */
const VERSIONS: Record<string, { client: string; make: (client: never) => object }> = {
  "8 on ioredis": { client: "ioredis", make: (client) => new Eight({ client }) },
  "9 on node-redis 5": { client: "node-redis 5", make: (client) => new Nine({ client }) },
  "9 on node-redis 6": { client: "node-redis 6", make: (client) => new Nine({ client }) },
  "10 on node-redis 5": { client: "node-redis 5", make: (client) => new Ten({ client }) },
  "10 on node-redis 6": { client: "node-redis 6", make: (client) => new Ten({ client }) },
};

describe("connect-redis beside the store, on one client", () => {
  const suite = redisOfSuite();
  const open: NodeRedisClient[] = [];
  after(() => {
    for (const client of open) client.destroy();
  });
  beforeEach(() => suite.client.flushall());

  async function clientOf(kind: string): Promise<object> {
    const createClient = NODE_REDIS[kind];
    if (createClient === undefined) return suite.client;
    const client = createClient({ url: suite.server.url });
    client.on("error", () => {});
    open.push(client);
    await client.connect();
    return client;
  }

  for (const [version, { client: kind, make }] of Object.entries(VERSIONS))
    it(`[T59] ${version}: a browser that follows at once is in; one whose session ends is out`, async () => {
      const client = await clientOf(kind);
      const sessionStore = make(client as never) as SessionStore;
      const chat = makeApp({
        sessionStore,
        store: redisStore(client),
        factors: { paths: { success: "/chat" } },
        routes: (app) => void app.post("/end", (req, res) => req.session.destroy(() => res.sendStatus(204))),
      });
      const me = hastyBrowser(chat.server);
      await me.head("POST", "/login", { user: "alice" });
      expect(await me.post("/sms_verification/challenge")).to.deep.equal({
        path: "/sms_verification/new",
        status: 200,
      });
      const pin_number = chat.outbox.code();
      expect(await me.post("/sms_verification", { pin_number })).to.deep.equal({
        path: "/chat",
        status: 200,
      });
      const sessions = () => suite.client.keys("sess:*");
      const [key = ""] = await sessions();
      expect(await suite.client.ttl(key)).to.be.within(86_000, 86_400);
      expect(JSON.parse((await suite.client.get(key)) ?? "{}")).to.have.property("passport");
      await me.head("POST", "/end");
      expect(await sessions()).to.deep.equal([]);
    });
});
