import { expect } from "chai";
import { defineFactor, memoryStore, type Accounts } from "../../lib/index.ts";
import { accountsIn, ALICE, makeApp, type User } from "../support/app.ts";
import { emailApp, NORAS } from "../support/email-scene.ts";
import { visitor } from "../support/visitor.ts";

describe("what is told after a factor has changed or passed", () => {
  it("[F9] of a factor that says how many are left, and nothing of few: they are not few", async () => {
    const sticks = defineFactor<string>({
      name: "sticks",
      amr: "otp",
      class: "saved",
      texts: { en: { label: "Use a stick", field: "Number" } },
      events: { low: "backup_codes_low" },
      notices: { low: "backup_codes_low" },
      onFile: () => ({}),
      parse: (typed) => (typed === "135790" ? typed : undefined),
      judge: () => ({ outcome: "right", remaining: 7 }) as const,
    });
    const kinds: string[] = [];
    const app = makeApp({ more: [sticks], factors: { notify: ({ kind }) => void kinds.push(kind) } });
    const me = visitor(app);
    await me.logIn("alice");
    const { body } = await me.post("/sticks_verification", { sticks: "135790" }).expect(200);
    expect(body).to.include({ remaining: 7, low: false });
    expect(app.events.map(({ name }) => name)).not.to.include("backup_codes_low");
    expect(kinds).to.deep.equal([]);
  });

  it("[M2] of an address that is added where the app's cannot be read any more: those that were there hear of it, and nobody else", async () => {
    const store = memoryStore();
    let fails = false;
    const { credentials } = store;
    const add: typeof credentials.add = async (...args) => {
      const added = await credentials.add(...args);
      fails = true;
      return added;
    };
    const emails: Accounts<User>["emails"] = () => {
      if (!fails) return ["before@example.net"];
      fails = false;
      throw new Error("the database is away");
    };
    const app = emailApp({
      store: { ...store, credentials: { ...credentials, add } },
      factors: { accounts: { ...accountsIn(new Map([["alice", { id: "alice", phone: ALICE }]])), emails } },
    });
    const me = visitor(app);
    await me.logIn("alice");
    await me.send().expect(201);
    await me.verify(app.outbox.code()).expect(200);
    await me.post("/security/email", { address: NORAS }).expect(201);
    await me.post("/security/email/confirm", { code: app.mails.code(NORAS) }).expect(200);
    expect(app.notices.map(({ addresses }) => addresses)).to.deep.equal([["before@example.net"]]);
    expect(app.told.map(String).join()).to.include("the database is away");
  });
});
