import { expect } from "chai";
import {
  deliveryError,
  fallbackTransport,
  retrying,
  webhookTransport,
  type DeliveryError,
  type Message,
  type Receipt,
  type Transport,
} from "../../lib/index.ts";
import { message, signal } from "../support/message.ts";
import { hang, json, nobody, provider, type Provider } from "../support/provider.ts";

type Outcome = Receipt | Error;

/** A transport that answers one outcome after the other, and keeps what it was given. */
function scripted(name: string, ...outcomes: Outcome[]): Transport & { given: Message[] } {
  const given: Message[] = [];
  return {
    name,
    given,
    async send(each) {
      given.push(each);
      const next = outcomes.length > 1 ? (outcomes.shift() as Outcome) : (outcomes[0] as Outcome);
      if (next instanceof Error) throw next;
      return next;
    },
  };
}

const sent: Receipt = { status: "sent" };
const failed = (kind: "permanent" | "retryable" | "ambiguous", more = {}) =>
  deliveryError(kind, `it was ${kind}`, more);
const failure = async (run: Promise<unknown>): Promise<DeliveryError> =>
  run.then(
    () => expect.fail("it was taken"),
    (error: DeliveryError) => error,
  );

describe("[T39] [D6] a fallback", () => {
  it("is not asked while the first takes the message", async () => {
    const [first, second] = [scripted("first", { id: "1", status: "queued" }), scripted("second", sent)];
    expect(await fallbackTransport(first, second).send(message, signal)).to.deep.equal({
      provider: "first",
      id: "1",
      status: "queued",
    });
    expect(second.given).to.deep.equal([]);
  });

  for (const kind of ["permanent", "retryable", "ambiguous"] as const)
    it(`is tried once, with the same id, after a ${kind} failure`, async () => {
      const [first, second] = [scripted("first", failed(kind)), scripted("second", sent)];
      expect(await fallbackTransport(first, second).send(message, signal)).to.include({ provider: "second" });
      expect(first.given).to.have.length(1);
      expect(second.given.map(({ id }) => id)).to.deep.equal([message.id]);
    });

  it("is tried when the first hangs: each has its own time, and the first is told to stop", async () => {
    const slow = await provider();
    slow.answer(hang);
    let stopped = false;
    const deaf: Transport = {
      name: "deaf",
      timeoutMs: 20,
      send: (_message, abort) => {
        abort.addEventListener("abort", () => (stopped = true));
        return new Promise(() => undefined);
      },
    };
    const second = scripted("second", sent);
    for (const first of [webhookTransport({ url: slow.url, timeoutMs: 20 }), deaf])
      expect(await fallbackTransport(first, second).send(message, signal)).to.include({ provider: "second" });
    expect(stopped).to.equal(true);
    expect(fallbackTransport(deaf, deaf).timeoutMs).to.be.greaterThan(40);
    await slow.close();
  });

  it("both failing is one error that tells both", async () => {
    const first = webhookTransport({ url: await nobody() });
    const error = await failure(
      fallbackTransport(first, scripted("b", failed("permanent"))).send(message, signal),
    );
    expect(error).to.include({ name: "DeliveryError", delivery: "retryable" });
    expect(error.message).to.equal("webhook: ECONNREFUSED; it was permanent");
    expect((error.cause as AggregateError).errors).to.have.length(2);
    const kinds = async (one: Error, other: Error) =>
      (await failure(fallbackTransport(scripted("a", one), scripted("b", other)).send(message, signal)))
        .delivery;
    expect(await kinds(failed("permanent"), failed("permanent"))).to.equal("permanent");
    expect(await kinds(failed("permanent"), failed("ambiguous"))).to.equal("ambiguous");
    expect(await kinds(new Error("plain"), failed("retryable"))).to.equal("ambiguous");
  });

  it("both refusing a number is told as that", async () => {
    const bad = failed("permanent", { refusal: "invalid_phone_number" });
    const error = await failure(
      fallbackTransport(scripted("a", bad), scripted("b", bad)).send(message, signal),
    );
    expect(error.refusal).to.equal("invalid_phone_number");
  });

  it("carries what either carries, each only what it can", async () => {
    const texts = { ...scripted("texts", failed("permanent")), channels: ["sms"] };
    const calls = { ...scripted("calls", sent), channels: ["call", "sms"] };
    const both = fallbackTransport(texts, calls);
    expect(both.channels).to.deep.equal(["sms", "call"]);
    expect(await both.send({ ...message, channel: "call" }, signal)).to.include({ provider: "calls" });
    expect(texts.given).to.deep.equal([]);
    const onlyTexts = { ...scripted("only-texts", sent), channels: ["sms"] };
    const other = fallbackTransport(
      { ...scripted("calls", failed("permanent")), channels: ["call"] },
      onlyTexts,
    );
    expect(await failure(other.send({ ...message, channel: "call" }, signal))).to.include({
      delivery: "permanent",
    });
    expect(onlyTexts.given).to.deep.equal([]);
  });

  it("nothing is sent for somebody who has gone", async () => {
    const second = scripted("second", sent);
    const abort = new AbortController();
    const first: Transport = {
      name: "first",
      send: async () => {
        abort.abort();
        throw failed("ambiguous");
      },
    };
    await failure(fallbackTransport(first, second).send(message, abort.signal));
    expect(second.given).to.deep.equal([]);
  });

  it("[T40] a managed code is judged by who made it", async () => {
    const judged: string[] = [];
    const managed = (name: string, outcome: Outcome): Transport => ({
      ...scripted(name, outcome),
      check: async ({ id }) => (judged.push(`${name} ${id}`), "approved"),
    });
    const receipt: Receipt = { id: "VE1", status: "queued", managed: true };
    const plain = scripted("plain", failed("permanent"));
    for (const [transport, by] of [
      [fallbackTransport(managed("a", receipt), managed("b", receipt)), "a"],
      [fallbackTransport(managed("a", failed("permanent")), managed("b", receipt)), "b"],
      [fallbackTransport(plain, managed("c", receipt)), "c"],
    ] as const) {
      const { id = "" } = await transport.send(message, signal);
      expect(await transport.check?.({ id, to: message.to, code: "123456" }, signal)).to.equal("approved");
      expect(judged.at(-1)).to.equal(`${by} VE1`);
    }
    expect(fallbackTransport(plain, plain)).not.to.have.property("check");
  });
});

