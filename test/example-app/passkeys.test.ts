import { expect } from "chai";
import { authenticator, type PublicKeyOptions } from "../support/authenticator.ts";
import { join, open, PASSWORD, type Agent, type Setting } from "./harness.ts";

const ORIGIN = "http://localhost:3000";

describe("example app: passkeys and security keys", () => {
  let chat: Setting;
  let ann: Agent;
  const device = authenticator({ origin: ORIGIN });
  const optionsAt = async (me: Agent, path: string) =>
    ((await me.post(path).accept("json").expect(201)).body as { publicKey: PublicKeyOptions }).publicKey;

  before(async () => {
    chat = await open();
    ann = chat.agent();
    await join(chat, ann);
    const credential = device.create(await optionsAt(ann, "/security/passkey"));
    await ann
      .post("/security/passkey/confirm")
      .accept("json")
      .send({ ...credential, label: "Laptop" })
      .expect(200, { success: true, factor: "passkey", id: credential.id });
  });
  after(() => chat.close());

  it("are on file in the database, sealed", async () => {
    const { body } = await ann.get("/security").accept("json").expect(200);
    expect(body.factors.map(({ label }: { label: string }) => label)).to.include("Laptop");
  });

  it("[G11] sign in alone", async () => {
    const me = chat.agent();
    const answer = device.get(await optionsAt(me, "/passkey_sign_in/challenge"));
    await me.post("/passkey_sign_in").accept("json").send(answer).expect(200);
    await me.get("/chat").expect(200);
    const { body } = await me.get("/me").expect(200);
    expect(body).to.deep.include({ email: "ann@example.org", amr: ["hwk", "user", "mfa"] });
  });

  it("[T61] of one assertion 20 times at once one passes, and the others do not bring the session before it back", async () => {
    const me = chat.agent();
    await me.post("/login").accept("json").send({ email: "ann@example.org", password: PASSWORD }).expect(200);
    const answer = device.get(await optionsAt(me, "/passkey_verification/challenge"));
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => me.post("/passkey_verification").accept("json").send(answer)),
    );
    expect(answers.filter(({ status }) => status === 200)).to.have.length(1);
    await me.get("/chat").expect(200);
  });

  it("a security key is put on file beside it, and its page offers the other ways", async () => {
    const key = authenticator({ origin: ORIGIN, verifiesUser: false });
    const credential = key.create(await optionsAt(ann, "/security/security-key"));
    await ann.post("/security/security-key/confirm").accept("json").send(credential).expect(200);
    const { text } = await ann.get("/security_key_verification/new").accept("html").expect(200);
    expect(text).to.include("Use your security key").and.include('href="/second_factor/new"');
  });

  it("are left out where browsers make none: for an IP address", async () => {
    const other = await open({ publicUrl: new URL("http://127.0.0.1:3000") });
    await other.agent().post("/passkey_sign_in/challenge").expect(404);
    const { text } = await other.agent().get("/login").expect(200);
    expect(text).not.to.include("passkey");
    await other.close();
  });
});
