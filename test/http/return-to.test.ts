import { request } from "node:http";
import type { AddressInfo } from "node:net";
import session from "express-session";
import { expect } from "chai";
import { requireFactors } from "../../lib/index.ts";
import { makeApp, versions, type TestApp } from "../support/app.ts";
import { visitor, type Visitor } from "../support/visitor.ts";

const PAGE = "text/html,application/xhtml+xml,*/*;q=0.8";

/** What a browser asks for by itself, or a script of the page, while a person is at the page. */
const NOT_OPENED: Record<string, Record<string, string>> = {
  "the icon": {
    Accept: "image/avif,image/webp,*/*;q=0.8",
    "Sec-Fetch-Dest": "image",
    "Sec-Fetch-Mode": "no-cors",
  },
  "the icon, of an old browser": { Accept: "*/*" },
  "a script's fetch": { Accept: "*/*", "Sec-Fetch-Dest": "empty", "Sec-Fetch-Mode": "cors" },
  "a script's fetch of a page": { Accept: PAGE, "Sec-Fetch-Dest": "empty", "Sec-Fetch-Mode": "same-origin" },
  "an event stream": { Accept: "text/event-stream", "Sec-Fetch-Dest": "empty", "Sec-Fetch-Mode": "cors" },
  "the manifest": { Accept: "*/*", "Sec-Fetch-Dest": "manifest", "Sec-Fetch-Mode": "cors" },
  "a frame": { Accept: PAGE, "Sec-Fetch-Dest": "iframe", "Sec-Fetch-Mode": "navigate" },
  "a page fetched ahead": { Accept: PAGE, "Sec-Purpose": "prefetch;prerender" },
  "an XMLHttpRequest": { Accept: PAGE, "X-Requested-With": "XMLHttpRequest" },
};

for (const express of versions) {
  describe(`[T65] where a browser comes back to, on Express ${express}`, () => {
    const build = () =>
      makeApp({
        express,
        routes: (app, { factors }) => {
          app.use("/own", requireFactors(factors), (_req, res) => void res.send("own"));
          app.post(
            "/transfer",
            requireFactors(factors, { within: 300 }),
            (_req, res) => void res.send("sent"),
          );
        },
      });

    async function signedIn(app: TestApp): Promise<Visitor> {
      const alice = visitor(app, "html");
      await alice.logIn("alice");
      return alice;
    }

    async function prove(app: TestApp, alice: Visitor): Promise<string> {
      await alice.send();
      const { headers } = await alice.verify(app.outbox.code()).expect(303);
      return headers["location"] as string;
    }

    for (const [what, headers] of Object.entries(NOT_OPENED)) {
      it(`is the page that a person opened, and not ${what}`, async () => {
        const app = build();
        const alice = await signedIn(app);
        await alice
          .get("/own/chat?room=7")
          .set("Sec-Fetch-Dest", "document")
          .set("Sec-Fetch-Mode", "navigate");
        await alice.get("/own/other").set(headers);
        expect(await prove(app, alice)).to.equal("/own/chat?room=7");
      });

      it(`is no place at all after ${what} alone`, async () => {
        const app = build();
        const alice = await signedIn(app);
        await alice.get("/own/other").set(headers);
        expect(await prove(app, alice)).to.equal("/");
      });
    }

    it("is the page that was opened last", async () => {
      const app = build();
      const alice = await signedIn(app);
      await alice.get("/own/first").expect(303);
      await alice.get("/own/second").expect(303);
      expect(await prove(app, alice)).to.equal("/own/second");
    });

    it("is the form, after a POST that needs a step-up: with its query, by Host or by publicUrl", async () => {
      const app = build();
      const { port } = app.server.address() as AddressInfo;
      for (const origin of [`http://127.0.0.1:${port}`, "https://chat.example"]) {
        const alice = await signedIn(app);
        await alice.post("/transfer").set("Referer", `${origin}/accounts/7?from=a#top`).expect(303);
        expect(await prove(app, alice)).to.equal("/accounts/7?from=a");
        app.clock.advance(3_600_000);
      }
    });

    it("is never another site's form, nor what is no local path; what was opened before stays", async () => {
      const app = build();
      const { port } = app.server.address() as AddressInfo;
      const foreign = [
        "https://evil.example/form",
        `http://127.0.0.1:${port}//evil.example/x`,
        "about:blank",
        "x",
      ];
      for (const referer of foreign) {
        const alice = await signedIn(app);
        await alice.get("/own/chat").expect(303);
        await alice.post("/transfer").set("Referer", referer).expect(303);
        expect(await prove(app, alice), referer).to.equal("/own/chat");
        app.clock.advance(3_600_000);
      }
    });

    it("is not a form that a script sent", async () => {
      const app = build();
      const { port } = app.server.address() as AddressInfo;
      const alice = await signedIn(app);
      await alice.post("/transfer").set({
        Referer: `http://127.0.0.1:${port}/form`,
        "Sec-Fetch-Dest": "empty",
        "Sec-Fetch-Mode": "cors",
      });
      expect(await prove(app, alice)).to.equal("/");
    });

    it("is in the session store when the redirect arrives, also where the store is slow", async () => {
      const store = new session.MemoryStore();
      const set = store.set.bind(store);
      store.set = (id, data, done) => void setTimeout(() => set(id, data, done), 60);
      const app = makeApp({ express, sessionStore: store });
      const found = await storedWhenAnswered(app, store, "/chat?room=7");
      expect(found).to.deep.equal({ location: "/login", stored: ["/chat?room=7"] });
    });
  });
}

/** What the store holds at the moment at which the head of the answer is there: a browser follows at once. */
function storedWhenAnswered(
  { server }: TestApp,
  store: session.MemoryStore,
  path: string,
): Promise<{ location: string | undefined; stored: unknown[] }> {
  const { port } = server.address() as AddressInfo;
  return new Promise((resolve, reject) => {
    const asked = request({ port, path, headers: { accept: PAGE } }, ({ headers }) => {
      store.all?.((_error, all) => {
        const kept = Object.values(all ?? {}) as { returnTo?: unknown }[];
        resolve({ location: headers.location, stored: kept.map(({ returnTo }) => returnTo) });
        asked.destroy();
      });
    });
    asked.on("error", reject);
    asked.end();
  });
}
