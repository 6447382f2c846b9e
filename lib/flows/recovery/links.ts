import { randomToken } from "../../crypto/random-token.ts";
import { digestKey } from "../../crypto/secret.ts";
import { linkMail } from "../../email/mail.ts";
import type { MessageWords } from "../../factors/code-section.ts";
import type { Engine } from "../engine.ts";

/** A link by mail: a random token, of which the store has a digest, and what it leads to, sealed. */
export interface Link {
  /** Names the link in the recovery; the one before is dead. */
  key: string;
  words(about: { reference: string }): MessageWords;
}

export const LINK_MS = 15 * 60_000;

/** What a link is kept with. */
interface Kept {
  handle: string;
  /** Fingerprint of where it went: an address that has changed since voids it. */
  to: string;
  until: number;
}

const keyOf = (tenant: string, token: string) => digestKey(["recovery link", tenant, token]);

/** The token stands behind `#`, which browsers send to no server. */
export async function createLink(
  { notes, box, clock, tenant, tools }: Engine,
  { handle, to, url, locale }: { handle: string; to: string; url: string; locale: string },
): Promise<Link> {
  const token = randomToken(16);
  const key = keyOf(tenant, token);
  const kept: Kept = { handle, to: box.fingerprint(to), until: clock() + LINK_MS };
  await notes.put(key, box.seal(JSON.stringify(kept), key), clock(), LINK_MS);
  const t = tools.languages.translator(locale);
  const about = { purpose: "recovery", locale, t, appName: tools.appName, minutes: LINK_MS / 60_000 };
  return { key, words: ({ reference }) => linkMail({ ...about, reference, url: `${url}#${token}` }) };
}

/** What a token leads to; undefined for what is none, or is over. A whole link will do, as people paste it. */
export async function readLink(
  { notes, box, clock, tenant }: Engine,
  typed: unknown,
): Promise<{ key: string; handle: string; to: string } | undefined> {
  const token = typeof typed === "string" ? typed.trim().split("#").at(-1) : undefined;
  if (token === undefined || !/^[\w-]{22}$/.test(token)) return undefined;
  const key = keyOf(tenant, token);
  const sealed = await notes.read(key, clock());
  const text = sealed === undefined ? undefined : box.open(sealed, key);
  if (text === undefined) return undefined;
  const { handle, to, until } = JSON.parse(text) as Kept;
  return clock() < until ? { key, handle, to } : undefined;
}

export const forgetLink = async ({ notes, clock }: Engine, key: string): Promise<void> =>
  void (await notes.take(key, clock()));
