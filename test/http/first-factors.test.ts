import { expect } from "chai";
import { magicLinkDoor, oauthDoor, passwordDoor } from "../../docs/examples/first-factors.ts";
import { makeApp, versions, type AppOptions, type TestApp } from "../support/app.ts";
import { json, provider, type Provider } from "../support/provider.ts";
import { visitor, type Visitor } from "../support/visitor.ts";

const PASSWORD = "correct horse battery";

for (const express of versions) {
  describe(`[T27] [G5] the guides to a first factor, on Express ${express}`, () => {
    let server: Provider;
    let mails: { to: string; path: string }[];
    beforeEach(async () => {
      server = await provider();
      server.answer(json(200, { access_token: "token-of-alice", token_type: "Bearer" }));
      mails = [];
    });
    afterEach(() => server.close());

    const make = (more: AppOptions["factors"] = {}): TestApp => {
      const app: TestApp = makeApp({
        express,
        factors: { ...more, paths: { verification: "/sms_verification/new" } },
        routes: (on, { factors, passport }) => {
          const find = async (how: string, secret: string): Promise<Express.User | undefined> => {
            const known = [`alice ${PASSWORD}`, "oauth token-of-alice", "link alice@example.com"];
            return known.includes(`${how} ${secret}`) ? (app.users.get("alice") as Express.User) : undefined;
          };
          const urls = { authorizationURL: `${server.url}/authorize`, tokenURL: `${server.url}/token` };
          const options = {
            ...urls,
            clientID: "chat",
            clientSecret: "s",
            callbackURL: "http://chat.example/auth/callback",
          };
          const doors = {
            use: on.use.bind(on),
            get: on.get.bind(on),
            post: (path: string, ...rest: never[]) => on.post(`/door${path}`, ...rest),
          };
          passwordDoor(doors as never, passport, factors, find);
          oauthDoor(on, passport, factors, { options, find });
          magicLinkDoor(on, factors, {
            secret: "links",
            find,
            mail: async (to, path) => void mails.push({ to, path }),
          });
        },
      });
      return app;
    };
    const byPassword = (me: Visitor) =>
      me.agent.post("/door/login").type("form").send({ username: "alice", password: PASSWORD });
    const byOAuth = async (me: Visitor) => {
      const { headers } = await me.agent.get("/auth").expect(302);
      const state = new URL(headers["location"] as string).searchParams.get("state");
      return me.agent.get("/auth/callback").query({ code: "c", state });
    };
    const byLink = async (me: Visitor) => {
      await me.agent.post("/link").type("form").send({ email: "alice@example.com" }).expect(200);
      const path = mails.at(-1)?.path as string;
      await me.agent.get(path).expect(200, /Sign in/);
      return me.agent.post(path);
    };

    for (const [name, door, amr] of [
      ["a password", byPassword, "pwd"],
      ["an OAuth provider", byOAuth, "fed"],
      ["a link by mail", byLink, "email"],
    ] as const) {
      it(`${name} first: then the code, and both are told`, async () => {
        const app = make();
        const me = visitor(app);
        expect((await door(me)).headers["location"]).to.equal("/sms_verification/new");
        await me.get("/chat").expect(401);
        expect(app.outbox.messages).to.deep.equal([]);
        await me.send().expect(201);
        await me.verify(app.outbox.code()).expect(200);
        await me.get("/chat").expect(200);
        expect((await me.get("/me")).body.amr).to.deep.equal([amr, "sms", "mfa"]);
      });

      it(`${name} first, on a remembered device: no code`, async () => {
        const app = make({ rememberDevice: {} });
        const me = visitor(app);
        await door(me);
        await me.send().expect(201);
        await me
          .post("/sms_verification", { pin_number: app.outbox.code(), remember_device: true })
          .expect(200);
        await me.post("/logout").expect(200);
        expect((await door(me)).headers["location"]).to.equal("/");
        await me.get("/chat").expect(200);
      });
    }

    it("a wrong password, a token of nobody and a link that was changed sign nobody in", async () => {
      const app = make();
      const me = visitor(app);
      await me.agent.post("/door/login").type("form").send({ username: "alice", password: "x" }).expect(401);
      server.answer(json(200, { access_token: "other", token_type: "Bearer" }));
      expect((await byOAuth(me)).status).to.equal(401);
      await me.agent.post("/link").type("form").send({ email: "alice@example.com" });
      const path = mails[0]?.path as string;
      for (const bad of [path.slice(0, -1), path.replace(/\.\d+\./, ".99999999999999."), "/link/x"])
        await me.agent.post(bad).expect(401);
      expect((await me.get("/me")).body.user).to.equal(null);
    });
  });
}
