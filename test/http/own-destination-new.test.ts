import { expect } from "chai";
import { versions } from "../support/app.ts";
import { wrong } from "../support/visitor.ts";
import { chatCodeScene, names, send, signedIn, type } from "../support/chat-code-scene.ts";

for (const express of versions) {
  describe(`a new address of a destination of one's own, on Express ${express}`, () => {
    const scene = chatCodeScene(express);
    const { make } = scene;
    it("counts once its code is typed, which is told, and is no proof of another account's", async () => {
      const app = await make({}, []);
      const nora = await signedIn(app, "nora");
      expect((await nora.post("/handle/Nora")).body).to.include({
        code: "invalid_request",
        field: "handle",
      });
      expect((await nora.post("/handle/ada")).body).to.include({ code: "address_taken" });
      const { body } = await nora.post("/handle/nora").expect(201);
      expect(body).to.include({ display: "@n***", channel: "chat-code" });
      expect((await nora.get("/me")).body.enrolled).to.deep.equal([]);
      await type(nora, wrong(scene.chats.code())).expect(400);
      await type(nora, scene.chats.code()).expect(200);
      expect((await nora.get("/me")).body.enrolled).to.deep.equal(["chat-code"]);
      await nora.get("/chat").expect(200);
      const added = app.events.find(({ name }) => name === "factor_added");
      expect(added?.event).to.include({ factor: "chat-code", account: "nora", purpose: "enrol" });
      expect(scene.notices).to.have.lengthOf(1);
      expect(scene.notices[0]).to.include({ kind: "factor_added", factor: "chat-code", account: "nora" });
    });

    it("beside a factor needs a proof first, and its wrong codes do not touch what is on file", async () => {
      const app = await make();
      const me = await signedIn(app);
      expect((await me.post("/handle/bob")).body.code).to.equal("factor_required");
      await send(me).expect(201);
      await type(me, scene.chats.code()).expect(200);
      await me.post("/handle/bob").expect(201);
      for (let i = 1; i <= 5; i++) await type(me, wrong(scene.chats.code("bob"), i)).expect(400);
      const other = await signedIn(app);
      await send(other).expect(201);
      await type(other, scene.chats.code("alice")).expect(200);
    });

    it("in the place of one before ends what other sessions had passed; taken off, nothing is on file", async () => {
      const app = await make();
      const [me, other] = [await signedIn(app), await signedIn(app)];
      for (const each of [me, other]) {
        await send(each).expect(201);
        await type(each, scene.chats.code()).expect(200);
        app.clock.advance(31_000);
      }
      await me.post("/handle/bob").expect(201);
      await other.get("/chat").expect(200);
      await type(me, scene.chats.code("bob")).expect(200);
      await other.get("/chat").expect(401);
      await me.get("/chat").expect(200);
      await me.post("/off").expect(200);
      expect((await me.get("/me")).body.enrolled).to.deep.equal(["sms"]);
      expect(names(app).at(-1)).to.equal("factor_removed");
    });
  });
}
