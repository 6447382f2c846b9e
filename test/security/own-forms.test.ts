import { createServer, request as forward } from "node:http";
import type { AddressInfo } from "node:net";
import { expect } from "chai";
import helmet from "helmet";
import express, { type RequestHandler } from "express";
import supertest from "supertest";
import { refuseCrossOrigin } from "../../lib/http/same-origin.ts";
import { createFactors, sameOrigin, sms } from "../../lib/index.ts";
import { consoleTransport } from "../../lib/transports/console.ts";
import { makeApp, SECRET, versions, type AppOptions } from "../support/app.ts";
import { visitor } from "../support/visitor.ts";

const FRONT = "https://app.example";

/** What the rule says to a POST with these headers. */
function passes(
  headers: Record<string, string>,
  {
    publicUrl,
    trusted = [],
    protocol = "http",
  }: { publicUrl?: string; trusted?: string[]; protocol?: string } = {},
): boolean {
  const url = publicUrl === undefined ? undefined : new URL(publicUrl);
  try {
    refuseCrossOrigin({ method: "POST", headers, protocol }, { publicUrl: url, trustedOrigins: trusted });
    return true;
  } catch {
    return false;
  }
}

describe("where a form was sent from", () => {
  it("[T79] counts with scheme, host and port; capitals and default ports do not", () => {
    const host = "chat.example";
    const table: [string, string, string, boolean][] = [
      ["http", host, "http://chat.example", true],
      ["http", "Chat.Example", "http://chat.example", true],
      ["http", host, "http://CHAT.example", true],
      ["http", "chat.example:80", "http://chat.example", true],
      ["http", host, "http://chat.example:80", true],
      ["https", "chat.example:443", "https://chat.example", true],
      ["https", host, "https://chat.example", true],
      ["http", "chat.example:8080", "http://chat.example:8080", true],
      ["http", "[::1]:8080", "http://[::1]:8080", true],
      ["http", host, "https://chat.example", false],
      ["https", host, "http://chat.example", false],
      ["http", "chat.example:8080", "http://chat.example", false],
      ["http", host, "http://chat.example:8080", false],
      ["http", "chat.example:443", "https://chat.example", false],
      ["http", host, "http://chat.example.evil.example", false],
      ["http", host, "http://user@chat.example", false],
      ["http", host, "http://chat.example/", false],
      ["http", host, "ftp://chat.example", false],
      ["http", host, "null", false],
      ["http", host, "", false],
    ];
    for (const [protocol, at, origin, answer] of table)
      expect(passes({ host: at, origin }, { protocol }), `${protocol} ${at} ${origin}`).to.equal(answer);
  });

  it("[T79] is publicUrl, whatever the proxy makes of scheme, host, port and path, and also without a Host", () => {
    const publicUrl = "https://Chat.Example:443/auth/";
    for (const host of ["inner:8080", "chat.example", "evil.example", undefined, "", " ", "a b", "/"]) {
      const headers = (origin: string) => ({ origin, ...(host === undefined ? {} : { host }) });
      expect(passes(headers("https://chat.example"), { publicUrl }), String(host)).to.equal(true);
      expect(passes(headers("https://chat.example:8443"), { publicUrl }), String(host)).to.equal(false);
      expect(passes(headers("http://chat.example:81"), { publicUrl }), String(host)).to.equal(false);
      expect(passes(headers("null"), { publicUrl }), String(host)).to.equal(false);
    }
  });

  it("[T79] passes as null only where the browser vouches for the same origin", () => {
    const own = { host: "chat.example", origin: "null" };
    expect(passes({ ...own, "sec-fetch-site": "same-origin" })).to.equal(true);
    expect(passes(own)).to.equal(false);
    expect(passes({ ...own, "sec-fetch-site": "cross-site" })).to.equal(false);
    expect(passes(own, { trusted: ["null"] })).to.equal(false);
  });

  it("[T79] passes from a trusted origin, whatever Sec-Fetch-Site says, and from no neighbour of it", () => {
    for (const site of [undefined, "cross-site", "same-site", "same-origin"]) {
      const more = site === undefined ? {} : { "sec-fetch-site": site };
      for (const origin of [FRONT, "https://APP.example", "https://app.example:443"])
        expect(passes({ host: "api.example", origin, ...more }, { trusted: [FRONT] }), origin).to.equal(true);
      if (site === "same-origin") continue;
      for (const origin of [
        "http://app.example",
        "https://app.example:8443",
        "https://app.example.evil.example",
        "https://evil.example",
        "https://app.example/",
      ])
        expect(passes({ host: "api.example", origin, ...more }, { trusted: [FRONT] }), origin).to.equal(
          false,
        );
    }
  });

  it("[T79] trustedOrigins that are no origins throw at start, by name", () => {
    const make = (trustedOrigins: unknown) =>
      createFactors({
        secret: SECRET,
        accounts: {
          id: String,
          phone: async () => undefined,
          phoneTaken: async () => false,
          setPhone: async () => true,
        },
        factors: [sms({ transport: consoleTransport() })],
        trustedOrigins: trustedOrigins as string[],
      });
    for (const wrong of [
      FRONT,
      null,
      [1],
      ["app.example"],
      ["null"],
      ["*"],
      ["https://*.example"],
      [`${FRONT}/`],
      [`${FRONT}/path`],
      [`${FRONT}?a`],
      ["https://user@app.example"],
      ["ftp://app.example"],
      ["https://"],
      [FRONT, ""],
    ])
      expect(() => make(wrong), JSON.stringify(wrong)).to.throw(TypeError, /trustedOrigins/);
    expect(make([FRONT, "HTTP://Localhost:80"]).trustedOrigins).to.deep.equal([FRONT, "http://localhost"]);
    expect(make([]).inTenant("other").trustedOrigins).to.deep.equal([]);
  });
});

