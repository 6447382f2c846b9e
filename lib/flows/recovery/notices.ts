import { nameIn, sendsCode } from "../../factors/define-factor.ts";
import { noticeMail } from "../../email/notice-mail.ts";
import { factorNamed, type Engine } from "../engine.ts";
import type { Notice } from "../notices.ts";
import { listOnFile } from "../on-file.ts";
import { addressesOf } from "../settings/addresses.ts";
import type { Asker } from "./asker.ts";

/** Factors that were added so lately are named to the owner: an attacker's own survives a reset. */
const LATELY_MS = 7 * 86_400_000;

/** What a notice tells beside its kind. */
export interface Told {
  heldUntil?: number;
  cancelUrl?: string | undefined;
}

/** Tells the owner of what a recovery has come to: every address that is on file, with what was added lately, and a mail that says so. What fails is told to `onError`. */
export async function tellOwner(
  engine: Engine,
  asker: Asker,
  kind: "password_reset" | "recovery_held" | "recovery_limited",
  { heldUntil, cancelUrl }: Told = {},
): Promise<void> {
  const [added, addresses] = await Promise.all([
    orNothing(engine, lately(engine, asker)),
    orNothing(engine, proven(engine, asker)),
  ]);
  const { locale, ip } = asker;
  const t = engine.languages.translator(locale);
  const contact = engine.recovers.settings()?.supportContact;
  const mail = noticeMail(kind, {
    locale,
    t,
    appName: engine.tools.appName,
    at: engine.clock(),
    ip,
    added: added.map(({ factor }) => nameIn(factorNamed(engine, factor), locale)),
    contact,
    heldUntil,
    cancelUrl,
  });
  const notice: Pick<Notice, "kind" | "added" | "addresses" | "mail" | "held_until" | "cancel_url"> = {
    kind,
    added,
    mail,
    ...(addresses.length === 0 ? {} : { addresses }),
    ...(heldUntil === undefined ? {} : { held_until: heldUntil }),
    ...(cancelUrl === undefined ? {} : { cancel_url: cancelUrl }),
  };
  engine.notify(asker, notice);
}

async function orNothing<Each>(engine: Engine, asked: Promise<Each[]>): Promise<Each[]> {
  try {
    return await asked;
  } catch (error) {
    engine.onError(error);
    return [];
  }
}

/** What was put on file in the last days, and when. */
async function lately(engine: Engine, asker: Asker): Promise<{ factor: string; added_at: string }[]> {
  const since = engine.clock() - LATELY_MS;
  const all = await listOnFile(engine, asker, engine.factors);
  return all.flatMap(({ factor, shown }) => {
    const { added_at: at } = shown;
    return typeof at === "string" && Date.parse(at) >= since ? [{ factor: factor.name, added_at: at }] : [];
  });
}

/** Every mailbox that the account has proven. */
async function proven(engine: Engine, asker: Asker): Promise<string[]> {
  const kinds = engine.factors.filter(sendsCode).map(({ code }) => code.destination);
  const all = await Promise.all(kinds.map(async (each) => addressesOf(engine, asker, each)));
  return [...new Set(all.flat().map(({ address }) => address))];
}
