import { expect } from "chai";
import type { FactorEvent } from "passport-factors";
import type { Browser, Page } from "playwright-core";
import { openBrowser } from "../support/browser.ts";
import { openChat, press, type Chat } from "../support/chat-scene.ts";
import { at, check, look, type Visitor } from "../support/person.ts";
import { plugIn } from "../support/virtual-authenticator.ts";

const FAILED = /That did not work/;

describe("passkeys and security keys in the chat, in Chromium", function () {
  this.timeout(60_000);
  let browser: Browser;
  let chat: Chat;
  const suspicions: FactorEvent[] = [];
  before(async () => {
    browser = await openBrowser();
    chat = await openChat(browser);
    chat.chat.factors.events.on("factor_suspicious", (event) => suspicions.push(event));
  });
  after(async () => {
    await browser.close();
    await chat.close();
  });

  /** Puts one on file at /security. */
  async function setUp({ page }: Visitor, name: "Passkey" | "Security key", label = ""): Promise<void> {
    await page.goto(`${chat.base}/security`);
    await press(page, `Set up: ${name}`);
    await page.fill("input[name=label]", label);
    await press(page, "Continue");
    expect(await at(page)).to.equal("/security");
  }

  /** The browser offers nothing in fields, so that the buttons decide. */
  const withoutAutofill = ({ page }: Visitor) =>
    page.addInitScript(
      "if (window.PublicKeyCredential) PublicKeyCredential.isConditionalMediationAvailable = async () => false",
    );

  async function member(kind: "passkey" | "security-key", name: "Passkey" | "Security key") {
    const visitor = await chat.newMember();
    await withoutAutofill(visitor);
    const device = await plugIn(visitor.page, kind);
    await setUp(visitor, name, "First");
    return { ...visitor, device };
  }

  const alert = (page: Page) => page.getByRole("alert");

  it("a passkey is put on file by name, signs in alone, and is renamed and taken off file", async () => {
    const visitor = await chat.newMember();
    await withoutAutofill(visitor);
    const { page, problems } = visitor;
    const device = await plugIn(page, "passkey");
    await page.goto(`${chat.base}/security`);
    await press(page, "Set up: Passkey");
    expect(await at(page)).to.equal("/security/passkey");
    await check(page, true);
    await look(page, "passkey-enrolment");
    await page.fill("input[name=label]", "Laptop");
    await press(page, "Continue");
    expect(await at(page)).to.equal("/security");
    expect(await page.getByText("Laptop", { exact: true }).count()).to.equal(1);
    expect(chat.mails.at(-1)).to.include("was added");
    await check(page, true);
    await look(page, "security-passkey");
    const [credential] = await device.credentials();
    expect(credential).to.include({ rpId: "localhost", isResidentCredential: true });

    // [W2] The same once more is refused by the browser itself.
    await press(page, "Set up: Passkey");
    await page.getByRole("button", { name: "Continue" }).click();
    await alert(page).filter({ hasText: "on file already" }).waitFor();
    await check(page, true);
    await look(page, "passkey-known");

    await chat.leave(visitor);
    await page.goto(`${chat.base}/login`);
    await check(page, true);
    await look(page, "login");
    await press(page, "Sign in with a passkey");
    expect(await at(page)).to.equal("/chat");
    const me = await page.evaluate(async () => (await fetch("/me")).json() as Promise<{ amr: string[] }>);
    expect(me.amr).to.deep.equal(["hwk", "user", "mfa"]);

    await page.goto(`${chat.base}/security`);
    await page.getByText("Rename", { exact: true }).first().click();
    await check(page, true);
    await look(page, "security-rename");
    await page.fill("input[name=label]", "Old laptop");
    await press(page, "Rename");
    expect(await page.getByText("Old laptop", { exact: true }).count()).to.equal(1);
    await press(page, "Remove: Old laptop");
    expect(await page.getByText("Old laptop", { exact: true }).count()).to.equal(0);
    expect(chat.mails.at(-1)).to.include("was removed");
    expect(problems).to.deep.equal([]);
  });

  it("[W11] the browser offers the passkey in the field for the name, on the app's login page and on our own", async () => {
    for (const path of ["/login", "/passkey_sign_in/new"]) {
      const visitor = await chat.newMember();
      await plugIn(visitor.page, "passkey");
      await setUp(visitor, "Passkey");
      await chat.leave(visitor);
      await visitor.page.goto(`${chat.base}${path}`);
      // Chromium's authenticator in software takes the offer as soon as it is made.
      await visitor.page.waitForURL("**/chat");
      expect(visitor.problems).to.deep.equal([]);
      await visitor.context.close();
    }
  });

  it("our own page signs in by its button, and says what did not work", async () => {
    const visitor = await member("passkey", "Passkey");
    const { page, device, problems } = visitor;
    await chat.leave(visitor);
    await page.goto(`${chat.base}/passkey_sign_in/new`);
    await check(page, true);
    await look(page, "passkey-sign-in");
    await device.setUserVerified(false);
    await page.getByRole("button", { name: "Use a passkey" }).click();
    await alert(page).filter({ hasText: FAILED }).waitFor();
    await check(page, true);
    await look(page, "passkey-sign-in-failed");
    await device.setUserVerified(true);
    await press(page, "Use a passkey");
    expect(await at(page)).to.equal("/chat");
    expect(problems).to.deep.equal([]);
  });

  for (const [kind, name, button] of [
    ["passkey", "Passkey", "Use a passkey"],
    ["security-key", "Security key", "Use your security key"],
  ] as const)
    it(`[W3] as a second factor, with its page and its wait: ${name}`, async () => {
      const visitor = await member(kind, name);
      const { page, email, problems } = visitor;
      await chat.leave(visitor);
      await chat.logIn(visitor, email);
      await check(page, true);
      await look(page, `second-factor-${kind}`);
      await press(page, button);
      expect(await at(page)).to.equal(`/${kind.replace("-", "_")}_verification/new`);
      await check(page, true);
      await look(page, `${kind}-verification`);
      // The answer takes its time: the button waits.
      let goOn = (): void => undefined;
      const held = new Promise<void>((resolve) => (goOn = resolve));
      await page.route("**/challenge", async (route) => {
        await held;
        await route.continue();
      });
      await page.getByRole("button", { name: button }).click();
      await page.waitForFunction("document.querySelector('form[aria-busy=true] button[disabled]')");
      await Promise.all([page.waitForURL("**/chat"), goOn()]);
      expect(await at(page)).to.equal("/chat");
      expect(problems).to.deep.equal([]);
    });

  it("[W10] the wrong finger, no such key, a time that is over, and a prompt that is cancelled: one message, no guess, and the next try is let in", async () => {
    const visitor = await member("passkey", "Passkey");
    const { page, device, email, problems } = visitor;
    const failures: string[] = [];
    chat.chat.factors.events.on("factor_failed", ({ account = "" }) => failures.push(account));
    await chat.leave(visitor);
    await chat.logIn(visitor, email);
    await press(page, "Use a passkey");
    const fails = async () => {
      await page.getByRole("button", { name: "Use a passkey" }).click();
      await alert(page).filter({ hasText: FAILED }).waitFor();
      expect(await page.getByRole("button", { name: "Use a passkey" }).isEnabled()).to.equal(true);
      await page.reload();
    };

    await device.setUserVerified(false);
    await fails();
    await look(page, "passkey-verification-failed");
    await device.setUserVerified(true);

    const other = await plugIn(page, "security-key");
    await changeOptions(page, (options) => ({
      ...options,
      allowCredentials: [{ type: "public-key", id: "AAAA" }],
    }));
    await fails();
    await other.unplug();

    await device.setPresence(false);
    await changeOptions(page, (options) => ({ ...options, timeout: 200 }));
    await fails();
    await device.setPresence(true);

    await page.unrouteAll();
    await page.evaluate(() => {
      navigator.credentials.get = () => Promise.reject(new DOMException("", "NotAllowedError"));
    });
    await fails();

    expect(failures).to.deep.equal([]);
    await press(page, "Use a passkey");
    expect(await at(page)).to.equal("/chat");
    expect(problems).to.deep.equal([]);
  });

  it("[W7] another account's key, at the same browser, proves nothing", async () => {
    const visitor = await member("passkey", "Passkey");
    const { page, email: theirs } = visitor;
    await chat.leave(visitor);
    // Another account, with a passkey of its own in another device.
    const owner = await member("passkey", "Passkey");
    expect(theirs).not.to.equal(owner.email);
    await chat.logIn(visitor, owner.email);
    await press(page, "Use a passkey");
    // The page is made to ask for any key.
    await changeOptions(page, ({ allowCredentials: _named, ...options }) => options);
    await press(page, "Use a passkey");
    expect(await at(page)).to.equal("/passkey_verification");
    expect(await alert(page).first().textContent()).to.include("not recognised");
    await check(page, true);
    await look(page, "passkey-refused");
    await page.goto(`${chat.base}/chat`);
    expect(await at(page)).not.to.equal("/chat");
  });

  it("[W4] a forged signature with a low counter is a wrong answer, and no word of a clone", async () => {
    const visitor = await member("passkey", "Passkey");
    const { page, email } = visitor;
    await chat.leave(visitor);
    await chat.logIn(visitor, email);
    await press(page, "Use a passkey");
    await page.route("**/passkey_verification", async (route) => {
      const form = new URLSearchParams(route.request().postData() ?? "");
      const credential = JSON.parse(form.get("credential") ?? "{}");
      const data = Buffer.from(credential.response.authenticatorData, "base64url");
      data.writeUInt32BE(0, 33);
      credential.response.authenticatorData = data.toString("base64url");
      form.set("credential", JSON.stringify(credential));
      await route.continue({ postData: form.toString() });
    });
    await press(page, "Use a passkey");
    expect(await alert(page).first().textContent()).to.include("not recognised");
    expect(suspicions).to.deep.equal([]);
  });

  it("[W5] one assertion 20 times in parallel is one success", async () => {
    const visitor = await member("passkey", "Passkey");
    const { page, email } = visitor;
    await chat.leave(visitor);
    await chat.logIn(visitor, email);
    await press(page, "Use a passkey");
    const statuses = await page.evaluate<number[]>(`(async () => {
      const headers = { Accept: "application/json", "Content-Type": "application/json" };
      const post = (path, body) => fetch(path, { method: "POST", headers, body: JSON.stringify(body) });
      const { publicKey } = await (await post("/passkey_verification/challenge", {})).json();
      const options = { publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(publicKey) };
      const credential = (await navigator.credentials.get(options)).toJSON();
      const answers = Array.from({ length: 20 }, () => post("/passkey_verification", credential));
      return (await Promise.all(answers)).map(({ status }) => status);
    })()`);
    expect(statuses.filter((status) => status === 200)).to.have.length(1);
    await page.goto(`${chat.base}/chat`);
    expect(await at(page)).to.equal("/chat");
  });

  it("without script, or in a browser that does not know it: the pages say what is needed, and offer the other ways", async () => {
    const owner = await member("passkey", "Passkey");
    await chat.leave(owner);
    for (const javaScript of [false, true]) {
      const visitor = await chat.newMember(javaScript);
      const { page, problems } = visitor;
      if (javaScript)
        await page.addInitScript(
          "for (const kind of ['Request', 'Creation']) delete window.PublicKeyCredential?.[`parse${kind}OptionsFromJSON`]",
        );
      await page.goto(`${chat.base}/security`);
      await press(page, "Set up: Passkey");
      expect(await page.getByText("This needs JavaScript").isVisible()).to.equal(true);
      expect(await page.getByRole("button").count()).to.equal(0);
      await look(page, `passkey-enrolment-without-${javaScript}`);
      await chat.leave(visitor);
      await chat.logIn(visitor, owner.email);
      await press(page, "Use a passkey");
      expect(await page.getByText("This needs JavaScript").isVisible()).to.equal(true);
      expect(await page.getByRole("button").count()).to.equal(0);
      await look(page, `passkey-verification-without-${javaScript}`);
      await check(page, javaScript);
      await page.getByRole("link", { name: "Try another way" }).click();
      await press(page, /^Text /);
      await page.fill("input[name=pin_number]", chat.messages.code());
      await Promise.all([page.waitForURL("**/chat"), page.press("input[name=pin_number]", "Enter")]);
      await chat.leave(visitor);
      await page.goto(`${chat.base}/login`);
      expect(await page.getByRole("button", { name: /passkey/ }).count()).to.equal(0);
      await page.goto(`${chat.base}/passkey_sign_in/new`);
      expect(await page.getByText("This needs JavaScript").isVisible()).to.equal(true);
      await page.getByRole("link", { name: "Sign in another way" }).click();
      expect(await at(page)).to.equal("/login");
      expect(problems).to.deep.equal([]);
    }
  });

  /** The options that the page gets, changed on the way. */
  async function changeOptions(
    page: Page,
    change: (options: Record<string, unknown>) => Record<string, unknown>,
  ): Promise<void> {
    await page.unrouteAll();
    await page.route("**/challenge", async (route) => {
      const answer = await route.fetch();
      const body = (await answer.json()) as { publicKey: Record<string, unknown> };
      await route.fulfill({ response: answer, json: { ...body, publicKey: change(body.publicKey) } });
    });
  }
});
