import type { FactorClass } from "../../lib/factors/definition.ts";
import type { Facts } from "../../lib/flows/recovery/policy.ts";
import type { KeyMode, Method, Plan, Policy, Reveal, Way } from "../../lib/flows/recovery/ways.ts";

export const WAY_NAMES = [
  "key",
  "passkey",
  "device",
  "totp",
  "email",
  "phone",
  "saved",
  "delegate",
  "questions",
  "old-password",
] as const;
export type WayName = (typeof WAY_NAMES)[number];

/** One app, and what one account of it has on file. */
export interface Scenario {
  configured: readonly WayName[];
  onFile: readonly WayName[];
  mode: KeyMode;
  email: "Code" | "Link" | "Both";
  phone: "SMS" | "Call" | "Both";
  reveal: Reveal;
  policy: Policy;
  /** Whether its login asks for what is on file and may be a second factor. */
  asksSecond: boolean;
}

export const MOST_WRONG = 2;

const typed: Method = { name: "typed", rests: "entry", answered: "here" };
const CODE: Method = { name: "code", rests: "entry", answered: "here" };
const LINK: Method = { name: "link", rests: "wait", answered: "elsewhere" };
const SMS: Method = { name: "sms", rests: "entry", answered: "here" };
const CALL: Method = { name: "call", rests: "wait", answered: "rings" };
const ceremony: Method = { name: "ceremony", rests: "wait", answered: "here" };

const CLASSES: Readonly<Record<WayName, FactorClass>> = {
  key: "key",
  passkey: "verified-key",
  device: "device",
  totp: "app",
  email: "address",
  phone: "phone",
  saved: "saved",
  delegate: "person",
  questions: "knowledge",
  "old-password": "knowledge",
};

export const classOf = (name: WayName): FactorClass => CLASSES[name];

function methodsOf(name: WayName, { email, phone }: Scenario): Way["methods"] {
  switch (name) {
    case "key":
    case "passkey":
      return [ceremony];
    case "device":
      return [{ name: "number", rests: "wait", answered: "elsewhere" }];
    case "email":
      return email === "Both" ? [CODE, LINK] : [email === "Code" ? CODE : LINK];
    case "phone":
      return phone === "Both" ? [SMS, CALL] : [phone === "SMS" ? SMS : CALL];
    case "delegate":
      return [{ name: "number", rests: "wait", answered: "here" }];
    default:
      return [typed];
  }
}

export const planOf = (scenario: Scenario): Plan => ({
  reveal: scenario.reveal,
  policy: scenario.policy,
  ways: scenario.configured.map((name) => ({
    name,
    class: CLASSES[name],
    methods: methodsOf(name, scenario),
    sent: name === "email" || name === "phone" || name === "delegate",
    mode: name === "key" ? scenario.mode : "optional",
    userVerified: name === "passkey",
    mostWrong: MOST_WRONG,
  })),
});

export const factsOf = ({ onFile, asksSecond }: Scenario): Facts => ({
  onFile: new Set(onFile),
  secondFactors: asksSecond
    ? [...new Set(onFile.map(classOf))].filter((each) =>
        ["verified-key", "key", "app", "phone"].includes(each),
      )
    : [],
});
