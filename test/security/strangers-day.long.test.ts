import { expect } from "chai";
import { redisStore, type Store } from "../../lib/index.ts";
import { settableClock, type SettableClock } from "../../lib/testing/settable-clock.ts";
import { ALICE, type AppOptions, type TestApp } from "../support/app.ts";
import { clockedStore } from "../support/clocked-limiter.ts";
import { redisOfSuite } from "../support/redis-of-suite.ts";
import { SECRET } from "../support/rest.ts";
import { allDoors, far, graph, recoverBy, rest, signUp, stranger, strangerAs } from "../support/strangers.ts";
import { passed, type Visitor } from "../support/visitor.ts";

const HOUR = 3_600_000;
const EMAIL = { email: "alice@example.com" };
const WRONG = "0000-0000-0000-0000";
/** As wrong as a code can be, but once in a million tries. */
const GUESS = "135790";

const NEW = "+886978000111";
/** As far as somebody gets who can prove nothing, by each of the ways. */
const RECOVERY = [
  { input: "choose", choice: "sms" },
  { input: "respond", response: GUESS },
  { input: "again" },
  { input: "choose", choice: "call" },
  { input: "respond", response: GUESS },
  { input: "another_way" },
  { input: "yes" },
  { input: "respond", response: WRONG },
];

type Attack = (app: TestApp, hour: number) => Promise<void>;
const several = async (count: number, run: (n: number) => PromiseLike<unknown>) => {
  for (let n = 0; n < count; n++) await run(n);
};

/** Everything that each of them can do, in one hour, from as many addresses as it takes. */
const ATTACKS: Record<string, Attack> = {
  async "a stranger who knows nothing"(app) {
    await several(3, () => stranger(app).send());
    await several(3, () => stranger(app).verify(GUESS));
    await several(3, () => stranger(app).post("/backup_code_verification", { backup_code: WRONG }));
    await several(3, () => graph(stranger(app), "send", ALICE));
    await several(3, () => rest(stranger(app), "requestCode", EMAIL, "not the secret of any client of them"));
    await several(3, () => rest(stranger(app), "beginSetup", { ...EMAIL, phone_number: NEW }));
    await several(3, () => rest(stranger(app), "verify", { ...EMAIL, code: GUESS }));
    await several(3, () => graph(stranger(app), "verify", GUESS));
    await several(3, () => stranger(app).post("/second_factor", { factor: "sms" }));
    await several(3, () => recoverBy(stranger(app), "nobody", RECOVERY));
  },
  async "a stranger who knows the number"(app, hour) {
    await several(6, () => signUp(stranger(app), "0912 345 678"));
    await several(2, () => graph(stranger(app), "sign up", ALICE));
    await several(2, () => rest(stranger(app), "signup/send", { phone_number: ALICE }));
    await several(6, (n) => signUp(stranger(app), far(hour * 100 + n)));
    await several(31, (n) => signUp(stranger(app), `0912 345 ${String(n).padStart(3, "0")}`));
    await several(2, async () => (await strangerAs(app, "mallory")).register("0912 345 678"));
    await several(6, () => recoverBy(stranger(app), ALICE, RECOVERY));
    const guesser = stranger(app);
    await signUp(guesser, "0912 345 678");
    await several(6, () => guesser.post("/phone_signup/verification", { pin_number: GUESS }));
  },
  async "a stranger who knows the email, at an app that lets anybody ask"(app) {
    await several(6, () => rest(stranger(app), "requestCode", EMAIL, SECRET));
    await several(11, () => rest(stranger(app), "verify", { ...EMAIL, code: GUESS }, SECRET));
    await several(6, () => rest(stranger(app), "beginSetup", { ...EMAIL, phone_number: NEW }, SECRET));
    await several(6, () => rest(stranger(app), "requestCode", { ...EMAIL, phone_number: NEW }, SECRET));
    await several(6, () =>
      rest(stranger(app), "confirmSetup", { ...EMAIL, phone_number: NEW, code: GUESS }, SECRET),
    );
    await several(6, () => recoverBy(stranger(app), EMAIL.email, RECOVERY));
  },
  async "a stranger who knows the password"(app) {
    const doors: ((me: Visitor) => PromiseLike<unknown>)[] = [
      (me) => me.send(),
      (me) => me.post("/call_verification/challenge"),
      (me) => graph(me, "send", ALICE),
      (me) => rest(me, "requestCode", EMAIL),
      (me) => me.post("/second_factor", { factor: "sms" }),
      (me) => me.post("/second_factor", { factor: "call" }),
    ];
    for (const send of doors) {
      const me = await strangerAs(app, "alice");
      await several(2, () => send(me));
      await several(2, () => me.verify(GUESS));
      await graph(me, "verify", GUESS);
      await rest(me, "verify", { ...EMAIL, code: GUESS });
      await me.post("/code", { pin_number: GUESS });
      await several(2, () => me.post("/backup_code_verification", { backup_code: WRONG }));
      await me.register("0978 000 111");
      await rest(me, "beginSetup", { ...EMAIL, phone_number: NEW });
      await rest(me, "confirmSetup", { ...EMAIL, phone_number: NEW, code: GUESS });
      await me.post("/backup_codes");
      await me.post("/second_factor/start_over");
    }
    await several(6, () => recoverBy(stranger(app), "alice", RECOVERY));
  },
  async "a stranger with accounts in the same country"(app) {
    await several(6, async (n) => (await strangerAs(app, `own${n}`)).send());
  },
};

