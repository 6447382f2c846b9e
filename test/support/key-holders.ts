import { expect } from "chai";
import type { Page } from "playwright-core";
import { press, type Chat } from "./chat-scene.ts";
import { at, type Visitor } from "./person.ts";
import { plugIn } from "./virtual-authenticator.ts";

export const FAILED = /That did not work/;
export const alert = (page: Page) => page.getByRole("alert");

/** The browser offers nothing in fields, so that the buttons decide. */
export const withoutAutofill = ({ page }: Visitor) =>
  page.addInitScript(
    "if (window.PublicKeyCredential) PublicKeyCredential.isConditionalMediationAvailable = async () => false",
  );

/** People of the chat who have a passkey or a security key. */
export function keyHolders(chat: Chat) {
  /** Puts one on file at /security. */
  async function setUp({ page }: Visitor, name: "Passkey" | "Security key", label = ""): Promise<void> {
    await page.goto(`${chat.base}/security`);
    await press(page, `Set up: ${name}`);
    await page.fill("input[name=label]", label);
    await press(page, "Continue");
    expect(await at(page)).to.equal("/security");
  }

  async function member(kind: "passkey" | "security-key", name: "Passkey" | "Security key") {
    const visitor = await chat.newMember();
    await withoutAutofill(visitor);
    const device = await plugIn(visitor.page, kind);
    await setUp(visitor, name, "First");
    return { ...visitor, device };
  }

  return { setUp, member };
}

export type KeyHolders = ReturnType<typeof keyHolders>;
export type KeyHolder = Awaited<ReturnType<KeyHolders["member"]>>;

/** The options that the page gets, changed on the way. */
export async function changeOptions(
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
