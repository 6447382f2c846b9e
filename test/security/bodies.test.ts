import { expect } from "chai";
import fc from "fast-check";
import { backupCodes, deliveryStatus, signup, smsApi } from "../../lib/index.ts";
import { graphql } from "../../lib/graphql/graphql.ts";
import { makeApp, versions, type TestApp } from "../support/app.ts";
import { visitor, type Visitor } from "../support/visitor.ts";

const POSTS = [
  "/sms_registration",
  "/sms_verification",
  "/sms_verification/challenge",
  "/sms_verification/start_over",
  "/code",
  "/second_factor",
  "/second_factor/start_over",
  "/call_verification",
  "/backup_code_verification",
  "/backup_codes",
  "/backup_codes/continue",
  "/delivery/twilio",
  "/delivery/twilio/voice/abc/code",
  "/webauthn/sms/beginSetup",
  "/webauthn/sms/confirmSetup",
  "/webauthn/sms/requestCode",
  "/webauthn/sms/verify",
  "/webauthn/sms/signup/send",
  "/webauthn/sms/signup/verify",
  "/phone_signup",
  "/phone_signup/challenge",
  "/phone_signup/verification",
  "/phone_signup/start_over",
  "/graphql",
] as const;
const FIELDS = [
  "country_code",
  "phone_number",
  "pin_number",
  "code",
  "factor",
  "backup_code",
  "tenant_id",
  "client_id",
  "email",
  "MessageSid",
  "CallStatus",
  "sms_registration",
  "sms_verification",
  "__proto__",
  "constructor",
  "toString",
  "hasOwnProperty",
  "length",
];
/** Other bodies in each run of the suite. */
const RUNS = { numRuns: 80 };

const field = fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...FIELDS) }, fc.string({ maxLength: 12 }));
const json = fc.oneof(
  fc.jsonValue(),
  fc.dictionary(field, fc.jsonValue(), { noNullPrototype: true }),
  fc.dictionary(field, fc.dictionary(field, fc.jsonValue())),
);
const junk = fc.oneof(
  fc.string({ unit: "binary", maxLength: 200 }),
  fc.constantFrom("{", "[[[[", "%", "%E0%A4%A", "a[", "\0", "__proto__[x]=1", "a".repeat(20_000)),
);
const pairs = fc
  .array(
    fc.tuple(
      field,
      fc.constantFrom("", "[]", "[a]", "[__proto__]", "[a][b][c]", "[0]", "[999999]"),
      fc.string({ unit: "binary", maxLength: 40 }),
    ),
    { maxLength: 20 },
  )
  .map((list) =>
    list
      .map(
        ([name, path, value]) =>
          `${encodeURIComponent(name)}${path}=${encodeURIComponent(value.replace(/[\uD800-\uDFFF]/g, "\uFFFD"))}`,
      )
      .join("&"),
  );

for (const express of versions) {
  describe(`[T15] bodies of any shape, on Express ${express}`, () => {
    let app: TestApp;
    let callers: Visitor[];
    before(async () => {
      app = makeApp({
        express,
        sms: { cooldownSeconds: [0], sendsPerHour: 1000, sendsPerDay: 1000 },
        call: { cooldownSeconds: [0], sendsPerHour: 1000, sendsPerDay: 1000 },
        more: [backupCodes()],
        routes: (on, { factors }) => {
          const clients = [{ tenant_id: "acme", client_id: "web", secrets: ["secret"] }];
          on.use("/webauthn/sms", smsApi(factors, { clients, signup: {} }));
          on.use("/phone_signup", signup(factors));
          on.use("/graphql", graphql(factors));
          on.use("/delivery", deliveryStatus(factors));
        },
        factors: { limits: { sendsPerIp: 100_000, guessesPerIp: 100_000 } },
      });
      callers = [];
      for (const kind of ["json", "html"] as const) {
        for (const user of ["alice", "nora", undefined]) {
          const me = visitor(app, kind);
          if (user !== undefined) await me.logIn(user);
          if (user === "alice") await me.send();
          callers.push(me);
        }
      }
    });
    after(async () => {
      expect(
        app.thrown.filter((error) => ((error as { status?: number }).status ?? 500) >= 500),
        "reached the app as a crash",
      ).to.deep.equal([]);
      expect(app.told).to.deep.equal([]);
      expect(({} as Record<string, unknown>)["x"]).to.equal(undefined);
      const alice = visitor(app);
      await alice.logIn("alice");
      await alice.send().expect(201);
      await alice.verify(app.outbox.code()).expect(200);
    });

    const promise = (title: string, type: string, bodies: fc.Arbitrary<string>) =>
      it(title, () =>
        fc.assert(
          fc.asyncProperty(fc.constantFrom(...POSTS), fc.nat(5), bodies, async (path, who, body) => {
            const me = callers[who] as Visitor;
            const answer = await me.agent
              .post(path)
              .set("Accept", who < 3 ? "application/json" : "text/html")
              .set("Content-Type", type)
              .send(body);
            expect(answer.status, `${path} ${body.slice(0, 200)}`).to.be.within(200, 499);
            expect(answer.text).not.to.match(/\bat .+\.(ts|js):\d+/);
          }),
          RUNS,
        ),
      );

    promise(
      "any JSON value: never 5xx",
      "application/json",
      json.map((value) => JSON.stringify(value)),
    );
    promise("JSON that is none: never 5xx", "application/json", junk);
    promise(
      "urlencoded fields, nested, repeated, with prototype keys: never 5xx",
      "application/x-www-form-urlencoded",
      pairs,
    );
    promise("urlencoded junk: never 5xx", "application/x-www-form-urlencoded", junk);
    promise("other types and charsets: never 5xx", "multipart/form-data; charset=utf-7; boundary=x", junk);

    it("headers of any shape: never 5xx", () =>
      fc.assert(
        fc.asyncProperty(
          fc.constantFrom(
            "Accept",
            "Accept-Language",
            "Content-Type",
            "Origin",
            "Sec-Fetch-Site",
            "X-Forwarded-For",
            "Content-Encoding",
          ),
          fc.string({ maxLength: 80 }).map((text) => text.replace(/[^\x20-\x7E]/g, "")),
          async (name, value) => {
            const answer = await (callers[0] as Visitor).agent
              .post("/sms_verification")
              .set(name, value)
              .send(name === "Content-Type" ? "x" : { pin_number: "x" });
            expect(answer.status, `${name}: ${value}`).to.be.within(200, 499);
          },
        ),
        RUNS,
      ));
  });
}
