import { createHmac, generateKeyPairSync } from "node:crypto";
import { expect } from "chai";
import { decodeJwt, SignJWT } from "jose";
import { bearerProofs, factorSettings, totp } from "../../lib/index.ts";
import { deriveKey, lengthPrefixed } from "../../lib/crypto/secret.ts";
import { memoryStore } from "../../lib/stores/memory.ts";
import { makeApp, SECRET, type TestApp } from "../support/app.ts";
import { client, proofOf, proofsApp, type ProofsApp } from "../support/proofs-app.ts";
import { passed, visitor, type Visitor } from "../support/visitor.ts";

const KEY = deriveKey(SECRET, lengthPrefixed(["bearer proof", "default"]));
const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
const signed = (head: object, body: object, key: Buffer = KEY) => {
  const text = `${part(head)}.${part(body)}`;
  return `${text}.${createHmac("sha256", key).update(text).digest("base64url")}`;
};
const HEAD = { alg: "HS256", typ: "factor-proof+jwt" };

/** Nothing of all this opens anything, and nothing of it breaks. */
async function opensNothing(app: ProofsApp, proofs: Record<string, string>, user = "alice"): Promise<void> {
  const me = client(app, user);
  for (const [what, proof] of Object.entries(proofs))
    for (const headers of [
      { Authorization: `Factor ${proof}` },
      { Authorization: `Bearer ${proof}` },
      { "Factor-Proof": proof },
    ])
      expect((await me.get("/inside", headers)).status, what).to.equal(401);
}

