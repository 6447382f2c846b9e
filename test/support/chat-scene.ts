import { createServer } from "node:http";
import { expect } from "chai";
import { outbox, settableClock } from "passport-factors/testing";
import type { Browser, Page } from "playwright-core";
import { createApp, type ChatApp } from "../../example-app/app.ts";
import type { Config } from "../../example-app/config.ts";
import { config } from "../example-app/harness.ts";
import { at, fill, newVisitor, submit, type Visitor } from "./person.ts";
import { freePort } from "./redis-server.ts";

const PASSWORD = "correct horse battery";
const STEP = 30_000;

/** The chat on http://localhost, for people at browsers; its clock stands at the beginning of a step of authenticator apps. */
export async function openChat(
  browser: Browser,
  more: Partial<Parameters<typeof createApp>[0]> = {},
  settings: Partial<Config> = {},
) {
  const messages = outbox();
  const clock = settableClock(Math.floor(Date.now() / STEP) * STEP);
  const mails: string[] = [];
  const port = await freePort();
  const base = `http://localhost:${port}`;
  const chat: ChatApp = await createApp({
    config: config({
      port,
      publicUrl: new URL(base),
      limits: { sendsPerIp: 1000, guessesPerIp: 1000 },
      ...settings,
    }),
    transport: messages,
    clock,
    mails: { name: "mails", send: async ({ text }) => (mails.push(text), { status: "sent" }) },
    ...more,
  });
  const server = createServer(chat.app);
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  let people = 0;

  /** Signs up, and has no phone yet. */
  async function newcomer(javaScript = true): Promise<Visitor & { email: string }> {
    people += 1;
    const email = `member${people}@example.com`;
    const visitor = await newVisitor(browser, javaScript);
    await visitor.page.goto(`${base}/signup`);
    await fill(visitor.page, { email, nickname: "Ada", password: PASSWORD });
    return { ...visitor, email };
  }

  /** Signs up, registers a phone, and is in the room. */
  async function newMember(javaScript = true): Promise<Visitor & { email: string }> {
    const member = await newcomer(javaScript);
    const { page } = member;
    await submit(page, "/sms_auth_term");
    await page.selectOption("select[name=country_code]", "TW");
    await fill(page, { phone_number: `0912 34${String(5000 + people)}` });
    await fill(page, { pin_number: messages.code() });
    await press(page, "Not now");
    expect(await at(page)).to.equal("/chat");
    return member;
  }

  /** Forgets the session, and what else the browser knows. */
  async function leave({ page }: Visitor): Promise<void> {
    // Nothing may still be on its way that sets the cookie once more.
    await page.goto("about:blank");
    await page.context().clearCookies();
    clock.advance(120_000);
  }

  /** Signs in with the password, and goes to where one chooses how to go on. */
  async function logIn({ page }: Visitor, email: string, password = PASSWORD): Promise<void> {
    await page.goto(`${base}/login`);
    await fill(page, { email, password });
    await page.goto(`${base}/second_factor/new`);
  }

  async function close(): Promise<void> {
    server.closeAllConnections();
    server.close();
    await chat.close();
  }

  return { base, chat, clock, mails, messages, newcomer, newMember, leave, logIn, close };
}

export type Chat = Awaited<ReturnType<typeof openChat>>;

/** A button that leads to another page. */
export const press = (page: Page, name: string | RegExp) =>
  Promise.all([page.waitForEvent("framenavigated"), page.getByRole("button", { name }).click()]);
