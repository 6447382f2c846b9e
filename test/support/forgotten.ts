import { expect } from "chai";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { press, type Chat } from "./chat-scene.ts";
import { at, check, fill, look, newVisitor, type Visitor } from "./person.ts";

export const NEW_PASSWORD = "seven quiet lanterns";

/** Somebody at a browser who has forgotten the password of the chat. */
export interface Forgetful extends Visitor {
  /** What the page is titled; axe finds nothing there, and a picture is made where somebody wants to see it. */
  sees(title: string): Promise<void>;
  /** Declines one way after the other, down to the one of this title. */
  upTo(title: string): Promise<void>;
}

/** What the pictures of a journey are called. */
interface About {
  journey: string;
  script: boolean;
}

type Cookies = Awaited<ReturnType<BrowserContext["cookies"]>>;

/** Journeys of forgotten passwords through the chat; `journey` names the pictures. */
export function journeysIn(chat: Chat, browser: Browser) {
  /** What the page is titled; axe finds nothing there, and a picture is made where somebody wants to see it. */
  async function seen({ page }: Visitor, picture: string, title: string, script: boolean): Promise<void> {
    await page.waitForLoadState();
    expect(await page.locator("h1").innerText()).to.equal(title);
    await check(page, script);
    await look(page, `journey-${picture}-${script ? "script" : "plain"}`);
  }

  /** Somebody whose browser is at a page of a recovery. */
  function goesOn(visitor: Visitor, { journey, script }: About): Forgetful {
    const { page } = visitor;
    let pages = 0;
    const sees = (title: string) => {
      pages += 1;
      return seen(visitor, `${journey}-${pages}`, title, script);
    };
    async function upTo(title: string): Promise<void> {
      const heading = () => page.locator("h1").innerText();
      for (let i = 0; i < 12 && (await heading()) !== title; i++)
        await press(page, /^(No, another way|None of these)$/);
      await sees(title);
    }
    return { ...visitor, sees, upTo };
  }

  /** Says who it is, at the page that the login page leads to. */
  async function forgets(visitor: Visitor, email: string, about: About): Promise<Forgetful> {
    const forgetful = goesOn(visitor, about);
    await visitor.page.goto(`${chat.base}/login`);
    await visitor.page.getByRole("link", { name: "Forgot your password?" }).click();
    await forgetful.sees("Forgot your password?");
    await fill(visitor.page, { identifier: email });
    return forgetful;
  }

  async function stranger(email: string, about: About): Promise<Forgetful> {
    return forgets(await newVisitor(browser, about.script), email, about);
  }

  /** The session that somebody has in a browser. */
  const sessionOf = ({ context }: Visitor): Promise<Cookies> => context.cookies();

  /** What the app answers to a session. */
  async function statusOf(cookies: Cookies): Promise<number> {
    const context = await browser.newContext();
    await context.addCookies(cookies);
    const answer = await context.request.get(`${chat.base}/me`, { headers: { Accept: "application/json" } });
    await context.close();
    return answer.status();
  }

  /** Writes the new password: the session from before is dead, and the old password with it. */
  async function resets({ page, sees }: Forgetful, email: string, before: Cookies): Promise<void> {
    expect(await statusOf(before)).to.equal(200);
    await sees("Choose a new password");
    await fill(page, { password: NEW_PASSWORD });
    await sees("Your password is changed");
    expect(await statusOf(before)).to.equal(401);
    await page.getByRole("link", { name: "Sign in" }).click();
    await page.waitForURL("**/login");
    await fill(page, { email, password: "correct horse battery" });
    expect(await page.getByRole("alert").innerText()).to.include("password");
  }

  /** The code that a mail brought, as a person reads it. */
  const mailedCode = (): string => /\b\d{6}\b/.exec(chat.mails.at(-1) ?? "")?.[0] ?? "";
  const mailedLink = (): string => /https?:\S+#\S+/.exec(chat.mails.at(-1) ?? "")?.[0] ?? "";

  /** Puts the address of the sign-up on file. */
  async function confirmsEmail(page: Page, email: string): Promise<void> {
    await page.goto(`${chat.base}/security`);
    await fill(page, { address: email });
    await fill(page, { email_code: mailedCode() });
    expect(await at(page)).to.equal("/security");
  }

  return { seen, goesOn, forgets, stranger, sessionOf, resets, mailedCode, mailedLink, confirmsEmail };
}

export type Journeys = ReturnType<typeof journeysIn>;
