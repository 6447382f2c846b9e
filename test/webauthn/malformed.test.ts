import { expect } from "chai";
import fc from "fast-check";
import { versions } from "../support/app.ts";
import { authenticator } from "../support/authenticator.ts";
import { visitor, type Visitor } from "../support/visitor.ts";
import {
  challenge,
  login,
  optionsFrom,
  webauthnApp,
  withCredential,
  type WebauthnApp,
} from "../support/webauthn-scene.ts";

type Json = Record<string, unknown>;

const b64 = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
const LONG = "A".repeat(15_000);
const ODD: readonly unknown[] = [
  undefined,
  null,
  7,
  true,
  "",
  "=",
  "ä",
  "\0",
  LONG,
  [],
  ["a"],
  {},
  { length: 1 },
  "AAAA",
];
const CLIENT_DATA: readonly unknown[] = [
  null,
  7,
  "x",
  [],
  {},
  { challenge: 7 },
  { challenge: {}, type: [], origin: null },
];

/** Every way in which one part of a credential's JSON can be wrong. */
function deformed(good: Json): Json[] {
  const response = good["response"] as Json;
  return [
    ...Object.keys(good).flatMap((name) => ODD.map((odd) => ({ ...good, [name]: odd }))),
    ...Object.keys(response).flatMap((name) =>
      ODD.map((odd) => ({ ...good, response: { ...response, [name]: odd } })),
    ),
    ...CLIENT_DATA.map((data) => ({ ...good, response: { ...response, clientDataJSON: b64(data) } })),
    { ...good, response: { ...response, clientDataJSON: Buffer.from("{").toString("base64url") } },
    { ...good, rawId: `${String(good["id"])}A` },
  ];
}

/** What no browser looks at, and no server needs to. */
const IGNORED = ["authenticatorAttachment", "clientExtensionResults", "transports"];
const changed = (good: Json, odd: Json) => {
  const parts = { ...good, ...(good["response"] as Json) };
  const others = { ...odd, ...(odd["response"] as Json | undefined) };
  return Object.keys(parts).filter((name) => parts[name] !== others[name] && name !== "response");
};

for (const express of versions) {
  describe(`[W6] credentials that are none, on Express ${express}`, () => {
    let app: WebauthnApp;
    before(() => {
      app = webauthnApp({
        express,
        users: Object.fromEntries(["nora", "carol", "dave", "erin"].map((name) => [name, undefined])),
        factors: { limits: { guessesPerIp: 1_000_000, ceremoniesPerIp: 1_000_000 } },
        passkey: { guessesPerHour: 10 },
      });
    });
    after(() => {
      // The app's own body parser has its own words for what is no JSON.
      expect(app.thrown.filter((error) => (error as { status?: number }).status !== 400)).to.deep.equal([]);
      expect(app.told).to.deep.equal([]);
    });

    /** 400 invalid_code, or (where the answer was looked at, and the challenge is used up) 401 code_expired. */
    function refuses(answer: { status: number; body: Json; text: string }, what: string): void {
      expect([400, 401, 429], `${what}: ${answer.text}`).to.include(answer.status);
      if (answer.status === 400) expect(answer.body["code"], what).to.equal("invalid_code");
      expect(answer.text, what).not.to.match(/origin|counter|RP ID|Unexpected|SyntaxError|TypeError|base64/i);
    }

    it("at a second factor: 400 invalid_code, never 500, never the library's words", async () => {
      const { device } = await withCredential(app);
      const me = await login(app);
      const good = device.get(await challenge(me));
      for (const odd of deformed(good)) {
        if (changed(good, odd).every((name) => IGNORED.includes(name) || name === "userHandle")) continue;
        refuses(await me.post("/passkey_verification", odd), JSON.stringify(odd).slice(0, 300));
        app.clock.advance(100_000);
        await me.logIn("nora");
        await challenge(me);
      }
    });

    it("at a sign-in", async () => {
      const me = visitor(app);
      const { device } = await withCredential(app, "passkey", authenticator(), "carol");
      const good = device.get(await optionsFrom(me, "/passkey_sign_in/challenge"));
      for (const odd of deformed(good)) {
        if (changed(good, odd).every((name) => IGNORED.includes(name))) continue;
        refuses(await me.post("/passkey_sign_in", odd), JSON.stringify(odd).slice(0, 300));
      }
      await me.get("/chat").expect(401);
    });

    it("at an enrolment, where nothing comes on file", async () => {
      const me = await login(app, "dave");
      const good = authenticator().create(await optionsFrom(me, "/security/passkey"));
      for (const odd of deformed(good)) {
        if (changed(good, odd).every((name) => IGNORED.includes(name))) continue;
        refuses(await me.post("/security/passkey/confirm", odd), JSON.stringify(odd).slice(0, 300));
        app.clock.advance(400_000);
        await me.logIn("dave");
        await optionsFrom(me, "/security/passkey");
      }
      expect((await me.get("/security").expect(200)).body.factors).to.deep.equal([]);
    });

    it("an assertion where a new credential is wanted, and the other way round", async () => {
      const { device, me } = await withCredential(app, "passkey", authenticator(), "erin");
      const options = await optionsFrom(me, "/security/passkey");
      const assertion = device.get({ challenge: options.challenge, rpId: "chat.example" });
      refuses(await me.post("/security/passkey/confirm", assertion), "get at create");
      const other = await login(app, "erin");
      const { challenge: made, rpId } = await challenge(other);
      refuses(
        await other.post(
          "/passkey_verification",
          authenticator().create({ challenge: made, rp: { id: rpId ?? "" } }),
        ),
        "create at get",
      );
    });

    it("[T15] any JSON, and any bytes where base64url should be", async () => {
      const me: Visitor = await login(app, "nora");
      const paths = [
        "/passkey_verification",
        "/security_key_verification",
        "/passkey_sign_in",
        "/security/passkey/confirm",
        "/login/passkey",
        "/login/security-key",
      ];
      const part = fc.oneof(
        fc.jsonValue(),
        fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes).toString("base64url")),
      );
      const id = fc.oneof(part, fc.constant("AAAA"));
      const credential = fc
        .tuple(
          id,
          fc.dictionary(
            fc.constantFrom(
              "clientDataJSON",
              "authenticatorData",
              "signature",
              "userHandle",
              "attestationObject",
              "transports",
            ),
            part,
          ),
        )
        .map(([name, response]) => ({ id: name, rawId: name, type: "public-key", response }));
      await fc.assert(
        fc.asyncProperty(
          fc.constantFrom(...paths),
          fc.oneof(fc.jsonValue(), credential),
          async (path, body) => {
            const answer = await me.agent
              .post(path)
              .set("Accept", "application/json")
              .type("json")
              .send(JSON.stringify(body));
            expect(answer.status, `${path} ${JSON.stringify(body)}`).to.be.within(400, 499);
          },
        ),
        { numRuns: 200 },
      );
    });

    it("[W13] a body of 20 kB is refused, and a credential of 10 kB is read", async () => {
      const me = await login(app, "nora");
      const id = "A".repeat(20_000);
      const { body } = await me.post("/passkey_sign_in", { id }).expect(400);
      expect(body.code).to.equal("invalid_request");
      const part = "A".repeat(4000);
      const long = {
        id: "AAAA",
        rawId: "AAAA",
        type: "public-key",
        response: { clientDataJSON: part, authenticatorData: part, signature: "AAAA" },
      };
      expect((await me.post("/passkey_sign_in", long)).body.code).to.equal("code_expired");
    });
  });
}
