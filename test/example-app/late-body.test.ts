import { EventEmitter, once } from "node:events";
import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { expect } from "chai";
import { Redis } from "ioredis";
import { startRedis, type RedisServer } from "../support/redis-server.ts";
import { E164, listen, open, PASSWORD, PHONE, signUp, type Agent, type Setting } from "./harness.ts";

const THIEF = { country_code: "TW", phone_number: "0978 000 111" };
const THIEF_E164 = "+886978000111";

describe("example app: a body that comes late", () => {
  let redis: RedisServer;
  before(async () => (redis = await startRedis()));
  after(() => redis.stop());

  for (const [where, more] of [
    ["the database", () => ({})],
    ["the vault", () => ({ redisUrl: redis.url, phoneVault: true })],
  ] as const) {
    it(`puts no phone in the place of one that was registered meanwhile, with numbers in ${where}`, async () => {
      const chat = await open(more());
      const [owner, thief] = [chat.agent(), chat.agent()];
      await signUp(owner);
      const login = { email: "ann@example.org", password: PASSWORD };
      const { headers } = await thief.post("/login").accept("json").send(login).expect(200);
      await thief.post("/sms_registration").accept("json").send(THIEF).expect(201);
      const pin = { pin_number: chat.messages.code(THIEF_E164) };
      const answer = await late(chat, cookieOf(headers), JSON.stringify(pin), () => register(chat, owner));
      expect(answer)
        .to.match(/^HTTP\/1.1 401 /)
        .and.include("code_expired");
      const { body } = await owner.get("/me").expect(200);
      expect(body.phone_display).to.equal("***-***-0123");
      if ("phoneVault" in more()) {
        const client = new Redis(redis.url);
        expect(await client.keys("{factors}v*")).to.have.length(1);
        client.disconnect();
      }
      await chat.close();
    });
  }
});

const cookieOf = (headers: Record<string, unknown>) => String(headers["set-cookie"]).split(";")[0] as string;

async function register(chat: Setting, owner: Agent): Promise<void> {
  await owner.post("/sms_registration").accept("json").send(PHONE).expect(201);
  const pin_number = chat.messages.code(E164);
  await owner.post("/sms_verification").accept("json").send({ pin_number }).expect(200);
}

/** Sends the head of a request, and its body when the app reads it and `meanwhile` is over. */
async function late(
  { app }: Setting,
  cookie: string,
  body: string,
  meanwhile: () => Promise<void>,
): Promise<string> {
  const door = new EventEmitter();
  const { server, url } = await listen((req, res) => {
    req.on("newListener", (event) => event === "data" && door.emit("reads"));
    (app as (...args: unknown[]) => void)(req, res);
  });
  const { port, host } = new URL(url);
  const socket = connect(Number(port), "127.0.0.1");
  await once(socket, "connect");
  const head = [
    "POST /sms_verification HTTP/1.1",
    `Host: ${host}`,
    `Cookie: ${cookie}`,
    "Content-Type: application/json",
    "Accept: application/json",
    `Content-Length: ${body.length}`,
    "Connection: close",
  ];
  const reads = once(door, "reads");
  socket.write(`${head.join("\r\n")}\r\n\r\n`);
  await reads;
  await meanwhile();
  socket.write(body);
  const answer = await text(socket);
  server.close();
  return answer;
}
