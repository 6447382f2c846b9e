import { expect } from "chai";
import { passkey, securityKey } from "../../lib/index.ts";
import { authenticator, FLAGS, type Authenticator, type PublicKeyOptions } from "../support/authenticator.ts";
import { letter, letterBox } from "../support/recovery-factors.ts";
import {
  PASSWORD,
  recoveryApp,
  walker,
  type RecoveryApp,
  type RecoveryAppOptions,
  type Walker,
} from "../support/recovery-scene.ts";
import { visitor } from "../support/visitor.ts";

const box = letterBox();
type Kind = "passkey" | "security-key";

const make = (options: RecoveryAppOptions = {}): RecoveryApp =>
  recoveryApp({
    more: [securityKey(), passkey(), letter(box)],
    ...options,
    recovery: { factors: ["security-key", "passkey", "letter"], ...options.recovery },
  });

/** Puts a credential on file, in a session that has nothing else to prove with. */
async function withKey(
  kind: Kind,
  user = "alice",
  app = make(),
  device: Authenticator = authenticator({ verifiesUser: kind === "passkey" }),
): Promise<{ app: RecoveryApp; device: Authenticator }> {
  const bare = make({
    store: app.factors.store,
    more: [securityKey(), passkey()],
    recovery: { factors: [kind] },
  });
  const me = visitor(bare);
  await me.logIn(user);
  const { body } = await me.post(`/security/${kind}`).expect(201);
  await me.post(`/security/${kind}/confirm`, device.create(body.publicKey as PublicKeyOptions)).expect(200);
  return { app, device };
}

const optionsOf = ({ view }: Walker) => view.prompt?.["publicKey"] as PublicKeyOptions;

async function atKey(app: RecoveryApp, kind: Kind, who = "alice"): Promise<Walker> {
  const walk = walker(app);
  await walk.start(who);
  if (kind === "passkey") await walk.step("no");
  walk.is("offer", kind);
  await walk.step("yes");
  walk.is("wait", kind);
  return walk;
}

