import { defineFactor, type DefinedFactor } from "../../lib/index.ts";

/** What was sent, newest last. */
export interface Letters {
  sent: { account: string; code: string }[];
  code(account: string): string;
}

export function letterBox(): Letters {
  const sent: Letters["sent"] = [];
  return { sent, code: (account) => sent.findLast((each) => each.account === account)?.code ?? "" };
}

const texts = (label: string) => ({ en: { label, field: "Code" } });
const digits = (typed: unknown) => (typeof typed === "string" && /^\d{6}$/.test(typed) ? typed : undefined);

/** A code by letter, to the accounts that have an address: good for recovery only. */
export const letter = (box: Letters, has: (account: string) => boolean = () => true): DefinedFactor =>
  defineFactor<string, unknown, { code: string }>({
    name: "letter",
    amr: "otp",
    class: "address",
    uses: ["recovery"],
    texts: texts("Get a letter"),
    digits: true,
    onFile: (account) => (has(account) ? {} : undefined),
    async begin({ account, user }, { random }) {
      const code = String(random(1_000_000)).padStart(6, "0");
      if (user !== undefined && has(account)) box.sent.push({ account, code });
      return { state: { code }, shown: { display: `${account[0]}***` } };
    },
    parse: digits,
    judge: ({ state }, code) => (state?.code === code ? "right" : "wrong"),
  });

/** What is typed is right where it is this. */
export const FOB = "135790";
export const WORD = "246802";

const known = (
  name: string,
  of: Pick<Parameters<typeof defineFactor>[0], "class" | "uses"> & { right: string },
  has: (account: string) => boolean,
): DefinedFactor =>
  defineFactor<string>({
    name,
    amr: "hwk",
    class: of.class,
    ...(of.uses === undefined ? {} : { uses: of.uses }),
    texts: texts(`Use your ${name}`),
    digits: true,
    onFile: (account) => (has(account) ? {} : undefined),
    parse: digits,
    judge: (_attempt, code) => (code === of.right ? "right" : "wrong"),
  });

/** A key that its owner reads digits off: a second factor of logins too. */
export const fob = (has: (account: string) => boolean): DefinedFactor =>
  known("fob", { class: "key", uses: ["login", "step-up", "recovery"], right: FOB }, has);

/** A word that its owner knows. */
export const word = (has: (account: string) => boolean): DefinedFactor =>
  known("word", { class: "knowledge", uses: ["recovery"], right: WORD }, has);

/** Somebody elsewhere says yes or no. */
export const neighbour = (
  says: () => "right" | "wrong" | "pending",
  has: (account: string) => boolean = () => true,
): DefinedFactor =>
  defineFactor<unknown, unknown, Record<string, never>>({
    name: "neighbour",
    amr: "sc",
    class: "person",
    uses: ["recovery"],
    prompt: "elsewhere",
    texts: texts("Ask your neighbour"),
    onFile: (account) => (has(account) ? {} : undefined),
    begin: () => ({ state: {}, shown: { number: "42" } }),
    parse: () => "asked",
    judge: () => says(),
  });