describe("retrying", () => {
  it("tries what was surely not taken again, with the same id", async () => {
    const transport = scripted("t", failed("retryable"), failed("retryable"), sent);
    expect(await retrying(transport, { tries: 3, waitMs: 1 }).send(message, signal)).to.deep.equal(sent);
    expect(transport.given.map(({ id }) => id)).to.deep.equal([message.id, message.id, message.id]);
  });

  it("never sends an ambiguous or a permanent failure twice", async () => {
    for (const error of [failed("ambiguous"), failed("permanent"), new Error("plain")]) {
      const transport = scripted("t", error, sent);
      expect(await failure(retrying(transport, { waitMs: 1 }).send(message, signal))).to.equal(error);
      expect(transport.given).to.have.length(1);
    }
  });

  it("ends with the last failure", async () => {
    const transport = scripted("t", failed("retryable"));
    expect(await failure(retrying(transport, { tries: 2, waitMs: 1 }).send(message, signal))).to.include({
      delivery: "retryable",
    });
    expect(transport.given).to.have.length(2);
  });

  it("waits no longer than a person would: who is told to come back later does not hammer", async () => {
    const transport = scripted("t", failed("retryable", { retryAfter: 600 }));
    await failure(retrying(transport, { waitMs: 1 }).send(message, signal));
    expect(transport.given).to.have.length(1);
  });

  it("stops when it is told to, also between two tries", async () => {
    const transport = scripted("t", failed("retryable"));
    const abort = new AbortController();
    const sending = failure(retrying(transport, { waitMs: 5000 }).send(message, abort.signal));
    setImmediate(() => abort.abort());
    expect((await sending).name).to.equal("AbortError");
    expect(transport.given).to.have.length(1);
  });

  it("sees a real server through a bad moment", async () => {
    const server: Provider = await provider();
    server.answer((res, got) => json(server.got.length === 1 ? 503 : 200, {})(res, got));
    await retrying(webhookTransport({ url: server.url, signingKey: "key" }), { waitMs: 1 }).send(
      message,
      signal,
    );
    expect(server.got.map(({ headers }) => headers["webhook-id"])).to.deep.equal([message.id, message.id]);
    await server.close();
  });

  it("keeps what a transport is, also one that is a class", async () => {
    class Verifier implements Transport {
      readonly name = "verifier";
      get channels() {
        return ["sms"];
      }
      get callbacks() {
        return [];
      }
      async send(): Promise<Receipt> {
        return sent;
      }
      async check() {
        return this.name === "verifier" ? ("approved" as const) : ("wrong" as const);
      }
    }
    const transport = retrying(new Verifier());
    expect(transport).to.deep.include({ name: "verifier", channels: ["sms"], callbacks: [] });
    const verdict = await transport.check?.({ id: "1", to: message.to, code: "123456" }, signal);
    expect(verdict).to.equal("approved");
  });

  it("refuses figures that make no sense", () => {
    for (const bad of [{ tries: 1 }, { tries: 6 }, { tries: 2.5 }, { waitMs: -1 }, { waitMs: 5001 }])
      expect(() => retrying(scripted("t", sent), bad)).to.throw(TypeError, Object.keys(bad)[0]);
  });
});
