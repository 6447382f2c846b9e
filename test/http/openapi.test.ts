import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Validator } from "@seriousme/openapi-schema-validator";
import { Ajv2020 } from "ajv/dist/2020.js";
import { expect } from "chai";
import supertest, { type Response } from "supertest";
import { parse } from "yaml";
import { smsApi } from "../../lib/index.ts";
import { statuses } from "../../lib/http/statuses.ts";
import { makeApp, type TestApp } from "../support/app.ts";
import { visitor, wrong } from "../support/visitor.ts";

const text = readFileSync(join(import.meta.dirname, "../../docs/openapi.yaml"), "utf8");

interface Described {
  content?: Record<string, { schema: object }>;
  headers?: Record<string, object>;
  $ref?: string;
}
interface Description {
  paths: Record<string, { post: { responses: Record<string, Described>; requestBody: Described } }>;
  components: { schemas: { ErrorCode: { enum: string[] } }; responses: Record<string, Described> };
}
const description = parse(text) as Description;

describe("[L8] openapi.yaml", () => {
  const ajv = new Ajv2020({ strict: false });
  ajv.addSchema({ $id: "api", ...description });

  /** Throws unless the answer is one that the description has. */
  function check(name: string, answer: Response): void {
    const described = description.paths[`/${name}`]?.post.responses[String(answer.status)];
    expect(described, `${name} answers ${answer.status}`).not.to.equal(undefined);
    const shared = described?.$ref?.split("/").at(-1);
    const response = (
      shared === undefined ? described : description.components.responses[shared]
    ) as Described;
    const schema = response.content?.[answer.type]?.schema as { $ref: string } | undefined;
    expect(schema, `${name} answers ${answer.type}`).not.to.equal(undefined);
    const valid = ajv.validate({ $ref: `api${schema?.$ref}` }, answer.body);
    expect(valid, `${name} ${answer.status}: ${ajv.errorsText()} in ${answer.text}`).to.equal(true);
    for (const header of Object.keys(response.headers ?? {}))
      expect(answer.headers[header.toLowerCase()], `${name} ${answer.status} without ${header}`).to.be.a(
        "string",
      );
  }

  const secret = "a-secret-of-the-client-that-is-long-enough";
  const clients = [{ tenant_id: "acme", client_id: "web", secrets: [secret] }];
  const who = { tenant_id: "acme", client_id: "web" };
  const alice = { ...who, email: "alice@example.com" };
  const nora = { ...who, email: "nora@example.com" };
  const number = "+12015550123";

  const make = () =>
    makeApp({
      routes: (app, { factors }) =>
        void app.use(
          "/webauthn/sms",
          smsApi(factors, { clients, signup: { fields: [{ name: "email", label: "Email" }] } }),
        ),
    });
  const caller =
    (app: TestApp) =>
    async (name: string, body: object, status: number, key = secret) => {
      const answer = await supertest(app.server)
        .post(`/webauthn/sms/${name}`)
        .set("Authorization", `Bearer ${key}`)
        .send(body);
      expect(answer.status, answer.text).to.equal(status);
      check(name, answer);
      return answer;
    };

  it("is valid OpenAPI 3.1", async () => {
    const result = await new Validator().validate(text);
    expect(result.errors ?? []).to.deep.equal([]);
    expect(result.valid).to.equal(true);
  });

  it("names every error code that the package has, and no other", () => {
    const listed = [...description.components.schemas.ErrorCode.enum].sort();
    const known = Object.keys(statuses)
      .filter((code) => code !== "no_challenge")
      .sort();
    expect(listed).to.deep.equal(known);
  });

  it("describes every real answer", async () => {
    const app = make();
    const call = caller(app);
    await call("beginSetup", { ...nora, phone_number: number }, 200);
    await call("beginSetup", { ...nora, phone_number: number }, 429);
    await call("confirmSetup", { ...nora, phone_number: number, code: wrong(app.outbox.code()) }, 400);
    await call("confirmSetup", { ...nora, phone_number: "+12015550124", code: "123456" }, 400);
    await call("confirmSetup", { ...nora, phone_number: number, code: app.outbox.code() }, 200);
    await call("confirmSetup", { ...nora, phone_number: number, code: "123456" }, 401);
    await call("beginSetup", { ...alice, phone_number: "+12015550199" }, 401);
    await call("beginSetup", { ...nora, phone_number: "+886912345678" }, 400);
    await call("requestCode", alice, 200);
    await call("requestCode", { ...alice, email: "nobody@example.com" }, 200);
    await call("verify", { ...alice, code: wrong(app.outbox.code()) }, 400);
    await call("verify", { ...alice, code: app.outbox.code() }, 200);
    await call("verify", { ...alice, code: "123456" }, 401);
    for (const name of ["beginSetup", "confirmSetup", "requestCode", "verify"]) {
      await call(name, {}, 400);
      await call(name, { ...alice, phone_number: number, code: "1", more: 1 }, 400);
    }
    await call("requestCode", alice, 401, "wrong");
    const mia = { ...who, phone_number: "+886978000111" };
    await call("signup/send", mia, 200);
    await call("signup/send", mia, 429);
    await call("signup/send", { ...mia, phone_number: "1" }, 400);
    const email = "mia@example.com";
    await call("signup/verify", { ...mia, email, code: wrong(app.outbox.code()) }, 400);
    await call("signup/verify", { ...mia, email, code: app.outbox.code() }, 200);
    await call("signup/verify", { ...mia, email, code: "123456" }, 401);
    // Told to sessions only.
    const me = visitor(app);
    await me.logIn("alice");
    app.outbox.failWith(new Error("no"));
    app.clock.advance(60_000);
    check("requestCode", await me.post("/webauthn/sms/requestCode", alice).expect(500));
  });

  it("describes what is refused when limits are reached, and when delivery is off", async () => {
    const app = make();
    const call = caller(app);
    await call("requestCode", alice, 200);
    const bad = wrong(app.outbox.code());
    for (let i = 0; i < 5; i++) await call("verify", { ...alice, code: bad }, 400);
    const off = makeApp({
      sms: { transport: { name: "off", off: true, send: () => Promise.reject(new Error("off")) } },
      routes: (on, { factors }) => void on.use("/webauthn/sms", smsApi(factors, { clients })),
    });
    await caller(off)("requestCode", alice, 503);
  });
});
