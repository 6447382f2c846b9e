import supertest from "supertest";
import { smsApi, type ApiClient, type SmsApiOptions } from "../../lib/index.ts";
import { makeApp, type AppOptions, type TestApp } from "./app.ts";

export const SECRET = "the-secret-of-the-web-client-long-enough";
export const NEXT = "the-next-secret-of-the-web-client-as-long";
export const CLIENTS: ApiClient[] = [
  { tenant_id: "acme", client_id: "web", secrets: [SECRET, NEXT] },
  { tenant_id: "acme", client_id: "ios", secrets: ["the-secret-of-the-other-client-long-enough"] },
  { tenant_id: "globex", client_id: "web", secrets: ["the-secret-of-the-other-tenant-long-enough"] },
];
export const WEB = { tenant_id: "acme", client_id: "web" };
export const ALICE = { ...WEB, email: "alice@example.com" };
export const NORA = { ...WEB, email: "nora@example.com" };
export const NOBODY = { ...WEB, email: "nobody@example.com" };
export const NUMBER = "+12015550123";

/** An app with the REST door, for both tenants' clients. */
export const restApp =
  (express: 4 | 5) =>
  (more: AppOptions = {}, options: Partial<SmsApiOptions> = {}): TestApp =>
    makeApp({
      express,
      routes: (app, { factors }) =>
        void app.use("/webauthn/sms", smsApi(factors, { clients: CLIENTS, ...options })),
      ...more,
    });

/** One call, by the web client of acme where no other secret is given; an empty one sends none. */
export function call(app: TestApp, name: string, body: object, secret: string = SECRET): supertest.Test {
  const request = supertest(app.server).post(`/webauthn/sms/${name}`);
  if (secret !== "") request.set("Authorization", `Bearer ${secret}`);
  return request.send(body);
}
