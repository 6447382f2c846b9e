import { expect } from "chai";
import { email, totp, type Accounts, type Message, type Transport } from "../../lib/index.ts";
import { outbox } from "../../lib/testing/outbox.ts";
import type { User } from "../support/app.ts";
import { fob, FOB, letter, letterBox } from "../support/recovery-factors.ts";
import {
  PASSWORD,
  recoveryApp,
  walker,
  type RecoveryApp,
  type RecoveryAppOptions,
} from "../support/recovery-scene.ts";
import { visitor } from "../support/visitor.ts";

const box = letterBox();
const has = (account: string) => account === "alice";
const MINUTE = 60_000;

interface Mailed {
  app: RecoveryApp;
  mails: ReturnType<typeof outbox>;
  link(): string;
}

/** Where everything begins with a mail. `slowMs`: what the mail server takes. */
function make({ slowMs = 0, ...options }: RecoveryAppOptions & { slowMs?: number } = {}): Mailed {
  const mails = outbox();
  const transport: Transport = {
    ...mails,
    async send(message: Message, signal: AbortSignal) {
      await new Promise((resolve) => setTimeout(resolve, slowMs));
      return mails.send(message, signal);
    },
  };
  const emails: Accounts<User>["emails"] = ({ id }) => (id === "alice" ? ["ann@example.net"] : []);
  const app = recoveryApp({
    trustProxy: true,
    ...options,
    only: [totp(), fob(has), email({ transport }), letter(box, () => false)],
    recovery: { reveal: "mailed", factors: ["totp", "fob", "email"], email: "link", ...options.recovery },
    factors: { accounts: { emails } as Accounts<User> },
  });
  const link = () => /https:\S+/.exec((mails.last() as { text?: string }).text ?? "")?.[0] as string;
  return { app, mails, link };
}

const bare = ({ flow: _flow, ...view }: { flow?: string }) => view;

describe('a recovery that begins with a mail (`reveal: "mailed"`)', () => {
  it("mails the way in by itself; behind it stand the ways that are on file, and the mailbox is one proof", async () => {
    const { app, mails, link } = make();
    const asked = walker(app);
    await asked.start();
    asked.is("wait", "email");
    expect(asked.view.prompt?.["hint"]).to.include("If this is on file");
    expect(mails.messages.map(({ to }) => to)).to.deep.equal(["ann@example.net"]);
    const owner = walker(app);
    owner.view = (await owner.me.post("/recovery/link", { token: link() }).expect(200)).body;
    owner.is("more", undefined);
    expect(owner.view.proofs).to.deep.equal([{ factor: "email", class: "address" }]);
    expect(owner.view.prompt?.["factors"]).to.deep.equal([{ factor: "fob", label: "Use your fob" }]);
    await owner.step("pick", { factor: "fob" });
    await owner.step("yes");
    await owner.respond(FOB);
    owner.is("reset", undefined);
    await owner.password(PASSWORD);
    await asked.look();
    asked.is("identify", undefined);
  });

  it("[H19][R36] says the same to an identifier that nobody has, or that has no mailbox, and mails nothing", async () => {
    const { app, mails } = make();
    const known = walker(app);
    await known.start();
    for (const who of ["nora", "stranger"]) {
      const walk = walker(app);
      const { headers, body } = await walk.me.post("/recovery", { identifier: who }).expect(201);
      expect(bare(body), who).to.deep.equal(bare(known.view));
      expect(String(headers["set-cookie"]).replace(/=[\w-]{22};/, "=…;")).to.include("factors_recovery=…;");
      walk.view = body;
      await walk.look();
      walk.is("wait", "email");
      await walk.step("failed");
      walk.is("failed", "email");
    }
    expect(mails.messages).to.have.length(1);
  });

  it("[T43] takes as long for nobody as for somebody, whose mail a slow server takes", async () => {
    const { app } = make({ slowMs: 150 });
    const times: Record<string, number[]> = { alice: [], nora: [], stranger: [] };
    for (let i = 0; i < 4; i++)
      for (const [n, who] of Object.keys(times).entries()) {
        app.clock.advance(16 * MINUTE);
        const began = performance.now();
        await walker(app)
          .me.post("/recovery", { identifier: who })
          .set("X-Forwarded-For", `192.0.2.${i * 3 + n}`)
          .expect(201);
        times[who]?.push(performance.now() - began);
      }
    // The first of all has no other to go by.
    for (const [who, all] of Object.entries(times))
      for (const each of all.slice(1)) expect(each, who).to.be.above(140);
    const fastest = Object.values(times).map((all) => Math.min(...all.slice(1)));
    expect(Math.max(...fastest) - Math.min(...fastest)).to.be.below(100);
  });

  it("[R75] mails five times an hour, known or not, and after a pause each; the owner hears once of more", async () => {
    for (const who of ["alice", "stranger"]) {
      const { app, mails } = make();
      const statuses: number[] = [];
      for (let i = 0; i < 20; i++) {
        const { me } = walker(app);
        const { status } = await me
          .post("/recovery", { identifier: who })
          .set("X-Forwarded-For", `192.0.2.${i}`);
        statuses.push(status);
        app.clock.advance(2 * MINUTE);
      }
      expect(statuses.filter((each) => each === 201).length, who).to.be.within(3, 5);
      expect(statuses.slice(-14), who).to.deep.equal(Array.from({ length: 14 }, () => 429));
      expect(mails.messages.length).to.equal(who === "alice" ? statuses.indexOf(429) : 0);
      const warnings = app.notices.filter(({ kind }) => kind === "recovery_limited");
      expect(warnings.map(({ account, addresses }) => [account, addresses])).to.deep.equal(
        who === "alice" ? [["alice", ["ann@example.net"]]] : [],
      );
      const refused = app.events.filter(({ name }) => name === "recovery_refused");
      expect(refused.length).to.be.above(10);
      expect(new Set(refused.map(({ event }) => event.account))).to.deep.equal(
        new Set([who === "alice" ? "alice" : undefined]),
      );
    }
  });

  it("sends a code that is typed where the app's mails bring codes; its page says what was done", async () => {
    const { app, mails } = make({ recovery: { email: "code" } });
    const walk = walker(app);
    await walk.start();
    walk.is("entry", "email");
    await walk.respond(mails.code());
    walk.is("more", undefined);
    const me = visitor(make().app, "html");
    await me.post("/recovery", { identifier: "stranger" }).expect(303);
    const { text } = await me.get("/recovery").expect(200);
    expect(text).to.include("a link is on its way to the mailbox");
  });

  it("needs a factor that goes to addresses", () => {
    expect(() => make({ recovery: { factors: ["totp", "fob"] } })).to.throw(TypeError, "mailed");
  });
});