function promises(store: (clock: SettableClock) => Store, attacks: [who: string, attack: Attack][]): void {
  const OWN = Object.fromEntries(
    Array.from({ length: 6 }, (_, n) => [`own${n}`, `+886${far(9000 + n).slice(1)}`]),
  );
  const make = (more: AppOptions = {}, clock = settableClock(1_800_000_000_000)) =>
    allDoors(store(clock), {
      clock,
      users: { mallory: undefined, ...OWN },
      // In Redis the window of an address is of the real clock, in which this day has seconds.
      factors: { limits: { sendsPerIp: 60, guessesPerIp: 1000 } },
      ...more,
    });

  /** The owner's sign-in on a known device, at one of the doors. */
  async function signIn(app: TestApp, owner: Visitor, door: number, when: string): Promise<void> {
    await owner.post("/logout");
    await owner.logIn("alice");
    if (door === 0) await owner.send().expect(201);
    if (door === 1) expect(await graph(owner, "send", ALICE), when).to.equal(undefined);
    if (door === 2) await rest(owner, "requestCode", EMAIL).expect(200);
    if (door === 3) await owner.post("/second_factor", { factor: "sms" }).expect(201);
    const code = app.outbox.code(ALICE);
    if (door === 0 || door === 3) await owner.verify(code).expect(200);
    if (door === 1) expect(await graph(owner, "verify", code), when).to.equal(undefined);
    if (door === 2) await rest(owner, "verify", { ...EMAIL, code }).expect(200);
    await owner.get("/chat").expect(200);
  }

  /** The owner's recovery on a known device; that a text and a backup code open the reset is held elsewhere. */
  async function recover(app: TestApp, owner: Visitor, when: string): Promise<void> {
    const text = [{ input: "choose", choice: "sms" }];
    expect((await recoverBy(owner, "alice", text)).at(-1), when).to.include({ status: 200, state: "entry" });
    const { body } = await owner.get("/recovery").expect(200);
    const proven = { gen: body.gen, input: "respond", response: app.outbox.code(ALICE) };
    const after = await owner.post("/recovery/step", proven).expect(200);
    expect(after.body.proofs, when).to.have.length(1);
  }

  for (const [who, attack] of attacks)
    it(`[T54] [T55] ${who} keeps the owner out at no hour of a day, at no door`, async function () {
      this.timeout(240_000);
      const app = make({ sms: { sendsPerDay: 40 } });
      const owner = await passed(app);
      const { codes } = (await owner.post("/backup_codes").expect(201)).body as { codes: string[] };
      for (let hour = 0; hour < 24; hour++) {
        await attack(app, hour);
        await signIn(app, owner, hour % 4, `hour ${hour}`);
        if (hour % 6 === 1) await recover(app, owner, `hour ${hour}`);
        if (hour % 3 === 0) {
          await owner.post("/logout");
          await owner.logIn("alice");
          await owner.post("/backup_code_verification", { backup_code: codes.pop() }).expect(200);
        }
        app.clock.advance(HOUR);
      }
    });

  it("[T54] [T55] nor when the owner has been away all day", async function () {
    this.timeout(240_000);
    const app = make();
    const owner = await passed(app);
    const { codes } = (await owner.post("/backup_codes").expect(201)).body as { codes: string[] };
    for (let hour = 0; hour < 24; hour++) {
      await (ATTACKS["a stranger who knows the password"] as Attack)(app, hour);
      app.clock.advance(HOUR);
    }
    expect(app.events.filter(({ name }) => name === "factor_disabled")).not.to.deep.equal([]);
    await signIn(app, owner, 0, "a day later");
    await owner.post("/logout");
    await owner.logIn("alice");
    await owner.post("/backup_code_verification", { backup_code: codes.pop() }).expect(200);
  });

  it("[T55] who knows the password has ten texts and ten calls a day, ten guesses an hour and eighty in a row; as many texts and calls again by recoveries, and twenty guesses", async function () {
    this.timeout(240_000);
    const app = make();
    await (await passed(app)).post("/backup_codes").expect(201);
    app.events.length = 0;
    app.clock.advance(24 * HOUR);
    const told = (what: RegExp, isRecovery: boolean) =>
      app.events.filter(
        ({ name, event }) => what.test(name) && (event.purpose === "recovery") === isRecovery,
      );
    for (let hour = 0; hour < 24; hour++) {
      const before = told(/mismatch/, false).length;
      await (ATTACKS["a stranger who knows the password"] as Attack)(app, hour);
      expect(told(/mismatch/, false).length - before).to.be.at.most(10);
      app.clock.advance(HOUR - 1);
    }
    const sent = (channel: string, isRecovery: boolean) =>
      told(/^phone_otp_send_delivery_completed$/, isRecovery).filter(
        ({ event }) => event.channel === channel,
      );
    expect(sent("sms", false)).to.have.length(10);
    expect(sent("call", false).length).to.be.within(3, 10);
    for (const channel of ["sms", "call"]) expect(sent(channel, true).length, channel).to.be.within(1, 10);
    for (const factor of ["sms", "backup-code"])
      expect(
        told(/mismatch/, false).filter(({ event }) => event.factor === factor).length,
        factor,
      ).to.be.at.most(80);
    expect(told(/mismatch/, true).length).to.be.within(1, 20);
    app.clock.advance(24 * HOUR);
    const elsewhere = await strangerAs(app, "alice");
    await elsewhere.send().expect(201);
  });
}

async function everybody(app: TestApp, hour: number): Promise<void> {
  for (const attack of Object.values(ATTACKS)) await attack(app, hour);
}

describe("a day of strangers, with a store in memory", () => promises(clockedStore, Object.entries(ATTACKS)));
describe("a day of strangers, with a store in Redis", () => {
  const suite = redisOfSuite();
  let count = 0;
  afterEach("[T10] every key that they leave has an expiry, but those of credentials", async () => {
    const all = await suite.client.keys("*");
    // Credentials are on file until they are removed.
    const keys = all.filter((key) => !/^\{\w+\}e[ai]/.test(key));
    expect(keys).not.to.deep.equal([]);
    const ttls = await Promise.all(keys.map((key) => suite.client.pttl(key)));
    // What has expired since it was listed is -2.
    expect(keys.filter((_, i) => ttls[i] === -1)).to.deep.equal([]);
  });
  promises(() => redisStore(suite.client, { prefix: `{day${++count}}` }), [["all of them", everybody]]);
});
