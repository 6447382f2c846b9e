import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect } from "chai";
import { outbox, settableClock, type Outbox } from "passport-factors/testing";
import type { Browser } from "playwright-core";
import { createApp, type ChatApp } from "../../example-app/app.ts";
import { openBrowser } from "../support/browser.ts";
import { at, check, fill, newVisitor, submit } from "../support/person.ts";
import { freePort, startRedis, type RedisServer } from "../support/redis-server.ts";

const PASSWORD = "correct horse battery";

describe("the chat in Chromium", () => {
  let browser: Browser;
  before(async () => void (browser = await openBrowser()));
  after(() => browser.close());

  for (const store of ["memory", "Redis"] as const) {
    for (const javaScriptEnabled of [true, false]) {
      describe(`on ${store}, JavaScript ${javaScriptEnabled ? "on" : "off"}`, function () {
        this.timeout(60_000);
        let redis: RedisServer | undefined;
        let chat: ChatApp;
        let server: Server;
        let messages: Outbox;
        let data: string;
        let base: string;
        const clock = settableClock();

        before(async () => {
          redis = store === "Redis" ? await startRedis() : undefined;
          data = await mkdtemp(join(tmpdir(), "factors-chat-"));
          messages = outbox();
          const port = await freePort();
          base = `http://localhost:${port}`;
          chat = await createApp({
            transport: messages,
            clock,
            config: {
              host: "127.0.0.1",
              port,
              publicUrl: new URL(base),
              databaseUrl: pathToFileURL(join(data, "chat.db")).href,
              factorsSecret: ["f".repeat(32)],
              sessionSecret: ["s".repeat(32)],
              trustProxy: false,
              ...(redis === undefined ? {} : { redisUrl: redis.url }),
            },
          });
          server = createServer(chat.app);
          await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
          expect((server.address() as AddressInfo).port).to.equal(port);
        });

        after(async () => {
          server.closeAllConnections();
          await new Promise((resolve) => server.close(resolve));
          await chat.close();
          await redis?.stop();
          await rm(data, { recursive: true, force: true });
        });

        it("lets a person sign up, register a phone, chat, and asks for a code at the next login", async () => {
          const first = await newVisitor(browser, javaScriptEnabled);
          const { page, problems } = first;
          await page.goto(`${base}/chat`);
          expect(new URL(page.url()).pathname).to.equal("/login");

          await page.goto(`${base}/signup`);
          await check(page, javaScriptEnabled);
          await fill(page, { email: "ada@example.com", nickname: "Ada", password: PASSWORD });
          expect(await at(page)).to.equal("/sms_auth_term");
          await check(page, javaScriptEnabled);
          await submit(page, "/sms_auth_term");
          expect(await at(page)).to.equal("/sms_registration/new");
          await check(page, javaScriptEnabled);

          await page.selectOption("select[name=country_code]", "TW");
          await fill(page, { phone_number: "12" });
          expect(await page.textContent("[role=alert]")).to.match(/phone number/i);
          expect(await page.inputValue("input[name=phone_number]")).to.equal("12");
          await check(page, javaScriptEnabled);
          await fill(page, { phone_number: "0912 345 678" });
          expect(await at(page)).to.equal("/sms_verification/new");
          expect(await page.textContent("main")).to.include(
            "Enter the 6-digit code sent to +886 912 345 678 Edit",
          );
          await check(page, javaScriptEnabled);

          const code = messages.code("+886912345678");
          expect(messages.last().text.endsWith(`\n@localhost #${code}`)).to.equal(true);
          await fill(page, { pin_number: code === "000000" ? "111111" : "000000" });
          expect(await page.textContent("[role=alert]")).to.equal("Invalid verification code");
          expect(await page.textContent("main")).to.include("Attempts left: 4");
          await check(page, javaScriptEnabled);
          await fill(page, { pin_number: `${code.slice(0, 3)} ${code.slice(3)}` });
          expect(await at(page)).to.equal("/backup_codes/new");
          await check(page, javaScriptEnabled);
          await submit(page, "/backup_codes/continue");
          expect(await at(page)).to.equal("/chat");
          await check(page, javaScriptEnabled);
          expect(problems).to.deep.equal([]);
          await first.context.close();

          const second = await newVisitor(browser, javaScriptEnabled);
          await second.page.goto(`${base}/login`);
          await check(second.page, javaScriptEnabled);
          await fill(second.page, { email: "ada@example.com", password: PASSWORD });
          expect(await at(second.page)).to.equal("/sms_verification/new");
          expect(messages.messages.length).to.equal(2);
          await second.page.goto(`${base}/chat`);
          expect(await at(second.page), "a password alone does not open the chat").to.equal(
            "/sms_verification/new",
          );
          await fill(second.page, { pin_number: messages.code() });
          expect(await at(second.page)).to.equal("/chat");
          expect(second.problems).to.deep.equal([]);
          await second.context.close();
        });
      });
    }
  }
});
