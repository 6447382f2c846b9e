import { expect } from "chai";
import { join, listen, open, type Setting } from "./harness.ts";

describe("example app: the room", () => {
  let chat: Setting;
  beforeEach(async () => (chat = await open()));
  afterEach(() => chat.close());

  it("shows what was said, escaped, to everybody in it", async () => {
    const [ann, bob] = [chat.agent(), chat.agent()];
    await join(chat, ann);
    await join(
      chat,
      bob,
      "bob@example.org",
      { country_code: "TW", phone_number: "0912 345 678" },
      "+886912345678",
    );
    await ann
      .post("/chat/messages")
      .type("form")
      .send({ text: "<b>hello</b>" })
      .expect(303)
      .expect("Location", "/chat");
    await bob.get("/chat").expect(200, /&lt;b&gt;hello&lt;\/b&gt;/);
    const { body } = await bob.post("/chat/messages").accept("json").send({ text: " hi " }).expect(201);
    expect(body.message).to.include({ text: "hi", mine: true }).and.not.have.property("userId");
    await ann
      .post("/chat/messages")
      .accept("json")
      .send({ text: "x".repeat(501) })
      .expect(400);
    await ann.post("/chat/messages").accept("json").send({ text: " " }).expect(400);
  });

  it("keeps the last fifty messages", async () => {
    const ann = chat.agent();
    await join(chat, ann);
    for (let i = 0; i < 53; i++)
      await ann
        .post("/chat/messages")
        .accept("json")
        .send({ text: `message ${i}.` });
    const { text } = await ann.get("/chat");
    expect(text).to.include("message 52.").and.include("message 3.").and.not.include("message 2.");
  });

  it("streams messages as they are said, makes up for missed ones, and ends at logout", async () => {
    const { server, url } = await listen(chat.app);
    try {
      const ann = chat.agent();
      await join(chat, ann);
      const cookie = (await ann.get("/me")).headers["set-cookie"]?.[0]?.split(";")[0] as string;
      const { body: first } = await ann.post("/chat/messages").accept("json").send({ text: "one" });
      await ann.post("/chat/messages").accept("json").send({ text: "two" });
      const answer = await fetch(`${url}/chat/stream?after=${first.message.id}`, {
        headers: { cookie, accept: "text/event-stream" },
      });
      expect(answer.headers.get("content-type")).to.include("text/event-stream");
      const reader = (answer.body as ReadableStream<Uint8Array>)
        .pipeThrough(new TextDecoderStream() as unknown as ReadableWritablePair<string, Uint8Array>)
        .getReader();
      let text = "";
      const until = async (wanted: string) => {
        while (!text.includes(wanted))
          text += (await reader.read()).value ?? expect.fail(`the stream ended before ${wanted}`);
      };
      await until('"two"');
      await ann.post("/chat/messages").accept("json").send({ text: "three" });
      await until('"three"');
      expect(text).to.not.include('"one"');
      await ann.post("/logout").expect(303);
      expect((await reader.read()).done).to.equal(true);
    } finally {
      server.close();
    }
  });
});
