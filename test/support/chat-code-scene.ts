import type { Request, Response } from "express";
import { sealedCredentials } from "../../lib/credentials/sealed-credentials.ts";
import { storeCredentials } from "../../lib/credentials/store-credentials.ts";
import { createSecretBox } from "../../lib/crypto/secret.ts";
import { FactorStrategy, isFactorError, memoryStore, type Notice } from "../../lib/index.ts";
import { outbox } from "../../lib/testing/outbox.ts";
import { makeApp, SECRET, versions, type AppOptions, type TestApp } from "./app.ts";
import { chatCode, type Handle } from "./own-destinations.ts";
import { visitor, type Visitor } from "./visitor.ts";

export const DOOR = "/chat_code_verification";

/** An app with codes to a chat, and what was sent and told of there. */
export function chatCodeScene(express: (typeof versions)[number]) {
  const scene = { chats: outbox(), notices: [] as Notice<unknown>[], make };
  beforeEach(() => {
    scene.chats = outbox();
    scene.notices = [];
  });
  return scene;

  async function make(options: AppOptions = {}, handles = ["alice"]): Promise<TestApp> {
    const store = memoryStore();
    const kept = sealedCredentials(storeCredentials(store), createSecretBox(SECRET), "default");
    for (const account of handles)
      await kept.ofKind<Handle>("chat").add(account, account, { handle: account }, 1);
    return makeApp({
      express,
      store,
      more: [chatCode(scene.chats)],
      ...options,
      factors: { notify: (notice) => void scene.notices.push(notice), ...options.factors },
      routes(routes, { factors, passport }) {
        if (factors.list.at(-1)?.uses.includes("login") === true) {
          passport.use(new FactorStrategy("chat-code", factors));
          routes.post("/by-strategy", passport.authenticate("chat-code"), (req, res) => {
            res.json(req.authInfo);
          });
        }
        const asked =
          (run: (req: Request) => Promise<object>, status = 200) =>
          async (req: Request, res: Response): Promise<void> => {
            try {
              res.status(status).json(await run(req));
            } catch (error) {
              if (isFactorError(error)) res.status(400).json({ ...error.details, code: error.code });
              else res.status(500).json({});
            }
          };
        const handleOf = (req: Request) => ({ handle: req.params["handle"] });
        routes.post(
          "/handle/:handle",
          asked((req) => factors.register(req, handleOf(req), "chat-code"), 201),
        );
        routes.post(
          "/begin",
          asked((req) => factors.begin(req, "chat-code")),
        );
        routes.post(
          "/verify",
          asked((req) => factors.verify(req, "chat-code", "123456")),
        );
        routes.post("/off", (req, res, next) => {
          factors.remove(req, "chat-code").then(() => res.json({}), next);
        });
      },
    });
  }
}

export async function signedIn(
  app: TestApp,
  who = "alice",
  kind: "json" | "html" = "json",
): Promise<Visitor> {
  const me = visitor(app, kind);
  await me.logIn(who);
  return me;
}

export const send = (me: Visitor) => me.post(`${DOOR}/challenge`);
export const type = (me: Visitor, code: unknown) => me.post(DOOR, { chat_code: code });
export const names = (app: TestApp) => app.events.map(({ name }) => name);
