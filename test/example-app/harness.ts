import { createServer, type Server } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { outbox, settableClock } from "passport-factors/testing";
import request from "supertest";
import { createApp, type ChatApp } from "../../example-app/app.ts";
import type { Config } from "../../example-app/config.ts";

export const PASSWORD = "correct horse battery";
export const PHONE = { country_code: "US", phone_number: "(201) 555-0123" };
export const E164 = "+12015550123";

export const config = (more: Partial<Config> = {}): Config => ({
  host: "127.0.0.1",
  port: 0,
  publicUrl: new URL("http://localhost:3000"),
  databaseUrl: "file::memory:",
  factorsSecret: ["f".repeat(32)],
  sessionSecret: ["s".repeat(32)],
  trustProxy: false,
  ...more,
});

export type Agent = ReturnType<typeof request.agent>;

export interface Setting extends ChatApp {
  messages: ReturnType<typeof outbox>;
  clock: ReturnType<typeof settableClock>;
  errors: unknown[];
  /** A new browser. */
  agent(): Agent;
}

/** The chat with an outbox in place of a phone network. */
export async function open(more: Partial<Config> = {}): Promise<Setting> {
  const messages = outbox();
  const clock = settableClock();
  const errors: unknown[] = [];
  const chat = await createApp({
    config: config(more),
    transport: messages,
    clock,
    onError: (error) => errors.push(error),
  });
  return { ...chat, messages, clock, errors, agent: () => request.agent(chat.app) };
}

export async function signUp(agent: Agent, email = "ann@example.org", nickname = "Ann"): Promise<void> {
  await agent
    .post("/signup")
    .accept("json")
    .send({ email, password: PASSWORD, nickname })
    .expect(201, { success: true, next: "/sms_auth_term" });
}

/** From nothing to the room. */
export async function join(
  setting: Setting,
  agent: Agent,
  email?: string,
  phone = PHONE,
  e164 = E164,
): Promise<void> {
  await signUp(agent, email);
  await agent.post("/sms_auth_term").accept("json").expect(200);
  await agent.post("/sms_registration").accept("json").send(phone).expect(201);
  await agent
    .post("/sms_verification")
    .accept("json")
    .send({ pin_number: setting.messages.code(e164) })
    .expect(200);
}

/** A server on a free port, for what needs a real connection. */
export async function listen(
  app: Parameters<typeof createServer>[1],
): Promise<{ server: Server; url: string }> {
  const server = createServer(app).listen(0, "127.0.0.1");
  await once(server, "listening");
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}
