import type { AddressInfo } from "node:net";
import type { Browser, Page } from "playwright-core";
import { expect } from "chai";
import { backupCodes, factorSettings, totp } from "../../lib/index.ts";
import { hotp, stepAt } from "../../lib/totp/code.ts";
import { bytesOf } from "../../lib/totp/secrets.ts";
import { ALICE, makeApp, NORA, type TestApp } from "../support/app.ts";
import { openBrowser } from "../support/browser.ts";
import { letter, letterBox } from "../support/recovery-factors.ts";
import { PASSWORD, recoveryApp, type RecoveryApp } from "../support/recovery-scene.ts";

describe("with the keyboard alone, in Chromium", function () {
  this.timeout(60_000);
  let browser: Browser;
  let app: TestApp;
  let page: Page;
  let base: string;
  before(async () => {
    browser = await openBrowser();
    app = makeApp({
      users: { alice: ALICE, nora: NORA },
      more: [totp(), backupCodes()],
      factors: { publicUrl: "http://localhost", rememberDevice: {}, paths: { success: "/me" } },
      routes: (on, { factors }) => on.use("/security", factorSettings(factors)),
    });
    base = `http://localhost:${(app.server.address() as AddressInfo).port}`;
    page = await (await browser.newContext({ locale: "en-US" })).newPage();
  });
  after(async () => {
    await browser.close();
    app.server.closeAllConnections();
    app.server.close();
  });

  /** Goes on by Tab until the cursor stands on what is called that; then presses a key. */
  async function press(name: RegExp, key = "Enter"): Promise<void> {
    await page.waitForLoadState();
    for (let i = 0; i < 40; i++) {
      const at = await page.evaluate<string>(
        `(({ activeElement: each }) => each.getAttribute("aria-label") ?? (each.labels?.[0] ?? each).innerText ?? "")(document)`,
      );
      if (name.test(at)) return page.keyboard.press(key);
      await page.keyboard.press("Tab");
    }
    throw new Error(`${name} cannot be reached on ${page.url()}`);
  }

  it("somebody puts an authenticator app on file at the settings, and removes it", async () => {
    await page.context().request.post(`${base}/logout`, { headers: { origin: base } });
    await page.context().request.post(`${base}/login`, { data: { user: "nora" } });
    await page.goto(`${base}/sms_verification/new`);
    await press(/^Text me a code/);
    await page.waitForSelector("input[name=pin_number]");
    await press(/^Code/, "Home");
    await page.keyboard.type(app.outbox.code());
    await page.waitForURL("**/me");
    await page.goto(`${base}/security`);
    await press(/^Set up: Authenticator app/);
    await page.waitForURL("**/security/totp");
    const secret = (await page.locator(".key code").innerText()).replaceAll(/\s/g, "");
    await press(/^6-digit code/, "Home");
    await page.keyboard.type(hotp(bytesOf(secret), stepAt(app.clock())));
    await press(/^Continue/);
    await page.waitForURL("**/security");
    await page.getByText("Added on").waitFor();
    await press(/^Remove: Authenticator app/);
    await page.getByText("Your phone is the only way").waitFor();
    await page.getByText("Added on").waitFor({ state: "detached" });
  });

  it("somebody who has forgotten the password gets back in by mail", async () => {
    const box = letterBox();
    const recovering: RecoveryApp = recoveryApp({
      users: { nora: undefined },
      only: [letter(box)],
      factors: { publicUrl: "http://localhost" },
    });
    const at = `http://localhost:${(recovering.server.address() as AddressInfo).port}/recovery`;
    await page.goto(at);
    await press(/^User name/, "Home");
    await page.keyboard.type("nora");
    await press(/^Continue/);
    await page.getByRole("button", { name: "Yes" }).waitFor();
    await press(/^Yes/, "Space");
    await page.waitForSelector("input[name=response]");
    await press(/^Code/, "Home");
    await page.keyboard.type(box.code("nora"));
    await press(/^Continue/);
    await page.waitForSelector("#password");
    await press(/^Show the password/, "Space");
    expect(await page.locator("#password").getAttribute("type")).to.equal("text");
    await press(/^New password/, "Home");
    await page.keyboard.type(PASSWORD);
    await press(/^Save the password/);
    await page.getByRole("heading", { name: "Your password is changed" }).waitFor();
    expect(recovering.written.map(({ password }) => password)).to.deep.equal([PASSWORD]);
    await press(/^Sign in/, "Shift");
    recovering.server.closeAllConnections();
    recovering.server.close();
  });

  it("somebody proves, makes backup codes and takes them off file, looks at an app, and forgets the device", async () => {
    await page.context().request.post(`${base}/login`, { data: { user: "alice" } });
    await page.goto(`${base}/sms_verification/new`);
    await press(/^Text me a code/);
    await page.waitForSelector("input[name=pin_number]");
    await press(/^Remember this device/, "Space");
    await press(/^Code/, "Home");
    await page.keyboard.type(app.outbox.code());
    await page.waitForURL("**/me");

    await page.goto(`${base}/backup_codes/new`);
    await press(/^Create backup codes/);
    await page.waitForSelector("[data-codes]");
    await press(/^Download/);
    await press(/^I have saved them/);
    await page.waitForURL("**/me");

    await page.goto(`${base}/trusted_devices/new`);
    await press(/^Forget: /);
    await page.getByText("No device is remembered.").waitFor();

    await page.goto(`${base}/security`);
    await press(/^Set up: Authenticator app/);
    await page.waitForURL("**/security/totp");
    await press(/^Go back/);
    await page.waitForURL("**/security");
    await press(/^Remove: /);
    await page.getByText("You have no backup codes").waitFor();
  });
});
