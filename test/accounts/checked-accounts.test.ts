import { expect } from "chai";
import type { Accounts } from "../../lib/accounts/accounts.ts";
import { checkedAccounts } from "../../lib/accounts/checked-accounts.ts";
import { createInTime } from "../../lib/in-time.ts";
import { accountsIn } from "../support/app.ts";

type Answers = Partial<Record<keyof Accounts, unknown>>;

const USER = { id: "ada" };
const ABOUT = {
  kind: "recovery",
  proofs: [],
  at: 0,
  ip: undefined,
  locale: "en",
  tenant: "default",
} as const;

/** The accounts of an app whose functions answer this. */
function answering(answers: Answers): Required<Accounts<unknown>> {
  const functions = Object.entries(answers).map(([name, answer]) => [name, () => answer]);
  const accounts = { ...accountsIn(new Map()), ...(Object.fromEntries(functions) as Accounts) };
  return checkedAccounts(accounts as Accounts<unknown>, createInTime(5)) as Required<Accounts<unknown>>;
}

/** Asks one function, as a flow does. */
async function ask(name: keyof Accounts, answer: unknown): Promise<unknown> {
  const accounts = answering({ [name]: answer });
  switch (name) {
    case "id":
    case "phone":
    case "emails":
    case "locale":
      return accounts[name](USER);
    case "endSessions":
      return accounts.endSessions(USER);
    case "resetPassword":
      return accounts.resetPassword(USER, "seven quiet lanterns", ABOUT);
    case "phoneTaken":
      return accounts.phoneTaken("+886912345678", USER);
    case "setPhone":
      return accounts.setPhone(USER, "+886912345678");
    case "createFromPhone":
      return accounts.createFromPhone("+886912345678", {}, "default");
    default:
      return accounts[name]("+886912345678", "default");
  }
}

const said = (name: keyof Accounts, answer: unknown) =>
  ask(name, answer).then(
    () => "answered",
    (error: Error) => (error instanceof TypeError ? error.message : `${error.name}: ${error.message}`),
  );

const KNOWN: Record<keyof Accounts, unknown[]> = {
  id: ["7", "x".repeat(200)],
  phone: ["+886912345678", "+12015550123", null, undefined],
  phoneTaken: [true, false],
  setPhone: [true, false],
  createFromPhone: [USER, "7", 7, null, undefined],
  byId: [USER, "7", 0, null, undefined],
  byPhone: [USER, "7", 0, null, undefined],
  byEmail: [USER, "7", 7n, null, undefined],
  find: [USER, "7", 7n, null, undefined],
  resetPassword: [true, "refused"],
  endSessions: [undefined, true, 7],
  emails: [["ann@example.net", "Ann@Example.org"], [], null, undefined],
  wasPassword: [true, false],
  locale: ["de", "", null, undefined],
};

const UNKNOWN: Record<keyof Accounts, [shape: string, answers: unknown[]]> = {
  id: ["a text of 1 to 200 characters", ["", "x".repeat(201), 7, null, undefined, {}, Promise.resolve("7")]],
  phone: ["an E.164 number, null or undefined", ["", "0912345678", "+886 912", "+1", 7, {}, [], false, true]],
  phoneTaken: ["true or false", [undefined, null, 0, 1, "", "false", {}, []]],
  setPhone: ["true or false", [undefined, null, 0, 1, "ok", {}, []]],
  createFromPhone: ["a user, null or undefined", [false, true, "", Number.NaN, Symbol("x"), () => USER]],
  byId: ["a user, null or undefined", [false, true, "", Number.NaN, Symbol("x"), () => USER]],
  byPhone: ["a user, null or undefined", [false, true, "", Number.NaN, Symbol("x"), () => USER]],
  byEmail: ["a user, null or undefined", [false, true, "", Number.NaN, Symbol("x"), () => USER]],
  find: ["a user, null or undefined", [false, true, "", Number.NaN, Symbol("x"), () => USER]],
  resetPassword: ['true or "refused"', [false, undefined, null, 0, 1, "ok", {}, []]],
  endSessions: ["anything", []],
  emails: [
    "a list of at most 20 email addresses, null or undefined",
    [
      "ann@example.net",
      ["ann@example.net", ""],
      ["ann@example.net, evil@x.test"],
      ["Ann <ann@example.net>"],
      [["ann@example.net"]],
      [undefined],
      Array.from({ length: 21 }, (_, n) => `ann${n}@example.net`),
      7,
      {},
      false,
    ],
  ],
  wasPassword: ["true or false", [undefined, null, 0, 1, "yes", {}, []]],
  locale: ["a text or undefined", [7, {}, [], true, Promise.resolve("de")]],
};

describe("[T51] what the app's accounts answer", () => {
  for (const name of Object.keys(KNOWN) as (keyof Accounts)[]) {
    it(`is taken as its contract has it, at once or later: ${name}`, async () => {
      for (const answer of KNOWN[name]) {
        expect(await ask(name, answer), String(answer)).to.equal(
          answer ?? (name === "locale" ? undefined : answer),
        );
        if (name !== "id" && name !== "locale")
          expect(await ask(name, Promise.resolve(answer))).to.equal(answer);
      }
    });

    it(`is refused where its contract does not know it, by name and without the value: ${name}`, async () => {
      const [shape, answers] = UNKNOWN[name];
      for (const answer of answers) {
        const message = await said(name, answer);
        expect(message).to.match(
          new RegExp(`^accounts\\.${name} answered [a-z ]+; it must answer ${shape}$`),
        );
        if (typeof answer === "string" && /^[+\d]/.test(answer)) expect(message).not.to.include(answer);
      }
    });
  }

  it("says what it got", async () => {
    expect(await said("phone", {})).to.equal(
      "accounts.phone answered an object; it must answer an E.164 number, null or undefined",
    );
    expect(await said("phone", "")).to.include("answered an empty text");
    expect(await said("setPhone", null)).to.include("answered null");
  });

  it("is waited for, and no longer than it may take", async () => {
    expect(await said("phone", new Promise(() => undefined))).to.equal(
      "Error: accounts.phone: no answer within 5 ms",
    );
  });

  it("comes from the app's own object, whose `this` it is; what is optional stays so", async () => {
    class Own implements Accounts<{ id: string }> {
      readonly number: string = "+886912345678";
      id = (user: { id: string }) => user.id;
      phone() {
        return this.number;
      }
      phoneTaken() {
        return this.number === "";
      }
      setPhone() {
        return this.number !== "";
      }
    }
    const accounts = checkedAccounts(new Own(), createInTime(5));
    expect(await accounts.phone(USER)).to.equal("+886912345678");
    expect(await accounts.setPhone(USER, "")).to.equal(true);
    expect(Object.keys(accounts)).to.have.members(["id", "phone", "phoneTaken", "setPhone"]);
  });
});
