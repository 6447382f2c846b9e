import { expect } from "chai";
import type { Response } from "supertest";
import { makeApp, type TestApp } from "../support/app.ts";
import { visitor } from "../support/visitor.ts";

/** Every cookie of ours that a whole life of a device sets, with its attributes. The app's own session cookie is not among them. */
async function cookiesOf(app: TestApp): Promise<string[]> {
  const me = visitor(app);
  const set: string[] = [];
  const note = ({ headers }: Response) => set.push(...((headers["set-cookie"] ?? []) as unknown as string[]));
  note(await me.logIn("alice"));
  note(await me.send().expect(201));
  note(await me.post("/sms_verification", { pin_number: app.outbox.code(), remember_device: true }));
  note(await me.post("/logout"));
  note(await me.logIn("alice"));
  return set.filter((each) => each.startsWith("factors_"));
}

describe("the cookies", () => {
  it("[T83] are Secure wherever publicUrl is https, whatever the proxy speaks to this process", async () => {
    for (const publicUrl of ["https://chat.example", "HTTPS://chat.example:8443/auth"]) {
      const set = await cookiesOf(makeApp({ factors: { rememberDevice: {}, publicUrl } }));
      expect(new Set(set.map((each) => each.replace(/=.*/, "").replace(/_[\w.]{8}$/, "")))).to.deep.equal(
        new Set(["factors_device", "factors_trusted"]),
      );
      for (const each of set) {
        expect(each, publicUrl)
          .to.match(/; Secure(;|$)/)
          .and.match(/; HttpOnly; SameSite=Lax/);
      }
    }
  });

  it("[T83] are Secure for the tenants of such an app too", async () => {
    const app = makeApp({ factors: { rememberDevice: {} } });
    const tenant = app.factors.inTenant("other");
    expect(tenant.publicUrl?.protocol).to.equal("https:");
    const set: string[] = [];
    const request = {
      user: { id: "alice" },
      headers: {},
      sessionID: "s",
      session: { regenerate: (done: () => void) => done() },
      res: { headersSent: false, appendHeader: (_name: string, value: string) => set.push(value) },
    };
    await tenant.begin(request);
    await tenant.verify(request, "sms", app.outbox.code());
    expect(set.map((each) => each.endsWith("; Secure"))).to.deep.equal([true]);
  });

  it("[T83] are not where the app lives on plain http: a browser would drop them", async () => {
    const set = await cookiesOf(
      makeApp({ factors: { rememberDevice: {}, publicUrl: "http://chat.example" } }),
    );
    expect(set.length).to.be.at.least(3);
    for (const each of set) expect(each).not.to.include("Secure");
  });

  it("[T83] are Secure where the request was, without a publicUrl", async () => {
    const app = makeApp({ trustProxy: true, factors: { publicUrl: undefined as never } });
    const me = visitor(app, "json", { "X-Forwarded-Proto": "https" });
    await me.logIn("alice");
    await me.send().expect(201);
    const { headers } = await me.verify(app.outbox.code()).expect(200);
    expect(
      (headers["set-cookie"] as unknown as string[]).find((each) => each.startsWith("factors_")),
    ).to.match(/; Secure$/);
  });
});