for (const version of versions) {
  describe(`own forms, on Express ${version}`, () => {
    const make = (more: AppOptions = {}) => makeApp({ express: version, ...more });
    /** helmet stands before everything, as its manual says. */
    const underHelmet = (app: ReturnType<typeof make>) => {
      const outer = express();
      outer.use(helmet(), app.app as unknown as RequestHandler);
      return createServer(outer).listen(0).unref();
    };

    it("[T79] tell where they come from under helmet's defaults; its other headers stay", async () => {
      const server = underHelmet(make());
      const alice = visitor({ server }, "html");
      await alice.logIn("alice");
      await alice.send().expect(303);
      for (const path of ["/sms_verification/new", "/sms_registration/new", "/second_factor/new"]) {
        const { headers } = await alice.get(path);
        expect(headers["referrer-policy"], path).to.equal("same-origin");
        expect(headers["content-security-policy"], path).to.include("script-src-attr");
      }
      const page = await alice.post("/sms_verification", { pin_number: "x" }).expect(422);
      expect(page.headers["referrer-policy"]).to.equal("same-origin");
    });

    it("[T79] of the app itself do so too, behind sameOrigin(factors)", async () => {
      const { factors } = make();
      const own = express();
      own.use(helmet(), sameOrigin(factors));
      own.get("/", (_req, res) => void res.send("<form method=post>"));
      await supertest(own).get("/").expect("Referrer-Policy", "same-origin");
      const strict = express();
      strict.use(helmet({ referrerPolicy: { policy: "strict-origin" } }), sameOrigin(factors));
      strict.get("/", (_req, res) => void res.send("<form method=post>"));
      await supertest(strict).get("/").expect("Referrer-Policy", "strict-origin");
    });

    it("[T79] of a trusted front end send and verify a code; another site's do not", async () => {
      const app = make({ factors: { trustedOrigins: [FRONT] } });
      const browser = (origin: string) =>
        visitor(app, "json", { Origin: origin, "Sec-Fetch-Site": "cross-site" });
      const alice = browser(FRONT);
      await alice.logIn("alice");
      await alice.send().expect(201);
      await alice.post("/code", { pin_number: app.outbox.code() }).expect(200);
      const evil = browser("https://evil.example");
      await evil.logIn("alice");
      expect((await evil.send().expect(403)).body.code).to.equal("cross_origin");
    });

    it("[T79] lead back through a proxy that strips a path", async () => {
      const app = make({ factors: { publicUrl: "https://chat.example/auth" } });
      const { port } = app.server.address() as AddressInfo;
      const proxy = createServer((req, res) => {
        if (req.url?.startsWith("/auth/") !== true) return void res.writeHead(404).end();
        const { method, headers } = req;
        const onward = forward({ port, method, path: req.url.slice(5), headers }, (answer) => {
          res.writeHead(answer.statusCode as number, answer.headers);
          answer.pipe(res);
        });
        req.pipe(onward);
      });
      const server = proxy.listen(0).unref();
      const own = { Origin: "https://chat.example" };
      const alice = visitor({ server }, "html", own);
      const at = alice.agent;
      await at.post("/auth/login").send({ user: "alice" }).expect(200);
      const sent = await alice.post("/auth/sms_verification/challenge").expect(303);
      expect(sent.headers["location"]).to.equal("/auth/sms_verification/new");
      const { text } = await alice.get("/auth/sms_verification/new").expect(200);
      const addresses = [...text.matchAll(/(?:action|href|src|data-follow)="([^"]+)"/g)].map(
        ([, url]) => url,
      );
      expect(addresses).to.include.members(["/auth/sms_verification", "/auth/sms_verification/challenge"]);
      for (const address of addresses) expect(address).to.match(/^\/auth\//);
      await alice.get("/auth/sms_verification/assets/x/factors.css").expect(200);
      await alice.post("/auth/sms_verification", { pin_number: app.outbox.code() }).expect(303);
      // Where nothing is stripped, nothing is put before it twice.
      const direct = make({ factors: { publicUrl: "https://chat.example/sms_verification" } });
      const bob = visitor(direct, "html");
      await bob.logIn("alice");
      expect((await bob.send().expect(303)).headers["location"]).to.equal("/sms_verification/new");
    });
  });
}
