import { guessesInARow, guessesPerHour } from "./guess-options.ts";
import { readCode } from "../challenges/code.ts";
import { FactorError, isFactorError } from "../errors.ts";
import { chooseLanguage, translator } from "../locales/translate.ts";
import { custom, integer, parseOptions } from "../options.ts";
import { wrongAnswer } from "../wrong-answer.ts";
import { delegateTexts } from "./delegate-texts.ts";
import { defineFactor } from "./define-factor.ts";
import type { JudgedFactor } from "./factor.ts";
import type { FactorKit } from "./definition.ts";
import { createContacts, type ContactValue } from "./named-contacts.ts";
import { isNumber, NUMBER_LENGTH, numberRequests, shownRequest, type NumberAsked } from "./number-match.ts";
import { takeTurn, type Turns } from "./turns.ts";

/** What a person is told, by whatever way the app reaches them. No number stands in it. */
export interface DelegateMessage {
  /** `invited`: somebody names this person, who may accept at the settings. `asked`: somebody who has named them wants to get back in. */
  kind: "invited" | "asked";
  /** The account to tell. */
  to: string;
  /** The account that asks. */
  from: string;
  /** How it calls itself. */
  name: string;
  /** The tenant of the account. */
  tenant: string;
}

/** Options of `delegate`; docs/options.md has every default, unit and range. */
export interface DelegateOptions {
  /** Required. Tells a person: by mail, by a message in the app. What it throws goes to `onError`. */
  tell: (message: DelegateMessage) => unknown;
  /** The account of what somebody typed to name a person. @default by `accounts.byEmail` */
  find?: (typed: string, tenant: string) => string | null | undefined | Promise<string | null | undefined>;
  /** How an account is called before those whom it names. @default the account's id */
  label?: (account: string) => string | Promise<string>;
  /** How many an account may name. @default 5 */
  most?: number;
  /** Wrong guesses of one account in any hour. */
  guessesPerHour?: number;
  /** Wrong guesses in a row after which the factor is off until it is bound anew (NIST SP 800-63B). */
  guessesInARow?: number;
}

const isFunction = (value: unknown) => typeof value === "function";

/** The options of `delegate`; the reference page is made from this. */
export const delegateSchema = {
  tell: custom<DelegateOptions["tell"] | undefined>({
    default: undefined,
    shape: "a function",
    is: isFunction,
    about:
      "Tells a person that they are named (`invited`), or needed now (`asked`): by mail, by a message in the app. Required. It is not waited for.",
  }),
  find: custom<DelegateOptions["find"]>({
    default: undefined,
    shape: "a function",
    is: isFunction,
    about:
      "Answers the account's id of what somebody typed to name a person. Left out: `accounts.byEmail` does.",
  }),
  label: custom<DelegateOptions["label"]>({
    default: undefined,
    shape: "a function",
    is: isFunction,
    about:
      "Answers how an account is called before those whom it names: a name that they know. Left out: its id.",
  }),
  most: integer({
    default: 5,
    min: 1,
    max: 10,
    about: "How many an account may name.",
    source: "Google allows 10",
  }),
  guessesPerHour: guessesPerHour(),
  guessesInARow: guessesInARow(
    "Wrong numbers in a row after which this way is off until somebody is named anew.",
  ),
};

/** NIST SP 800-63B-4 §4.2.1.3: at most 24 hours for a recovery contact. */
const LIFE_SECONDS = 86_400;
/** Of one number. */
const TYPED: Turns = { most: 5, seconds: LIFE_SECONDS };
const INVITED: Turns = { most: 5, seconds: 86_400 };
const MOST_TYPED = 320;

type Kit = FactorKit<ContactValue>;

/**
 * A person whom somebody has named, and who has accepted: signed in to an account of their own, they see a number, and read it out to who asks for it, whom they know
 * by voice. They never see or set a password. Throws a TypeError that names the option when one is out of range.
 *
 * @example
 * const factors = createFactors({ secret, accounts, factors: [sms({ transport }), delegate({ tell: mailToAccount })] });
 */
