import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { expect } from "chai";
import fc from "fast-check";
import { memoryStore, storeCredentials, type Credentials } from "../../lib/index.ts";
import { addEmail, emailApp, NORAS, withEmail } from "../support/email-scene.ts";
import { visitor, type Visitor } from "../support/visitor.ts";

type Broken = Partial<Record<keyof Credentials, () => unknown>>;

/** An app whose credential store does something odd once `broken` says so. */
function breakable(): { app: ReturnType<typeof emailApp>; broken: Broken } {
  const broken: Broken = {};
  const store = memoryStore();
  const credentials = {
    inTenant(tenant: string): Credentials {
      const whole = storeCredentials(store).inTenant(tenant);
      const verbs = Object.entries(whole).map(([verb, run]) => [
        verb,
        (...what: unknown[]) =>
          (broken[verb as keyof Credentials] ?? (run as (...all: unknown[]) => unknown))(...(what as [])),
      ]);
      return Object.fromEntries(verbs) as Credentials;
    },
  };
  return { app: emailApp({ store, factors: { credentials, timeoutMs: 100 } }), broken };
}

const never = () => new Promise(() => undefined);
const faults: (() => unknown)[] = [
  () => {
    throw undefined;
  },
  () => Promise.reject(),
  () => Promise.reject(new Error("gone")),
  never,
  () => "yes",
  () => ({}),
  () => null,
  () => [{ id: "x", value: "not sealed by us" }],
];

describe("[T51] addresses whose store is broken", () => {
  it("are neither on file nor said to be, and the code is as good as before", async () => {
    for (const verb of ["list", "add"] as const)
      for (const fault of faults) {
        const { app, broken } = breakable();
        const me = visitor(app);
        await me.logIn("nora");
        await me.post("/security/email", { address: NORAS }).expect(201);
        const code = app.mails.code(NORAS);
        broken[verb] = fault;
        const { status } = await me.post("/security/email/confirm", { code });
        expect(status, `${verb} ${String(fault)}`).to.be.within(400, 599);
        await me.get("/chat").expect(401);
        delete broken[verb];
        expect((await me.get("/security").expect(200)).body.factors).to.deep.equal([]);
        await me.post("/security/email/confirm", { code }).expect(200);
      }
  });

  it("are not said to be gone where they could not be removed", async () => {
    for (const fault of faults) {
      const { app, broken } = breakable();
      const me = await withEmail(app);
      const { id } = (await me.get("/security")).body.factors[0] as { id: string };
      broken.remove = fault;
      expect((await me.post("/security/email/remove", { id })).status, String(fault)).to.be.within(400, 599);
      delete broken.remove;
      expect((await me.get("/security").expect(200)).body.factors).to.have.length(1);
    }
  });
});

describe("[T15] whatever is posted where an address is put on file", () => {
  it("is answered 4xx or taken, and the app goes on", async () => {
    const app = emailApp({ factors: { limits: { sendsPerIp: 100_000, guessesPerIp: 100_000 } } });
    const me: Visitor = visitor(app);
    await me.logIn("nora");
    const paths = fc.constantFrom(
      "/security/email",
      "/security/email/confirm",
      "/security/email/remove",
      "/security/email/challenge",
      "/security/email/start_over",
    );
    const body = fc.record(
      { address: fc.jsonValue(), code: fc.jsonValue(), email_code: fc.jsonValue(), id: fc.jsonValue() },
      { requiredKeys: [] },
    );
    await fc.assert(
      fc.asyncProperty(paths, body, async (path, sent) => {
        expect((await me.post(path, sent)).status).to.be.within(200, 499);
      }),
      { numRuns: 60 },
    );
    await addEmail(app, me, NORAS);
  });
});

describe("what is kept of mailboxes", () => {
  it("goes with the account", async () => {
    const app = emailApp();
    await withEmail(app);
    await app.factors.erase("nora");
    const me = visitor(app);
    await me.logIn("nora");
    expect((await me.get("/security").expect(200)).body.factors).to.deep.equal([]);
  });

  it("needs no mail library before a mail goes out: the main entry does not load it", () => {
    const entry = join(import.meta.dirname, "../../dist/lib/index.js");
    const run = `require(${JSON.stringify(entry)}).smtpTransport({ url: "smtp://localhost", from: "a@chat.example" });
      process.stdout.write(Object.keys(require.cache).filter((file) => file.includes("nodemailer")).join());
      process.stdout.write(String(Object.keys(require.cache).length > 50));`;
    expect(execFileSync(process.execPath, ["-e", run], { encoding: "utf8" })).to.equal("true");
  });
});
