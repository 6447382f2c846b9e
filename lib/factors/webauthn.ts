import { guessesInARow, guessesPerHour } from "./guess-options.ts";
import { custom, integer, choice, parseOptions, type Parsed } from "../options.ts";
import {
  creationOptions,
  requestOptions,
  TIMEOUT_SECONDS,
  verifyAssertion,
  verifyAttestation,
  type Expected,
} from "../webauthn/ceremonies.ts";
import type { CounterPolicy } from "../webauthn/counter.ts";
import {
  challengeIn,
  readCredential,
  type AssertionJson,
  type CredentialJson,
} from "../webauthn/credential-json.ts";
import { relyingPartyOf, type OwnAddress } from "../webauthn/relying-party.ts";
import type { SavedCredential, Seen } from "../webauthn/saved-credential.ts";
import { createSavedCredentials, type OnFileValue, type Opened } from "../webauthn/saved-credentials.ts";
import { wrongAnswer } from "../wrong-answer.ts";
import { defineFactor } from "./define-factor.ts";
import type { JudgedFactor } from "./factor.ts";
import type { FactorAttempt, FactorClass, FactorDefinition, FactorKit, Judged } from "./definition.ts";

/** Options of `webauthn`; docs/options.md has every default, unit and range. */
export interface WebauthnOptions {
  /** The domain that credentials are made for: the host of `publicUrl`, or a domain that it is in. They are lost where it changes. @default the host of publicUrl */
  rpId?: string;
  /** What authenticators show as whose it is: an email address, a user name. @default the account's id */
  label?: (account: string) => string | Promise<string>;
  /** How many an account may have. @default 10 */
  most?: number;
  /** What is done about a signature counter that went back. @default "flag" */
  counter?: CounterPolicy;
  /** Wrong guesses of one account in any hour. */
  guessesPerHour?: number;
  /** Wrong guesses in a row after which the factor is off until it is bound anew (NIST SP 800-63B). */
  guessesInARow?: number;
}

/** The options of `passkey` and `securityKey`; the reference page is made from this. */
export const webauthnSchema = {
  rpId: custom<string | undefined>({
    default: undefined,
    shape: "a domain in small letters, such as example.com",
    is: (value) => typeof value === "string" && /^(?!-)[a-z0-9-]+(\.[a-z0-9-]+)*$/.test(value),
    about:
      "The domain that credentials are made for: the host of `publicUrl`, or a domain that it is in. Left out: the host. What is on file is lost where it changes.",
  }),
  label: custom<((account: string) => string | Promise<string>) | undefined>({
    default: undefined,
    shape: "a function",
    is: (value) => typeof value === "function",
    about:
      "Answers what authenticators and browsers show for an account's id: an email address, a user name. Left out: the account's id.",
  }),
  most: integer({ default: 10, min: 1, max: 50, about: "How many an account may have on file." }),
  counter: choice<CounterPolicy>({
    default: "flag",
    of: ["flag", "refuse"],
    about:
      "What is done where a good signature has a counter that went back, as of a copied key: `flag` tells it as the event `factor_suspicious`, `refuse` lets it in no more either.",
    source: "WebAuthn Level 3 §7.2",
  }),
  guessesPerHour: guessesPerHour(),
  guessesInARow: guessesInARow(
    "Wrong answers in a row after which the factor is off until a credential is added. One in five is kept for known devices.",
  ),
};

/** In what a passkey and a security key differ. */
export interface WebauthnKind {
  name: string;
  class: FactorClass;
  texts: FactorDefinition["texts"];
  verifiesUser: boolean;
  /** Whether somebody may sign in by it alone. */
  signsIn: boolean;
}

interface Begun {
  challenge: string;
}

interface EnrolBegun extends Begun {
  handle: string;
}

type Kit = FactorKit<OnFileValue>;

const DECOYS = 3;

/** The ids of an account's keys filled up with others, the same each time; of nobody's account only those. What a browser has not, it passes over. */
function amongDecoys(
  kit: Kit,
  account: string,
  known: readonly { id: string }[],
): { id: string; transports: string[] }[] {
  const invented = Array.from({ length: Math.max(0, DECOYS - known.length) }, (_, i) =>
    Buffer.concat(
      [1, 2].map((half) => Buffer.from(kit.digest("decoy", account, `${i}.${half}`), "base64url")),
    ).toString("base64url"),
  );
  return [...known.map(({ id }) => id), ...invented]
    .sort((one, other) => (one < other ? -1 : 1))
    .map((id) => ({ id, transports: [] }));
}

