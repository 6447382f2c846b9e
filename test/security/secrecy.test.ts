import { expect } from "chai";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { isFactorError } from "../../lib/index.ts";
import { ALICE, makeApp } from "../support/app.ts";
import { visitor, wrong } from "../support/visitor.ts";

const CODE = "730512";

describe("what nobody may read", () => {
  it("[T11] [N1] [N2] a known code and number, driven through success, failure and throw, show up nowhere", async () => {
    const seen: string[] = [];
    const restore = capture(seen);
    try {
      for (const strict of [true, false]) await drive(strict, seen);
    } finally {
      restore();
    }
    const all = seen.join("\n");
    expect(seen.length).to.be.greaterThan(30);
    for (const secret of [
      CODE,
      CODE.split("").reverse().join(""),
      Buffer.from(CODE).toString("base64"),
      Buffer.from(CODE).toString("hex"),
    ]) {
      expect(all).not.to.include(secret);
    }
    expect(all).not.to.match(/\+\d{7}/);
    expect(all).not.to.include("912345678").and.not.include("978000111");
  });

  it("[N2] events tell one number by one fingerprint, and another secret tells it by another", async () => {
    const phones = async (secret: string) => {
      const app = makeApp({ factors: { secret }, sms: { cooldownSeconds: [0] } });
      for (let i = 0; i < 2; i++) {
        const me = visitor(app);
        await me.logIn("alice");
        await me.send().expect(201);
      }
      return new Set(app.events.map(({ event }) => event.phone));
    };
    const one = await phones("one secret of at least thirty-two characters");
    const two = await phones("two secret of at least thirty-two characters");
    expect(one.size).to.equal(1);
    expect([...one]).not.to.deep.equal([...two]);
  });

  it("[N3] every send and every guess is an event with time, tenant, account, factor, purpose and reason", async () => {
    const app = makeApp();
    const me = visitor(app);
    await me.logIn("alice");
    await me.send();
    await me.send();
    await me.verify(wrong(app.outbox.code()));
    await me.verify(app.outbox.code());
    expect(app.events.map((each) => [each.name, each.event.reason])).to.deep.equal([
      ["phone_otp_send_start", undefined],
      ["phone_otp_send_delivery_completed", undefined],
      ["phone_otp_send_start", undefined],
      ["phone_otp_send_suppressed", "too_many_requests"],
      ["phone_otp_verify_start", undefined],
      ["phone_otp_verify_code_mismatch", undefined],
      ["phone_otp_verify_start", undefined],
      ["phone_otp_verify_completed", undefined],
    ]);
    for (const { event } of app.events) {
      expect(event).to.include({
        at: app.clock(),
        tenant: "default",
        account: "alice",
        factor: "sms",
        purpose: "login",
      });
    }
  });

  it("a listener or an onError that throws hurts nobody", async () => {
    const error = console.error;
    const lines: unknown[] = [];
    console.error = (...line: unknown[]) => void lines.push(...line);
    try {
      const app = makeApp({
        factors: {
          onError: () => {
            throw new Error(`onError ${CODE}`);
          },
        },
      });
      app.factors.events.on("phone_otp_send_start", () => {
        throw new Error("listener");
      });
      const me = visitor(app);
      await me.logIn("alice");
      await me.send().expect(201);
    } finally {
      console.error = error;
    }
    expect(lines).to.have.length(1);
    expect(String(lines[0])).not.to.include(CODE);
  });

  it("[T13] [A12] [A3] codes are compared in constant time, drawn by a CSPRNG, and nothing else is used for either", () => {
    const sources = [...files("lib"), ...files("strategies")].map((path) => ({
      path,
      text: readFileSync(path, "utf8"),
    }));
    expect(sources.length).to.be.greaterThan(40);
    for (const { path, text } of sources) {
      expect(text, path).not.to.match(/Math\.random|pseudoRandomBytes/);
      expect(text, path).not.to.match(
        /(?:digests?|sealed|\bcode)(?:\[0\])? ?(?:===|!==) ?\w*(?:digest|typed|response)/i,
      );
    }
    const text = (name: string) => sources.find(({ path }) => path.endsWith(name))?.text ?? "";
    expect(text(join("stores", "memory.ts"))).to.include("timingSafeEqual(");
    expect(text(join("challenges", "code.ts"))).to.match(/import \{ randomInt \} from "node:crypto"/);
  });

  it("[T13] [J1] nothing pending and somebody else's challenge answer alike", async () => {
    const app = makeApp();
    const answers = [];
    for (const user of ["alice", "nora"]) {
      const me = visitor(app);
      await me.logIn(user);
      const { status, body } = await me.verify(CODE);
      answers.push({ status, body });
    }
    expect(answers[0]).to.deep.equal(answers[1]);
  });
});

async function drive(strict: boolean, seen: string[]): Promise<void> {
  const app = makeApp({ sms: { strict }, factors: { random: () => Number(CODE) } });
  const note = (res: { text: string; headers: object }) =>
    void seen.push(res.text, JSON.stringify(res.headers));
  const me = visitor(app);
  const page = visitor(app, "html");
  for (const who of [me, page]) {
    await who.logIn("alice");
    app.outbox.failWith(new Error(`provider says: ${CODE} to ${ALICE} was refused`));
    note(await who.send());
    app.outbox.failWith(undefined);
    app.clock.advance(60_000);
    note(await who.send());
    if (app.outbox.code() !== CODE) throw new Error("the canary is not in the message");
    note(await who.get("/sms_verification/new"));
    note(await who.verify(wrong(CODE)));
    note(await who.verify("0"));
    note(await who.verify(CODE));
    note(await who.verify(CODE));
    note(await who.register("0912 345 678", "JP"));
    note(await who.register("0978 000 111"));
    note(await who.get("/sms_verification/new"));
    app.clock.advance(600_000);
  }
  const users = app.users;
  app.users.get = () => {
    throw new Error("accounts are away");
  };
  note(await me.send());
  app.users = users;
  for (const { name, event } of app.events) seen.push(name, JSON.stringify(event));
  // The cause is for the app's operator and may be anything; what we made of it is ours.
  for (const error of app.told) {
    if (!isFactorError(error)) throw error;
    seen.push(String(error), error.message, JSON.stringify({ ...error.details, cause: undefined }));
  }
}

function capture(seen: string[]): () => void {
  const methods = ["log", "info", "warn", "error", "debug"] as const;
  const before = methods.map((method) => console[method]);
  for (const method of methods)
    console[method] = (...line: unknown[]) => void seen.push(line.map(String).join(" "));
  const write = process.stderr.write.bind(process.stderr);
  process.stderr.write = ((text: string) => (seen.push(String(text)), true)) as typeof process.stderr.write;
  return () => {
    for (const [i, method] of methods.entries()) console[method] = before[i] as typeof console.log;
    process.stderr.write = write;
  };
}

function files(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts"))
    .map((name) => join(folder, name));
}
