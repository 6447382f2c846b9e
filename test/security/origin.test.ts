import { expect } from "chai";
import { refuseCrossOrigin } from "../../lib/http/same-origin.ts";
import { sameOrigin } from "../../lib/index.ts";
import { makeApp, versions } from "../support/app.ts";
import { visitor, withCode } from "../support/visitor.ts";

for (const express of versions) {
  describe(`requests from another origin, on Express ${express}`, () => {
    const POSTS = [
      "/sms_registration",
      "/sms_verification",
      "/sms_verification/challenge",
      "/sms_verification/start_over",
    ];

    it("[T50] [I6] are refused at every POST, before anything is sent or judged", async () => {
      const app = makeApp({ express });
      const { me, code } = await withCode(app);
      const foreign: Record<string, string>[] = [
        { "Sec-Fetch-Site": "cross-site" },
        { "Sec-Fetch-Site": "same-site" },
        { "Sec-Fetch-Site": "cross-site", Origin: "https://chat.example" },
        { "Sec-Fetch-Site": "anything" },
        { Origin: "https://evil.example" },
        { Origin: "null" },
        { Origin: "not a url" },
        { Origin: "https://chat.example.evil.example" },
        { Origin: "http://chat.example" },
        { Referer: "https://evil.example/page" },
        { Referer: "https://chat.example.evil.example/" },
        { Referer: "not a url" },
      ];
      for (const headers of foreign) {
        for (const path of POSTS) {
          const { body } = await me.post(path, { pin_number: code }).set(headers).expect(403);
          expect(body.code).to.equal("cross_origin");
        }
        await me.post("/code", { pin_number: code }).set(headers).expect(403);
      }
      expect(app.outbox.messages).to.have.length(1);
      await me.verify(code).expect(200);
    });

    it("[T50] a browser gets a 403 page", async () => {
      const page = visitor(makeApp({ express }), "html");
      await page.logIn("alice");
      await page
        .send()
        .set("Sec-Fetch-Site", "cross-site")
        .expect(403)
        .expect("Content-Type", /^text\/html/);
    });

    it("[T50] the same origin passes, by Sec-Fetch-Site, by Host, and by publicUrl behind a proxy; so do callers that are no browsers", async () => {
      const own = (host: string): Record<string, string>[] => [
        { "Sec-Fetch-Site": "same-origin" },
        { "Sec-Fetch-Site": "none" },
        { "Sec-Fetch-Site": "same-origin", Origin: "https://another.example", Host: "inner:8080" },
        { Origin: `http://${host}` },
        { Origin: "https://chat.example", Host: "inner:8080" },
        {},
      ];
      const app = makeApp({ express, sms: { cooldownSeconds: [0], sendsPerHour: 100, sendsPerDay: 100 } });
      const { port } = app.server.address() as { port: number };
      for (const headers of own(`127.0.0.1:${port}`)) {
        const alice = visitor(app);
        await alice.logIn("alice");
        await alice.send().set(headers).expect(201);
      }
    });

    it("[T50] GET and HEAD are never refused: they change nothing", async () => {
      const alice = visitor(makeApp({ express }), "html");
      await alice.logIn("alice");
      await alice
        .get("/sms_verification/new")
        .set({ "Sec-Fetch-Site": "cross-site", Origin: "https://evil.example" })
        .expect(200);
    });

    it("[T50] the app's own routes get the same rule by sameOrigin(factors)", async () => {
      const app = makeApp({
        express,
        routes: (own, { factors }) =>
          void own.post("/own", sameOrigin(factors), (_req, res) => void res.json({})),
      });
      const alice = visitor(app);
      await alice.post("/own").expect(200);
      const { body } = await alice.post("/own").set("Sec-Fetch-Site", "cross-site").expect(403);
      expect(body.code).to.equal("cross_origin");
      expect(app.thrown).to.have.length(0);
    });
  });
}

describe("a request without a Host", () => {
  it("[T50] is not taken for the same origin because its Origin has no host either", () => {
    const publicUrl = new URL("https://chat.example");
    for (const origin of ["null", "", "file://"]) {
      const refused = () =>
        refuseCrossOrigin({ method: "POST", headers: { origin } }, { publicUrl, trustedOrigins: [] });
      expect(refused, origin).to.throw("cross_origin");
    }
  });
});
