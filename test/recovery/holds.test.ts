import { expect } from "chai";
import { email, type Accounts } from "../../lib/index.ts";
import { outbox } from "../../lib/testing/outbox.ts";
import type { User } from "../support/app.ts";
import { letter, letterBox, word, WORD } from "../support/recovery-factors.ts";
import {
  PASSWORD,
  putTotp,
  recoveryApp,
  STEP,
  walker,
  type RecoveryApp,
  type RecoveryAppOptions,
  type Walker,
} from "../support/recovery-scene.ts";
import { visitor } from "../support/visitor.ts";

const box = letterBox();
const HOUR = 3_600_000;
const ADDRESSES = ["ann@example.net", "ann@work.example"];
const all = () => true;

function make(options: RecoveryAppOptions = {}): RecoveryApp {
  const emails: Accounts<User>["emails"] = ({ id }) => (id === "alice" ? ADDRESSES : []);
  return recoveryApp({
    ...options,
    more: [letter(box), word(all), email({ transport: outbox() }), ...(options.more ?? [])],
    recovery: {
      holdHours: 24,
      factors: ["letter", "word"],
      supportContact: "help@chat.example",
      ...options.recovery,
    },
    factors: { rememberDevice: {}, ...options.factors, accounts: { emails } as Accounts<User> },
  });
}

/** One proof of possession, and one of knowledge, of an account with a second factor. */
async function held(app: RecoveryApp, who = "alice"): Promise<Walker> {
  const walk = walker(app);
  await walk.start(who);
  await walk.step("yes");
  await walk.respond(box.code(who));
  walk.is("more", undefined);
  await walk.step("pick", { factor: "word" });
  await walk.step("yes");
  await walk.respond(WORD);
  walk.is("hold", undefined);
  return walk;
}

async function scene(options: RecoveryAppOptions = {}) {
  const app = make(options);
  const secret = await putTotp(app, "alice");
  const walk = await held(app);
  const told = () => app.notices.filter(({ kind }) => kind === "recovery_held");
  const link = () => told().at(-1)?.cancel_url as string;
  return { app, secret, walk, told, link };
}

const cancel = (app: RecoveryApp, token: unknown, me = visitor(app)) =>
  me.post("/recovery/cancel", { token });
const ended = (app: RecoveryApp) =>
  app.events.filter(({ name }) => name === "recovery_cancelled").map(({ event }) => event.reason);

/** It does not open, at once or when its time has come. */
async function isOver(app: RecoveryApp, walk: Walker): Promise<void> {
  await walk.password(PASSWORD, 409);
  app.clock.advance(24 * HOUR);
  await walk.look();
  walk.is("identify", undefined);
  await walk.password(PASSWORD, 409);
  expect(app.written).to.deep.equal([]);
}

