import { expect } from "chai";
import { email, type Accounts } from "../../lib/index.ts";
import { outbox } from "../../lib/testing/outbox.ts";
import type { User } from "../support/app.ts";
import {
  PASSWORD,
  recoveryApp,
  walker,
  type RecoveryApp,
  type RecoveryAppOptions,
  type Walker,
} from "../support/recovery-scene.ts";
import { freshAddress } from "../support/strangers.ts";
import { visitor } from "../support/visitor.ts";

interface Scene {
  app: RecoveryApp;
  mails: ReturnType<typeof outbox>;
  addresses: Map<string, string>;
  /** As it stands in the last mail. */
  link(): string;
}

function scene(options: RecoveryAppOptions = {}): Scene {
  const mails = outbox();
  const addresses = new Map([["alice", "ann@example.net"]]);
  const emails: Accounts<User>["emails"] = ({ id }) =>
    addresses.has(id) ? [addresses.get(id) as string] : [];
  const app = recoveryApp({
    ...options,
    more: [email({ transport: mails })],
    recovery: { factors: ["email"], email: "both", ...options.recovery },
    factors: { accounts: { emails } as Accounts<User> },
  });
  return {
    app,
    mails,
    addresses,
    link: () => /https:\S+/.exec((mails.last() as { text?: string }).text ?? "")?.[0] as string,
  };
}

async function waiting({ app }: Scene, who = "alice"): Promise<Walker> {
  const walk = walker(app);
  await walk.start(who);
  walk.is("choose", "email");
  await walk.step("choose", { choice: "link" });
  walk.is("wait", "email");
  return walk;
}

const post = (app: RecoveryApp, token: unknown, me = visitor(app)) => me.post("/recovery/link", { token });

