import { sendsCode } from "../../factors/define-factor.ts";
import type { Factor } from "../../factors/factor.ts";
import type { KeyMode, Method, Plan, Policy, Reveal, Way } from "./ways.ts";

/** What an app says of its recovery, as far as the chart goes. */
export interface ChartOptions {
  factors: readonly string[] | undefined;
  reveal: Reveal;
  secondProof: Policy["secondProof"];
  holdHours: number;
  keyMode: KeyMode;
  /** How a mail helps: by a code that is typed, by a link, or by either. */
  email: "code" | "link" | "both";
}

/** A way, and the factors that go it: by method where there are several. */
export interface AppWay extends Way {
  factors: Readonly<Record<string, Factor>>;
}

export interface AppPlan extends Plan {
  ways: readonly AppWay[];
}

/** Classes whose factors are one step, under a name of its own: all channels of a phone. */
const SHARED: Readonly<Record<string, string>> = { phone: "phone" };
const MOST_WRONG = 5;
/** Knowledge is guessed by who knows the person. */
const MOST_WRONG_KNOWLEDGE = 3;

/** The steps of the app's list, in its order. Throws a TypeError where no proof of possession is among them. */
export function planOf(list: readonly Factor[], options: ChartOptions): AppPlan {
  const factors = factorsFor(list, options.factors);
  const groups = new Map<string, Factor[]>();
  for (const factor of factors) {
    const name = SHARED[factor.class] ?? factor.name;
    groups.set(name, [...(groups.get(name) ?? []), factor]);
  }
  const ways = [...groups].map(([name, group]) => wayOf(name, group, options));
  if (!ways.some((way) => way.class !== "knowledge"))
    throw new TypeError(
      "recovery: the list has no factor that proves possession for recovery; what somebody knows never opens a reset",
    );
  const { reveal, secondProof, holdHours } = options;
  if (reveal === "mailed" && !ways.some((way) => way.class === "address"))
    throw new TypeError('recovery: reveal "mailed" needs a factor of addresses, such as email');
  const holdMs = holdHours === 0 ? undefined : holdHours * 3_600_000;
  return { ways, reveal, policy: { secondProof, holdMs } };
}

function factorsFor(list: readonly Factor[], names: readonly string[] | undefined): Factor[] {
  const known = list.filter(({ uses }) => uses.includes("recovery"));
  if (names === undefined) return known;
  const missing = names.find((name) => !known.some((each) => each.name === name));
  if (missing !== undefined)
    throw new TypeError(`recovery: factors: "${missing}" is no factor of the list that is for recovery`);
  return names.map((name) => known.find((each) => each.name === name) as Factor);
}

function wayOf(name: string, group: readonly Factor[], { keyMode, email }: ChartOptions): AppWay {
  const [first] = group as [Factor];
  const isMail = sendsCode(first) && first.class === "address";
  const byMail = email === "both" ? [CODE, LINK] : [email === "link" ? LINK : CODE];
  const methods = (isMail ? byMail : group.map(methodOf)) as unknown as Way["methods"];
  return {
    name,
    class: first.class,
    methods,
    sent: group.some(isSent),
    mode: first.class === "key" ? keyMode : "optional",
    userVerified: first.class === "verified-key",
    mostWrong: first.class === "knowledge" ? MOST_WRONG_KNOWLEDGE : MOST_WRONG,
    factors: Object.fromEntries(methods.map((each, i) => [each.name, isMail ? first : (group[i] as Factor)])),
  };
}

/** Its code goes to an address, and may never arrive. */
function isSent(factor: Factor): boolean {
  if (sendsCode(factor)) return true;
  const { begin, prompt = "typed" } = factor.definition;
  return begin !== undefined && prompt === "typed" && factor.class !== "knowledge";
}

const CODE: Method = { name: "code", rests: "entry", answered: "here" };
/** It is opened, and posted, in whichever browser; what this one shows is over then. */
const LINK: Method = { name: "link", rests: "wait", answered: "elsewhere" };

/** What chooses it. */
export const byLink = { input: "choose", choice: LINK.name } as const;

export const isLink = (method: string | undefined): boolean => method === LINK.name;

/** RFC 8176: confirmation by a telephone call. What is read out can be typed once somebody has picked up. */
const CALLED = "tel";

function methodOf(factor: Factor): Method {
  const { name, amr } = factor;
  if (sendsCode(factor) && [amr].flat().includes(CALLED)) return { name, rests: "wait", answered: "rings" };
  const { prompt } = factor.definition ?? {};
  if (prompt === "ceremony") return { name, rests: "wait", answered: "here" };
  if (prompt === "elsewhere") return { name, rests: "wait", answered: "elsewhere" };
  return { name, rests: "entry", answered: "here" };
}