describe("a recovery by a key", () => {
  it("[H2][P10] opens the reset by a passkey alone, which is two factors, and binds the password anew", async () => {
    const { app, device } = await withKey("passkey");
    const walk = await atKey(app, "passkey");
    expect(walk.view.inputs).to.deep.equal(["respond", "failed", "start_over"]);
    await walk.respond(device.get(optionsOf(walk)));
    walk.is("reset", undefined);
    expect(walk.view.proofs).to.deep.equal([{ factor: "passkey", class: "verified-key" }]);
    await walk.password(PASSWORD);
    expect(app.written[0]?.about.kind).to.equal("rebind");
  });

  it("[H3] asks one more proof beside a security key, which proves no more than that somebody has it", async () => {
    const { app, device } = await withKey("security-key");
    const walk = await atKey(app, "security-key");
    await walk.respond(device.get(optionsOf(walk)));
    walk.is("more", undefined);
    await walk.step("pick", { factor: "letter" });
    await walk.step("yes");
    await walk.respond(box.code("alice"));
    walk.is("reset", undefined);
  });

  it("[W10] has a step of its own for what failed in the browser, which costs no guess", async () => {
    const { app } = await withKey("passkey");
    const walk = await atKey(app, "passkey");
    const { challenge } = optionsOf(walk);
    await walk.step("failed");
    walk.is("failed", "passkey");
    await walk.step("again");
    walk.is("wait", "passkey");
    expect(optionsOf(walk).challenge).not.to.equal(challenge);
    expect(app.events.map(({ name }) => name)).not.to.include("factor_failed");
  });

  it("[R40][W5] takes an assertion once", async () => {
    const { app, device } = await withKey("passkey");
    const walk = await atKey(app, "passkey");
    const response = device.get(optionsOf(walk));
    const { gen } = walk.view;
    const all = await Promise.all(
      Array.from({ length: 20 }, () => walk.me.post("/recovery/step", { gen, input: "respond", response })),
    );
    expect(all.filter(({ status }) => status === 200)).to.have.length(1);
    const other = await atKey(app, "passkey");
    await other.respond(response);
    other.is("failed", "passkey");
  });

  it("[R44][P7] takes none that was made for a login, for another recovery, or too late", async () => {
    const { app, device } = await withKey("passkey");
    const [one, other, late] = [
      await atKey(app, "passkey"),
      await atKey(app, "passkey"),
      await atKey(app, "passkey"),
    ];
    await one.respond(device.get(optionsOf(other)));
    one.is("failed", "passkey");
    const me = visitor(app);
    await me.logIn("alice");
    const { body } = await me.post("/passkey_verification/challenge").expect(201);
    await other.respond(device.get(body.publicKey as PublicKeyOptions));
    other.is("failed", "passkey");
    await me.post("/passkey_verification", device.get(optionsOf(late))).expect(400);
    const response = device.get(optionsOf(late));
    app.clock.advance(5 * 60_000);
    await late.respond(response);
    late.is("failed", "passkey");
  });

  it("[R39][W7] takes none of another account's key, discoverable or named", async () => {
    const { app, device } = await withKey("passkey");
    const mine = await withKey("passkey", "nora", app);
    const walk = await atKey(app, "passkey");
    await walk.respond(mine.device.get(optionsOf(walk)));
    walk.is("failed", "passkey");
    await walk.step("again");
    await walk.respond(mine.device.get(optionsOf(walk), { userHandle: undefined }));
    walk.is("failed", "passkey");
    await walk.step("again");
    await walk.respond(device.get(optionsOf(walk)));
    walk.is("reset", undefined);
  });

  it("[R43][R46][P8] takes none without the verification that it asks for, from another origin, or forged", async () => {
    const { app, device } = await withKey("passkey");
    const deviations = [
      { unset: FLAGS.UV },
      { origin: "https://sub.chat.example" },
      { origin: "http://chat.example" },
      { origin: "https://chat.example:8443" },
      { forged: true, counter: 0 },
      { type: "webauthn.create" },
    ];
    for (const deviation of deviations) {
      const walk = await atKey(make({ store: app.factors.store }), "passkey");
      await walk.respond(device.get(optionsOf(walk), deviation));
      expect([deviation, walk.view.state]).to.deep.equal([deviation, "failed"]);
    }
    expect(app.events.map(({ name }) => name)).not.to.include("factor_suspicious");
  });

  it("[R45] answers 400 to what is no credential, and stays where it is", async () => {
    const { app, device } = await withKey("passkey");
    const walk = await atKey(app, "passkey");
    const good = device.get(optionsOf(walk));
    const bad = [
      7,
      "x",
      [],
      {},
      { ...good, response: {} },
      { ...good, id: "other" },
      { ...good, response: { ...good.response, signature: 7 } },
      { ...good, response: { ...good.response, clientDataJSON: "%" } },
      { ...good, type: "password" },
    ];
    for (const response of bad) await walk.respond(response, 400);
    const { status } = await walk.me.post("/recovery/step", {
      gen: walk.view.gen,
      input: "respond",
      response: "x".repeat(65_536),
    });
    expect(status).to.be.within(400, 499);
    await walk.respond(good);
    walk.is("reset", undefined);
  });

  it("[J7][R38][H19] asks a browser for keys in the same number and shape, whoever it is, the same each time, and otherwise in another tenant", async () => {
    const { app } = await withKey("security-key");
    const listed = async (who: string, of = app): Promise<{ id: string }[]> => {
      const walk = await atKey(of, "security-key", who);
      return optionsOf(walk).allowCredentials ?? [];
    };
    const [alice, nora, nobody] = [await listed("alice"), await listed("nora"), await listed("stranger")];
    const shape = (list: { id: string }[]) => list.map((each) => [Object.keys(each).sort(), each.id.length]);
    expect(alice).to.have.length(3);
    expect(shape(nora)).to.deep.equal(shape(alice));
    expect(shape(nobody)).to.deep.equal(shape(alice));
    expect(await listed("stranger")).to.deep.equal(nobody);
    const tenant = make({ factors: { tenant: "other" } });
    expect((await listed("stranger", tenant)).map(({ id }) => id)).not.to.have.members(
      nobody.map(({ id }) => id),
    );
    const walk = await atKey(app, "passkey", "alice");
    expect(optionsOf(walk)).not.to.have.property("allowCredentials");
  });

  it("[R41][R42] flags a counter that went back, and nothing where the signature is not good", async () => {
    const { app, device } = await withKey("security-key");
    const first = await atKey(app, "security-key");
    await first.respond(device.get(optionsOf(first), { counter: 9 }));
    first.is("more", undefined);
    const forged = await atKey(app, "security-key");
    await forged.respond(device.get(optionsOf(forged), { counter: 1, forged: true }));
    forged.is("failed", "security-key");
    expect(app.events.map(({ name }) => name)).not.to.include("factor_suspicious");
    const back = await atKey(app, "security-key");
    await back.respond(device.get(optionsOf(back), { counter: 3 }));
    back.is("more", undefined);
    expect(app.events.map(({ name }) => name)).to.include("factor_suspicious");
  });

  it("[R42] takes a key that does not count, 0 and 0, each time, and flags nothing", async () => {
    const app = make();
    const { device } = await withKey(
      "security-key",
      "alice",
      app,
      authenticator({ verifiesUser: false, counts: false }),
    );
    for (let n = 0; n < 3; n++) {
      const walk = await atKey(app, "security-key");
      await walk.respond(device.get(optionsOf(walk)));
      walk.is("more", undefined);
    }
    expect(app.events.map(({ name }) => name)).not.to.include("factor_suspicious");
  });
});