describe("a link in a mail", () => {
  it("[R25][G9] goes on in the browser that posts it, and the one that asked is out", async () => {
    const it = scene();
    const attacker = await waiting(it);
    expect(it.link()).to.match(/^https:\/\/chat\.example\/recovery\/link#[\w-]{22}$/);
    const owner = walker(it.app);
    const { body } = await post(it.app, it.link(), owner.me).expect(200);
    expect(body).to.deep.include({ state: "reset", proofs: [{ factor: "email", class: "address" }] });
    await attacker.look();
    attacker.is("identify", undefined);
    await attacker.password(PASSWORD, 409);
    owner.view = body;
    await owner.password(PASSWORD);
    expect(it.app.written).to.have.length(1);
  });

  it("tells the page that waited where it went, also after its script has asked", async () => {
    const it = scene();
    const { me } = await waiting(it);
    await post(it.app, it.link()).expect(200);
    const program = await me.get("/recovery").expect(200);
    expect(program.body.state).to.equal("identify");
    const page = await me.get("/recovery").set("Accept", "text/html").expect(200);
    expect(page.text).to.include("goes on in another browser");
    expect((await visitor(it.app, "html").get("/recovery")).text).not.to.include(
      "goes on in another browser",
    );
  });

  it("[R24][H13][T47] is not used up by whoever looks at it", async () => {
    const it = scene();
    await waiting(it);
    const token = it.link().split("#")[1];
    const me = visitor(it.app, "html");
    for (let i = 0; i < 5; i++)
      for (const ask of ["get", "head", "options"] as const)
        await me.agent[ask](`/recovery/link?token=${token}`).set("Sec-Purpose", "prefetch");
    const { text, headers } = await me.get("/recovery/link").expect(200);
    expect(text).to.include("data-link").and.not.include(token);
    expect(headers["cache-control"]).to.equal("no-store");
    await post(it.app, token).expect(200);
  });

  it("[R26][H13] is good once, of 200 that post it at once", async () => {
    const it = scene({ trustProxy: true });
    await waiting(it);
    const all = await Promise.all(
      Array.from({ length: 200 }, () =>
        post(it.app, it.link(), visitor(it.app, "json", { "X-Forwarded-For": freshAddress() })),
      ),
    );
    expect(all.filter(({ status }) => status === 200)).to.have.length(1);
    expect(all.filter(({ status }) => status === 409)).to.have.length(199);
    await post(it.app, it.link()).expect(409);
  });

  it("[R27][R28][H13] is dead after a quarter of an hour, another link, another address, and another reset", async () => {
    const it = scene();
    await waiting(it);
    it.addresses.set("alice", "other@example.net");
    await post(it.app, it.link()).expect(409);
    it.addresses.delete("alice");
    await post(it.app, it.link()).expect(409);
    it.addresses.set("alice", "ann@example.net");
    const first = it.link();
    it.app.clock.advance(15 * 60_000);
    await post(it.app, first).expect(409);
    const other = scene();
    const [one, two] = [await waiting(other), other.link()];
    other.app.clock.advance(60_000);
    await waiting(other);
    await post(other.app, other.link(), one.me).expect(200);
    await one.look();
    await one.password(PASSWORD);
    await post(other.app, two).expect(409);
  });

  it("[R23][R21] is nothing beside another identifier, in another tenant, or made up", async () => {
    const it = scene();
    await waiting(it);
    for (const token of ["", "x", "A".repeat(22), ["a"], { a: 1 }, null, undefined, 7, "x".repeat(10_000)])
      await post(it.app, token).expect(409);
    const other = recoveryApp({ store: it.app.factors.store, more: [], factors: { tenant: "other" } });
    await post(other, it.link()).expect(409);
    await visitor(it.app).post("/recovery/link", { token: it.link(), identifier: "nora" }).expect(200);
  });

  it("[R29][T48] leads to the app's own address, whatever a request calls it", async () => {
    const it = scene();
    const walk = walker(it.app);
    const forged = {
      Host: "evil.example",
      "X-Forwarded-Host": "evil.example",
      Forwarded: "host=evil.example",
    };
    const { body } = await walk.me.post("/recovery", { identifier: "alice" }).set(forged).expect(201);
    await walk.me
      .post("/recovery/step", { gen: body.gen, input: "choose", choice: "link" })
      .set(forged)
      .expect(200);
    expect(it.link()).to.match(/^https:\/\/chat\.example\//);
    expect(JSON.stringify(it.mails.last())).not.to.include("evil");
  });

  it("[N6][R30][R78][T11] has its token in no event, error, answer or address", async () => {
    const it = scene();
    const walk = await waiting(it);
    const token = it.link().split("#")[1] as string;
    const { body, headers } = await post(it.app, token).expect(200);
    expect(JSON.stringify([body, headers, walk.view, it.app.events, it.app.told])).not.to.include(token);
  });

  it("[R36][H19] is sent to nobody where no address is on file, which shows nowhere", async () => {
    const it = scene();
    const walk = await waiting(it);
    const known = { ...walk.view, flow: undefined };
    const nobody = await waiting(it, "stranger");
    expect({ ...nobody.view, flow: undefined }).to.deep.equal(known);
    expect(it.mails.messages).to.have.length(1);
  });

  it("[R65] is posted from this site only, and says so to people", async () => {
    const it = scene();
    await waiting(it);
    await post(it.app, it.link()).set("Sec-Fetch-Site", "cross-site").expect(403);
    const { text } = await visitor(it.app, "html").post("/recovery/link", { token: "no" }).expect(409);
    expect(text).to.include("This link is over");
  });

  it("needs the app's own address", () => {
    expect(() => scene({ recovery: { email: "link" } })).not.to.throw();
    expect(() =>
      recoveryApp({
        more: [email({ transport: outbox() })],
        factors: { publicUrl: undefined, accounts: { emails: () => [] } } as never,
        recovery: { factors: ["email"], email: "link" },
      }),
    ).to.throw(TypeError, "publicUrl");
  });
});