export function delegate(options: DelegateOptions): JudgedFactor {
  const parsed = parseOptions("delegate", delegateSchema, options);
  const { tell, find, label, most, ...limits } = parsed;
  if (tell === undefined) throw new TypeError("delegate: tell is required");
  const contacts = (kit: Kit) => createContacts(kit);
  const requests = (kit: Kit) => numberRequests(kit, LIFE_SECONDS);

  /** Behind the answer, which takes as long where there is nobody to tell. */
  function inform(kit: Kit, message: Pick<DelegateMessage, "kind" | "to" | "from">): void {
    const { tenant, report } = kit;
    const told = async () => tell?.({ ...message, name: await labelOf(message.from), tenant });
    told().catch(report);
  }

  async function labelOf(account: string): Promise<string> {
    const answer: unknown = label === undefined ? account : await label(account);
    if (typeof answer !== "string" || answer.trim() === "")
      throw wrongAnswer("delegate: label", answer, "a text");
    return answer.slice(0, MOST_TYPED);
  }

  async function accountOf(typed: string, { accounts, tenant }: Kit): Promise<string | undefined> {
    if (find === undefined) {
      const user = (await accounts.byEmail?.(typed, tenant)) ?? undefined;
      return user === undefined ? undefined : accounts.id(user);
    }
    const answer: unknown = (await find(typed, tenant)) ?? undefined;
    if (answer !== undefined && (typeof answer !== "string" || answer === ""))
      throw wrongAnswer("delegate: find", answer, "an account's id, null or undefined");
    return answer;
  }

  /** Who may decide a request, and by which link. */
  async function linksOf(approver: string, kit: Kit) {
    const links = (await contacts(kit).standingFor(approver)).filter(({ value }) => value.accepted);
    const found = await Promise.all(
      links.map(async ({ link, value }) => {
        const request = await requests(kit).read(value.owner);
        const decision = request && (await requests(kit).decision(request));
        // Once it is decided, it is only for who has decided it, to look at the number again.
        const isOpen = decision === undefined || (decision.approved && decision.by === link);
        return request !== undefined && isOpen ? [{ link, from: value.from, request }] : [];
      }),
    );
    return found.flat();
  }

  return defineFactor<string, ContactValue, NumberAsked, Record<string, never>>({
    name: "delegate",
    amr: "otp",
    class: "person",
    uses: ["recovery"],
    texts: delegateTexts,
    length: 16,
    digits: true,
    limits,
    check({ accounts }) {
      if (find === undefined && accounts.byEmail === undefined)
        throw new TypeError("delegate: find is required where accounts has no byEmail");
    },
    async onFile(account, kit) {
      const named = (await contacts(kit).namedBy(account)).filter(({ value }) => value.accepted);
      return named.map(({ id, value }) => ({
        id,
        display: value.display,
        added_at: new Date(value.addedAt).toISOString(),
      }));
    },
    async begin({ account, state }, kit) {
      const named = (await contacts(kit).namedBy(account)).filter(({ value }) => value.accepted);
      const { id } = await requests(kit).begin(account, state);
      for (const { value } of named)
        if (value.delegate !== undefined) inform(kit, { kind: "asked", to: value.delegate, from: account });
      return { state: { request: id }, ttlSeconds: LIFE_SECONDS };
    },
    parse: (typed) => readCode(typed, NUMBER_LENGTH),
    async judge({ account, state }, typed, kit) {
      const request = await requests(kit).read(account);
      const decision = await requests(kit).decision({ id: request?.id ?? "" });
      if (state === undefined || request?.id !== state.request) return "wrong";
      const mayType = await hasTurn(kit, request.id);
      const isApproved = decision?.approved === true && (await contacts(kit).holds(account, decision.by));
      return mayType && isApproved && isNumber(typed, request) ? "right" : "wrong";
    },
    approval: {
      by: "person",
      async waiting(approver, kit) {
        return (await linksOf(approver, kit)).map(({ from, request }) => ({
          ...shownRequest(request),
          from,
        }));
      },
      async decide(approver, id, decision, kit) {
        const found = (await linksOf(approver, kit)).find(({ request }) => request.id === id);
        if (found === undefined) return { outcome: "gone" };
        const { link, request } = found;
        const approved = decision.approves;
        const isOurs = await requests(kit).decide(request, { approved, by: link });
        const decided = isOurs ? { approved, by: link } : await requests(kit).decision(request);
        if (decided?.by !== link || decided.approved !== approved) return { outcome: "gone" };
        return approved ? { outcome: "approved", number: request.number } : { outcome: "denied" };
      },
    },
    invitations: {
      async list(invited, kit) {
        const [stands, named] = await Promise.all([
          contacts(kit).standingFor(invited),
          contacts(kit).namedBy(invited),
        ]);
        const standFor = named.filter(({ value }) => value.accepted).map(({ value }) => value.delegate);
        return stands.map(({ link, value }) => ({
          id: link,
          from: value.from,
          mutual: standFor.includes(value.owner),
          accepted: value.accepted,
          invited_at: new Date(value.addedAt).toISOString(),
        }));
      },
      async answer(invited, id, accepts, kit) {
        const stands = (await contacts(kit).standingFor(invited)).find(({ link }) => link === id);
        if (stands === undefined) return false;
        return accepts ? contacts(kit).accept(invited, id) : contacts(kit).end(stands.value.owner, id);
      },
      async sent(account, kit) {
        const waiting = (await contacts(kit).namedBy(account)).filter(({ value }) => !value.accepted);
        return waiting.map(({ id, value }) => ({
          id,
          display: value.display,
          invited_at: new Date(value.addedAt).toISOString(),
        }));
      },
    },
    enrol: {
      most,
      begin({ locale }) {
        const t = translator(chooseLanguage(locale));
        return { state: {}, shown: { fields: [{ name: "contact", label: t("delegate.contact") }] } };
      },
      parse: readContact,
      async confirm({ account }, typed, kit) {
        const delegated = await accountOf(typed, kit);
        const named = await contacts(kit).namedBy(account);
        const isNamed = named.some(
          ({ value }) => value.display === typed || (delegated !== undefined && value.delegate === delegated),
        );
        if (delegated === account || isNamed) throw new FactorError("contact_refused", { field: "contact" });
        const from = await labelOf(account);
        const giveBack = await takeTurn(kit, `invited ${account}`, INVITED);
        if (!(await contacts(kit).name(account, { display: typed, delegate: delegated, from }, most))) {
          await giveBack();
          throw new FactorError("contact_refused", { field: "contact" });
        }
        if (delegated !== undefined) inform(kit, { kind: "invited", to: delegated, from: account });
        return "right" as const;
      },
      async remove(account, id, kit) {
        const named = await contacts(kit).namedBy(account);
        const gone = named.filter((each) => id === undefined || each.id === id);
        const answers = await Promise.all(gone.map((each) => contacts(kit).end(account, each.id)));
        return answers.includes(true);
      },
    },
  });
}

/** An address or a name, alone or as the field of a form. */
function readContact(response: unknown): string | undefined {
  const typed: unknown =
    typeof response === "object" && response !== null && Object.hasOwn(response, "contact")
      ? (response as { contact: unknown }).contact
      : response;
  if (typeof typed !== "string" || typed.length > MOST_TYPED || /\p{Cc}/u.test(typed)) return undefined;
  const trimmed = typed.trim();
  return trimmed === "" ? undefined : trimmed;
}

/** Of one number, so many may be typed; whatever else goes wrong is nobody's answer. */
async function hasTurn(kit: Pick<FactorKit, "notes" | "clock">, request: string): Promise<boolean> {
  try {
    await takeTurn(kit, `typed ${request}`, TYPED);
    return true;
  } catch (error) {
    if (isFactorError(error) && error.code === "too_many_requests") return false;
    throw error;
  }
}