describe("a reset that waits", () => {
  it("[R74][H5] is told to every address at once, with when and from where, how to end it, and whom to turn to", async () => {
    const { app, told, link } = await scene();
    expect(told()).to.have.length(1);
    const [notice] = told();
    expect(notice).to.deep.include({
      account: "alice",
      addresses: ADDRESSES,
      held_until: app.clock() + 24 * HOUR,
    });
    expect(notice?.added?.map(({ factor }) => factor)).to.deep.equal(["totp"]);
    expect(link()).to.match(/^https:\/\/chat\.example\/recovery\/cancel#[\w-]{22}$/);
    const { subject, text, html } = notice?.mail ?? { subject: "", text: "", html: "" };
    for (const part of [
      link(),
      "help@chat.example",
      "Authenticator app",
      "UTC",
      notice?.ip ?? "",
      "sign in as usual",
    ])
      expect(text).to.include(part);
    expect(html).to.include(link().replaceAll("&", "&amp;"));
    expect(subject).to.include("Chat");
    expect(app.events.map(({ name }) => name)).to.include("recovery_held");
    expect(JSON.stringify([app.events, app.told])).not.to.include(link().split("#")[1]);
  });

  it("[R74] is told in the owner's language", async () => {
    for (const [locale, words] of [
      ["de", "Wiederherstellung beenden"],
      ["fr", "Mettre fin à la récupération"],
      ["es", "Poner fin a la recuperación"],
      ["ja", "復旧手続きを中止する"],
      ["zh-TW", "終止這次復原"],
    ]) {
      const accounts = { locale: () => locale } as unknown as Accounts<User>;
      const app = recoveryApp({
        more: [letter(box), word(all)],
        recovery: { holdHours: 24, factors: ["letter", "word"] },
        factors: { accounts },
      });
      await putTotp(app, "alice");
      const walk = walker(app);
      const say = (path: string, body: object) =>
        walk.me.post(path, body).set("Accept-Language", locale as string);
      walk.view = (await say("/recovery", { identifier: "alice" })).body;
      for (const more of [
        { input: "yes" },
        { input: "respond", response: () => box.code("alice") },
        { input: "pick", factor: "word" },
        { input: "yes" },
        { input: "respond", response: () => WORD },
      ]) {
        const response = "response" in more ? { response: more.response?.() } : {};
        walk.view = (await say("/recovery/step", { gen: walk.view.gen, ...more, ...response })).body;
      }
      walk.is("hold", undefined);
      expect(app.notices.at(-1)?.mail?.html, locale).to.include(words);
    }
  });

  it("[R74] is ended by the link in that mail, once, without signing in; looking at it ends nothing", async () => {
    const { app, walk, link } = await scene();
    const me = visitor(app, "html");
    for (const ask of ["get", "head", "options"] as const) await me.agent[ask]("/recovery/cancel");
    const { text, headers } = await me.get("/recovery/cancel").expect(200);
    expect(text).to.include("data-link").and.include('action="/recovery/cancel"').and.include("End it");
    expect(headers["cache-control"]).to.equal("no-store");
    await walk.look();
    walk.is("hold", undefined);
    await cancel(app, link()).set("Sec-Fetch-Site", "cross-site").expect(403);
    const answers = await Promise.all(Array.from({ length: 20 }, () => cancel(app, link())));
    expect(answers.filter(({ status }) => status === 200)).to.have.length(1);
    expect(answers.filter(({ status }) => status === 409)).to.have.length(19);
    expect(ended(app)).to.deep.equal(["link"]);
    const late = await me.post("/recovery/cancel", { token: link() }).expect(409);
    expect(late.text).to.include("This recovery is over already");
    await isOver(app, walk);
  });

  it("[R74] is ended by its own link only: none of another account or tenant, none made up", async () => {
    const { app, walk, link } = await scene();
    await putTotp(app, "nora");
    const other = await held(app, "nora");
    for (const token of ["", "x", "A".repeat(22), ["a"], { a: 1 }, null, undefined, 7, "x".repeat(10_000)])
      await cancel(app, token).expect(409);
    const tenant = make({ store: app.factors.store, factors: { tenant: "other" } });
    const first = app.notices.find(({ account }) => account === "alice")?.cancel_url;
    await cancel(tenant, first).expect(409);
    await walk.look();
    walk.is("hold", undefined);
    const page = await visitor(app, "html").post("/recovery/cancel", { token: link() }).expect(200);
    expect(page.text).to.include("The recovery is ended").and.include('href="/login"');
    await other.look();
    other.is("identify", undefined);
    await walk.look();
    walk.is("hold", undefined);
  });

  it("[R74] is ended by the link also once it has opened, and by no link once the password is written", async () => {
    const { app, walk, link } = await scene();
    app.clock.advance(24 * HOUR);
    await walk.look();
    walk.is("reset", undefined);
    await cancel(app, link()).expect(200);
    await walk.password(PASSWORD, 409);
    expect(app.written).to.deep.equal([]);
    const other = await scene();
    other.app.clock.advance(24 * HOUR);
    await other.walk.look();
    await other.walk.password(PASSWORD);
    await cancel(other.app, other.link()).expect(409);
    expect(other.app.written).to.have.length(1);
  });

  it("[R74] is either ended or gone through with, whoever comes at the same moment", async () => {
    const { app, walk, link } = await scene();
    app.clock.advance(24 * HOUR);
    await walk.look();
    const [reset, stop] = await Promise.all([
      walk.me.post("/recovery/password", { gen: walk.view.gen, password: PASSWORD }),
      cancel(app, link()),
    ]);
    expect([reset.status, stop.status]).to.have.members([200, 409]);
    expect(app.written).to.have.length(reset.status === 200 ? 1 : 0);
  });

  it("[R74] is ended by the owner's login, with password and factor, and not by half of one", async () => {
    const { app, secret, walk } = await scene();
    const me = visitor(app);
    await me.logIn("alice");
    await me.get("/chat").expect(401);
    await me.post("/totp_verification", { code: "000000" }).expect(400);
    await walk.look();
    walk.is("hold", undefined);
    app.clock.advance(STEP);
    await me.post("/totp_verification", { code: app.codeOf(secret) }).expect(200);
    expect(ended(app)).to.deep.equal(["login"]);
    await isOver(app, walk);
  });

  it("[R74] is ended by the owner's login on a remembered device", async () => {
    const app = make();
    const secret = await putTotp(app, "alice");
    const me = visitor(app);
    await me.logIn("alice");
    await me.post("/totp_verification", { code: app.codeOf(secret), remember_device: "1" }).expect(200);
    const walk = await held(app);
    await me.post("/logout");
    expect((await me.logIn("alice")).body.trusted).to.equal(true);
    await isOver(app, walk);
  });

  it("[R74] is ended by another recovery of the account that proves something, and by no stranger who begins one", async () => {
    const { app, walk, link, told } = await scene();
    const first = link();
    const stranger = walker(app);
    await stranger.start();
    await stranger.step("yes");
    await stranger.respond("000000");
    await walk.look();
    walk.is("hold", undefined);
    const second = await held(app);
    expect(told()).to.have.length(2);
    await walk.look();
    walk.is("identify", undefined);
    await cancel(app, first).expect(409);
    await second.look();
    second.is("hold", undefined);
    await cancel(app, link()).expect(200);
    await isOver(app, second);
  });

  it("[R74] is shortened by nobody", async () => {
    const { app, walk } = await scene();
    for (const [input, more] of [
      ["yes", {}],
      ["respond", { response: WORD }],
      ["again", {}],
      ["pick", { factor: "word" }],
      ["no", {}],
    ] as const)
      await walk.step(input, { ...more, state: "reset", heldUntil: 0 }, 409);
    app.clock.advance(24 * HOUR - 1);
    await walk.look();
    walk.is("hold", undefined);
    await walk.password(PASSWORD, 409);
    app.clock.advance(1);
    await walk.look();
    walk.is("reset", undefined);
  });

  it("needs the app's own address, for its link", () => {
    expect(() => make({ factors: { publicUrl: undefined } as never })).to.throw(TypeError, "publicUrl");
  });
});