describe("[T51] a proof that is none", () => {
  it("signed by nobody, by another key or another way, or changed on its way", async () => {
    const app = proofsApp();
    const proof = await proofOf(app);
    const [head = "", body = "", signature = ""] = proof.split(".");
    const claims = decodeJwt(proof);
    const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 });
    const pem = String(rsa.publicKey.export({ type: "spki", format: "pem" }));
    // What is made here the same way does open: so the others fail for what they are.
    await client(app, "alice").bring("/inside", signed(HEAD, claims)).expect(200);
    await opensNothing(app, {
      "alg none, unsigned": `${part({ ...HEAD, alg: "none" })}.${body}.`,
      "alg none, with the signature": `${part({ ...HEAD, alg: "none" })}.${body}.${signature}`,
      "alg NoNe": `${part({ ...HEAD, alg: "NoNe" })}.${body}.${signature}`,
      "no alg": `${part({ typ: HEAD.typ })}.${body}.${signature}`,
      "another key": signed(HEAD, claims, Buffer.alloc(32, 7)),
      "the secret itself": signed(HEAD, claims, Buffer.from(SECRET)),
      "a key of another use": signed(HEAD, claims, deriveKey(SECRET, "digest")),
      "an empty key": signed(HEAD, claims, Buffer.alloc(0)),
      "a public key as a secret": signed(HEAD, claims, Buffer.from(pem)),
      RS256: await new SignJWT(claims).setProtectedHeader({ ...HEAD, alg: "RS256" }).sign(rsa.privateKey),
      HS512: await new SignJWT(claims)
        .setProtectedHeader({ ...HEAD, alg: "HS512" })
        .sign(Buffer.concat([KEY, KEY])),
      "another type": signed({ ...HEAD, typ: "JWT" }, claims),
      "no type": signed({ alg: "HS256" }, claims),
      "a critical header": signed({ ...HEAD, crit: ["exp"], exp: 1 }, claims),
      "an unencoded payload": signed({ ...HEAD, b64: false, crit: ["b64"] }, claims),
      "a key of its own": signed({ ...HEAD, jwk: { kty: "oct", k: "AAAA" }, alg: "none" }, claims),
      "other claims": `${head}.${part({ ...claims, factor: "totp" })}.${signature}`,
      "half a signature": `${head}.${body}.${signature.slice(0, 20)}`,
      "no signature": `${head}.${body}.`,
      "two of them": `${proof}, ${proof}`,
      "one and a blank": `${proof} `.repeat(2),
      garbage: "a.b.c",
      nothing: "",
      long: `${head}.${"A".repeat(4000)}.${signature}`,
    });
  });

  it("another account's, another tenant's, another app's", async () => {
    const store = memoryStore();
    const app = proofsApp({ store });
    const proof = await proofOf(app);
    await client(app, "alice").bring("/inside", proof).expect(200);
    await opensNothing(app, { "another account": proof }, "bob");
    const tenant = proofsApp({ store, tenant: "acme" });
    await opensNothing(tenant, { "another tenant": proof });
    const other = proofsApp({ store, secret: "another secret of at least thirty-two characters" });
    await opensNothing(other, { "another app": proof });
    const acme = app.factors.inTenant("acme");
    bearerProofs(acme);
    const request = { user: app.users.get("alice"), headers: { authorization: `Factor ${proof}` } };
    expect(await acme.passed(request)).to.deep.equal([]);
    expect(await app.factors.passed(request)).to.have.length(1);
  });

  it("of a secret that is gone; one that is rotated still opens", async () => {
    const store = memoryStore();
    const proof = await proofOf(proofsApp({ store }));
    const next = "the next secret of at least thirty-two characters";
    await client(proofsApp({ store, secret: [next, SECRET] }), "alice")
      .bring("/inside", proof)
      .expect(200);
    await opensNothing(proofsApp({ store, secret: [next] }), { "a secret that is gone": proof });
  });

  it("signed by us, but with claims that are missing, of another kind, over, or not yet", async () => {
    const app = proofsApp();
    const claims = decodeJwt(await proofOf(app)) as Record<string, unknown>;
    const now = Math.floor(app.clock() / 1000);
    const odd = [null, true, 7, "", [], {}, "__proto__", ["alice"], 1e300, -1];
    const proofs: Record<string, string> = {
      over: signed(HEAD, { ...claims, exp: now }),
      "without an end": signed(HEAD, { ...claims, exp: undefined }),
      "without a beginning": signed(HEAD, { ...claims, iat: undefined }),
      "not yet": signed(HEAD, { ...claims, nbf: now + 60 }),
      "passed in the future": signed(HEAD, { ...claims, at: app.clock() + 1 }),
      "another issuer": signed(HEAD, { ...claims, iss: "passport-jwt" }),
      "an empty body": signed(HEAD, {}),
      "a list": signed(HEAD, []),
    };
    for (const name of ["sub", "factor", "amr", "at", "purpose", "version", "exp", "iat", "iss"]) {
      proofs[`no ${name}`] = signed(HEAD, { ...claims, [name]: undefined });
      for (const value of odd) {
        const isRight =
          value === claims[name] || (name === "amr" && Array.isArray(value) && value.length === 0);
        // An end that is far away is one: its age ends it before.
        if (name === "exp" && value === 1e300) continue;
        if (isRight || (name === "amr" && JSON.stringify(value) === '["alice"]')) continue;
        proofs[`${name}: ${JSON.stringify(value)}`] = signed(HEAD, { ...claims, [name]: value });
      }
    }
    await opensNothing(app, proofs);
    const endless = signed(HEAD, { ...claims, exp: 1e300 });
    await client(app, "alice").bring("/inside", endless).expect(200);
    app.clock.advance(601_000);
    await opensNothing(app, { endless });
  });

  const changes: Record<string, (app: TestApp, me: Visitor) => Promise<unknown>> = {
    "a changed phone": async (app, me) => {
      await me.register("0978 000 111").expect(201);
      return me.verify(app.outbox.code()).expect(200);
    },
    "the end of other sessions": async (_app, me) => me.post("/end").expect(204),
    "the account was erased": async (app) => app.factors.erase("alice"),
    "an authenticator app was taken off": async (_app, me) => {
      const { body } = await me.get("/security").expect(200);
      const { id } = (body as { factors: { factor: string; id: string }[] }).factors.find(
        ({ factor }) => factor === "totp",
      ) as { id: string };
      return me.post("/security/totp/remove", { id }).expect(200);
    },
  };
  for (const [what, change] of Object.entries(changes))
    it(`[T63] from before ${what}`, async () => {
      const app = makeApp({
        more: [totp()],
        routes: (own, { factors }) => {
          own.use("/proofs", bearerProofs(factors));
          own.use("/security", factorSettings(factors));
          own.post("/end", async (req, res) => {
            await factors.endOtherSessions(req);
            res.sendStatus(204);
          });
        },
      });
      await app.factors.importTotp("alice", "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP");
      const me = await passed(app);
      app.clock.advance(61_000);
      const begun = await me.post("/proofs/challenge", { factor: "sms" }).expect(201);
      const typed = { factor: "sms", handle: begun.body.handle, code: app.outbox.code() };
      const { body } = await me.post("/proofs", typed).expect(200);
      const thief = visitor(app);
      await thief.logIn("alice");
      const bring = () => thief.get("/chat").set("Authorization", `Factor ${body.proof}`);
      await bring().expect(200);
      await change(app, me);
      await bring().expect(401);
    });
});