/** The shape of all factors on Web Authentication. Throws a TypeError that names the option when one is out of range. */
export function webauthnFactor(who: string, kind: WebauthnKind, options: WebauthnOptions): JudgedFactor {
  const settings = parseOptions(who, webauthnSchema, options);
  const { rpId, most, counter, guessesPerHour, guessesInARow } = settings;
  const { verifiesUser } = kind;
  const saved = (kit: Kit) => createSavedCredentials(kit);
  const ours = (app: OwnAddress) => relyingPartyOf(who, app, rpId);
  const expected = (kit: Kit, { challenge }: Begun): Expected => ({
    relyingParty: ours(kit),
    challenge,
    verifiesUser,
  });

  async function judge(
    { account, purpose, state }: FactorAttempt<Begun>,
    value: CredentialJson,
    kit: Kit,
  ): Promise<Judged> {
    if (state === undefined || value.kind !== "get") return WRONG;
    const found = await saved(kit).find(value.id);
    if (found === undefined || !isOwner(found, value, account, purpose === "sign-in")) return WRONG;
    const seen = await verifyAssertion(value, found.value, expected(kit, state));
    // For life (WebAuthn Level 3 §7.2, step 19): what says otherwise now is not what was put on file.
    if (seen === undefined || seen.multiDevice !== found.value.multiDevice) return WRONG;
    const hasGoneOn = await saved(kit).noteUse(account, value.id, seen, counter);
    if (hasGoneOn === undefined) return WRONG;
    if (hasGoneOn) return { outcome: "right", amr: amrOf(seen) };
    return { outcome: counter === "refuse" ? "wrong" : "right", amr: amrOf(seen), suspicious: "counter" };
  }

  return defineFactor<CredentialJson, OnFileValue, Begun, EnrolBegun>({
    name: kind.name,
    amr: verifiesUser ? ["hwk", "user"] : "hwk",
    class: kind.class,
    texts: kind.texts,
    prompt: "ceremony",
    uses: ["login", "step-up", "recovery"],
    field: "credential",
    limits: { guessesPerHour, guessesInARow },
    check: (app) => void ours(app),
    parse: readCredential,
    async onFile(account, kit) {
      return (await saved(kit).list(account)).map(shown);
    },
    async begin({ account, purpose }, kit) {
      const known = (await saved(kit).list(account)).map(({ id, value }) => ({ ...value, id }));
      // Whoever has not said who they are must not learn who has one: passkeys are found by the browser, and keys stand among others that are nobody's.
      const isStranger = purpose === "recovery";
      const asked = isStranger ? (kind.verifiesUser ? undefined : amongDecoys(kit, account, known)) : known;
      return begun(await requestOptions(ours(kit), kind, asked));
    },
    judge,
    ...(kind.signsIn
      ? {
          signIn: {
            async begin(_asked, kit) {
              const options = await requestOptions(ours(kit), kind);
              return { ...begun(options), id: options.challenge };
            },
            idOf: challengeIn,
            accountOf: async (value, kit) => (await saved(kit).find(value.id))?.account,
          },
        }
      : {}),
    enrol: {
      most,
      async begin({ account }, kit) {
        const handle = await saved(kit).handleOf(account);
        const known = (await saved(kit).list(account)).map(({ id, value }) => ({ ...value, id }));
        const person = { handle, name: await labelOf(who, settings, account) };
        const { publicKey, challenge } = await creationOptions(ours(kit), kind, person, known);
        return { state: { challenge, handle }, shown: { publicKey } };
      },
      async confirm({ account, state, label }, value, kit) {
        if (state === undefined || value.kind !== "create") return "wrong";
        const seen = await verifyAttestation(value, expected(kit, state));
        if (seen === undefined) return "wrong";
        const { id, transports } = value;
        const credential = {
          ...seen,
          transports,
          userHandle: state.handle,
          ...(label === undefined ? {} : { label }),
        };
        if (!(await saved(kit).add(account, id, credential, most))) return "wrong";
        return { outcome: "right", amr: amrOf(seen), id };
      },
      remove: (account, id, kit) => saved(kit).remove(account, id),
      rename: (account, id, label, kit) => saved(kit).rename(account, id, label),
    },
  });
}

const WRONG: Judged = { outcome: "wrong" };

const begun = ({ publicKey, challenge }: { publicKey: object; challenge: string }) => ({
  state: { challenge },
  ttlSeconds: TIMEOUT_SECONDS,
  shown: { publicKey },
});

/**
 * The library compares neither: a credential of another account must not prove this one. Who has not said who they are is known by the user handle, so it
 * must be there; elsewhere authenticators may leave it out.
 */
function isOwner(
  { account: owner, value }: Opened & { account: string },
  { userHandle }: AssertionJson,
  account: string,
  needsHandle: boolean,
): boolean {
  const isHandle = userHandle === undefined ? !needsHandle : userHandle === value.userHandle;
  return owner === account && isHandle;
}

/** RFC 8176: a key that stays in its hardware, or one that is copied between devices; and whether its authenticator made sure who holds it. */
function amrOf({ multiDevice, userVerified }: Seen): string[] {
  return [multiDevice ? "swk" : "hwk", ...(userVerified ? ["user"] : [])];
}

async function labelOf(
  who: string,
  { label }: Parsed<typeof webauthnSchema>,
  account: string,
): Promise<string> {
  const answer: unknown = label === undefined ? account : await label(account);
  if (typeof answer !== "string" || answer.trim() === "")
    throw wrongAnswer(`${who}: label`, answer, "a text");
  return answer;
}

function shown({ id, value }: Opened): Record<string, unknown> {
  const { label, addedAt, lastUsedAt, multiDevice, backedUp }: SavedCredential = value;
  return {
    id,
    ...(label === undefined ? {} : { label }),
    added_at: new Date(addedAt).toISOString(),
    last_used_at: lastUsedAt === undefined ? null : new Date(lastUsedAt).toISOString(),
    multi_device: multiDevice,
    backed_up: backedUp,
  };
}
