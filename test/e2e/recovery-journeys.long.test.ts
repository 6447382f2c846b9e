import { expect } from "chai";
import type { Browser } from "playwright-core";
import { openBrowser } from "../support/browser.ts";
import { openChat, press, type Chat } from "../support/chat-scene.ts";
import { journeysIn, NEW_PASSWORD, type Journeys } from "../support/forgotten.ts";
import { keyHolders, type KeyHolders } from "../support/key-holders.ts";
import { fill, newVisitor } from "../support/person.ts";

/** `recovery-passkey.test.ts` has the one of who has a passkey, and script. */
describe("journeys of forgotten passwords through the chat, in Chromium", function () {
  this.timeout(60_000);
  let browser: Browser;
  let chat: Chat;
  let people: KeyHolders;
  let journeys: Journeys;
  before(async () => {
    browser = await openBrowser();
    chat = await openChat(browser, {}, { recoveryHoldHours: 24 });
    people = keyHolders(chat);
    journeys = journeysIn(chat, browser);
  });
  after(async () => {
    await browser.close();
    await chat.close();
  });

  it("a passkey without script: the page says what is needed, and the other ways lead on", async () => {
    const owner = await people.member("passkey", "Passkey");
    await journeys.confirmsEmail(owner.page, owner.email);
    const before = await journeys.sessionOf(owner);
    const visitor = await journeys.stranger(owner.email, { journey: "passkey", script: false });
    const { page, sees, upTo, problems } = visitor;
    await upTo("Use a passkey");
    await press(page, "Yes");
    await sees("Use a passkey");
    expect(await page.getByText("This needs JavaScript").isVisible()).to.equal(true);
    await press(page, "It does not work");
    await sees("Use a passkey");
    await press(page, "Another way");
    await upTo("How do you want to go on?");
    await press(page, "Email me a code");
    await sees("Email me a code");
    await fill(page, { response: journeys.mailedCode() });
    await sees("One more proof is needed");
    chat.clock.advance(60_000);
    await press(page, "Text me a code");
    await press(page, "Yes");
    await sees("Text me a code");
    await fill(page, { response: chat.messages.code() });
    await journeys.resets(visitor, owner.email, before);
    expect([...problems, ...owner.problems]).to.deep.equal([]);
  });

  for (const script of [true, false]) {
    const how = script ? "with script" : "without script";

    it(`mail only, by code, ${how}`, async () => {
      const owner = await chat.newcomer(script);
      await journeys.confirmsEmail(owner.page, owner.email);
      const before = await journeys.sessionOf(owner);
      const visitor = await journeys.stranger(owner.email, { journey: "mail-code", script });
      const { page, sees, upTo, problems } = visitor;
      await upTo("How do you want to go on?");
      await press(page, "Email me a code");
      await sees("Email me a code");
      await fill(page, { response: journeys.mailedCode() });
      await journeys.resets(visitor, owner.email, before);
      await chat.logIn(visitor, owner.email, NEW_PASSWORD);
      expect(problems).to.deep.equal([]);
    });

    it(`mail only, by a link opened in another browser, ${how}`, async () => {
      const owner = await chat.newcomer(script);
      await journeys.confirmsEmail(owner.page, owner.email);
      const before = await journeys.sessionOf(owner);
      const asking = await journeys.stranger(owner.email, { journey: "mail-link", script });
      await asking.upTo("How do you want to go on?");
      await press(asking.page, "Email me a link");
      await asking.sees("Email me a link");
      const other = await newVisitor(browser, script);
      await other.page.goto(journeys.mailedLink());
      await journeys.seen(other, "mail-link-other-1", "Get back into your account", script);
      // Whoever opens it, a scanner say, has used up nothing.
      await asking.page.reload();
      await asking.sees("Email me a link");
      if (script) await press(other.page, "Go on");
      else await fill(other.page, { token: journeys.mailedLink() });
      const elsewhere = journeys.goesOn(other, { journey: "mail-link-elsewhere", script });
      await elsewhere.sees("Choose a new password");
      // The page that waits follows by itself, or when it is looked at.
      if (!script) await press(asking.page, "Look again");
      await asking.page.getByText("goes on in another browser").waitFor();
      await asking.sees("Forgot your password?");
      await journeys.resets(elsewhere, owner.email, before);
      await chat.logIn(elsewhere, owner.email, NEW_PASSWORD);
      expect([...asking.problems, ...other.problems]).to.deep.equal([]);
    });

    it(`lost everything but a delegate, who reads a number out, ${how}`, async () => {
      const owner = await chat.newcomer(script);
      const friend = await chat.newMember(script);
      const before = await journeys.sessionOf(owner);
      await journeys.confirmsEmail(owner.page, owner.email);
      await press(owner.page, "Set up: Person you trust");
      await journeys.seen(owner, "delegate-owner-1", "Set up: Person you trust", script);
      await fill(owner.page, { "'delegate[contact]'": friend.email });
      await journeys.seen(owner, "delegate-owner-2", "Security", script);
      expect(chat.mails.at(-1)).to.include("/security");

      await friend.page.goto(`${chat.base}/security/vouch`);
      await journeys.seen(friend, "delegate-friend-1", "Somebody asks you to stand for them", script);
      expect(await friend.page.getByText("Nothing waits to be decided.").count()).to.equal(1);

      await friend.page.goto(`${chat.base}/security`);
      await journeys.seen(friend, "delegate-friend-2", "Security", script);
      await press(friend.page, "Accept");
      await journeys.seen(friend, "delegate-friend-3", "Security", script);
      expect(await friend.page.getByText(`You stand for ${owner.email}.`).count()).to.equal(1);

      const visitor = await journeys.stranger(owner.email, { journey: "delegate", script });
      const { page, sees, upTo, problems } = visitor;
      await upTo("Ask a person you trust");
      await press(page, "Yes");
      await sees("Ask a person you trust");
      await friend.page.goto(`${chat.base}/security`);
      await journeys.seen(friend, "delegate-friend-4", "Security", script);
      expect(chat.mails.at(-1)).to.include("wants to get back in");
      await friend.page.getByRole("link", { name: "Somebody asks you to stand for them" }).click();
      await journeys.seen(friend, "delegate-friend-5", "Somebody asks you to stand for them", script);
      await press(friend.page, "I have talked to them: show the number");
      await journeys.seen(friend, "delegate-friend-6", "Somebody asks you to stand for them", script);
      // As it is heard on the phone.
      await fill(page, { response: await friend.page.locator(".big").innerText() });
      await journeys.resets(visitor, owner.email, before);
      await chat.logIn(visitor, owner.email, NEW_PASSWORD);
      expect([...problems, ...owner.problems, ...friend.problems]).to.deep.equal([]);
    });
  }
});
