import { expect } from "chai";
import {
  disabledTransport,
  email,
  EmailStrategy,
  requireFactors,
  totp,
  verification,
  type Accounts,
  type EmailOptions,
} from "../../lib/index.ts";
import { outbox } from "../../lib/testing/outbox.ts";
import { accountsIn, type User } from "../support/app.ts";
import { addEmail, emailApp, NORAS, withEmail, type EmailApp } from "../support/email-scene.ts";
import { visitor } from "../support/visitor.ts";

const transport = outbox();
const make = (options: object) => () => email({ transport, ...options } as EmailOptions);

describe("email()", () => {
  it("refuses at start what cannot work, and names the option", () => {
    for (const [options, says] of [
      [{ transport: undefined }, "email: transport is required"],
      [{ transport: { name: "x" } }, "email: transport must be a transport"],
      [
        { transport: { ...transport, name: "twilio", channels: ["sms", "call"] } },
        'email: transport "twilio" carries no mails (sms, call)',
      ],
      [{ codeLength: 5 }, "email: codeLength must be an integer from 6 to 10"],
      [{ ttlSeconds: 601 }, "email: ttlSeconds must be an integer from 60 to 600"],
      [{ guessesPerCode: 11 }, "email: guessesPerCode must be"],
      [{ cooldownSeconds: [] }, "email: cooldownSeconds must be"],
      [
        { dangerouslyAllowEmailAsFactor: "yes" },
        "email: dangerouslyAllowEmailAsFactor must be true or false",
      ],
      [{ dangerouslyAllowEmailAsfactor: true }, "did you mean dangerouslyAllowEmailAsFactor?"],
    ] as const)
      expect(make(options), says).to.throw(TypeError, says);
  });

  it("[A13] is for recovery, and no second factor unless it is told to be one", () => {
    expect(email({ transport }).uses).to.deep.equal(["recovery"]);
    expect(email({ transport, dangerouslyAllowEmailAsFactor: true }).uses).to.deep.equal([
      "login",
      "step-up",
      "recovery",
    ]);
    expect(email({ transport })).to.include({
      name: "email",
      class: "address",
      amr: "otp",
      field: "email_code",
    });
  });

  it("[A13] stops the start of an app that mounts it as one", () => {
    const { factors } = emailApp();
    const says = /factor "email" is no second factor: its uses are without login and step-up/;
    expect(() => verification(factors, "email")).to.throw(TypeError, says);
    expect(() => new EmailStrategy(factors)).to.throw(TypeError, says);
    expect(() => requireFactors(factors, { factors: ["email"] })).to.throw(TypeError, says);
    const allowed = emailApp({ email: { dangerouslyAllowEmailAsFactor: true } });
    expect(() => new EmailStrategy(allowed.factors)).not.to.throw();
    expect(() => requireFactors(allowed.factors, { factors: ["email"] })).not.to.throw();
  });

  it("beside one second factor, leaves that one's page the place to prove", () => {
    expect(emailApp().factors.paths.verification).to.equal("/sms_verification/new");
    expect(emailApp({ more: [totp()] }).factors.paths.verification).to.equal("/second_factor/new");
  });
});

describe("a login by mail, where the app allows it", () => {
  const allow = (more: Parameters<typeof emailApp>[0] = {}): EmailApp =>
    emailApp({ email: { dangerouslyAllowEmailAsFactor: true }, ...more });

  it("is offered with the address masked, sent, and passed by its code", async () => {
    const app = allow();
    await withEmail(app);
    const me = visitor(app);
    await me.logIn("nora");
    expect((await me.get("/second_factor").expect(200)).body.factors).to.deep.equal([
      {
        name: "email",
        label: "Email n***@example.net",
        display: "n***@example.net",
        begin: "/email_verification/challenge",
        verify: "/email_verification",
        field: "email_code",
      },
    ]);
    await me.post("/email_verification/challenge").expect(201);
    expect(app.mails.last(NORAS).text).to.include("someone else may know your password");
    const { body } = await me.post("/email_verification", { email_code: app.mails.code(NORAS) }).expect(200);
    expect(body).to.deep.include({ success: true, method: "email", amr: ["otp"] });
    await me.get("/chat").expect(200);
    expect((await me.get("/me")).body.amr).to.deep.equal(["pwd", "otp", "mfa"]);
    expect(app.named("factor_passed").at(-1)?.event).to.include({ factor: "email", purpose: "login" });
  });

  it("passes by the strategy too, once", async () => {
    const app = allow();
    await withEmail(app);
    const me = visitor(app);
    await me.logIn("nora");
    await me.post("/email_verification/challenge").expect(201);
    const code = app.mails.code(NORAS);
    await me.get(`/login/email?code=${code}`).expect(200);
    const other = visitor(app);
    await other.logIn("nora");
    await other.get(`/login/email?email_code=${code}`).expect(401);
  });

  it("goes to the main address of several", async () => {
    const app = allow();
    const me = await withEmail(app);
    app.clock.advance(1000);
    await addEmail(app, me, "other@example.net");
    const next = visitor(app);
    await next.logIn("nora");
    await next.post("/email_verification/challenge").expect(201);
    expect(app.mails.last()).to.include({ to: NORAS, purpose: "login" });
  });

  it("counts as something on file: a password alone adds no other address then", async () => {
    const app = allow();
    await withEmail(app);
    const me = visitor(app);
    await me.logIn("nora");
    expect((await me.post("/security/email", { address: "evil@x.test" }).expect(401)).body.code).to.equal(
      "factor_required",
    );
  });
});

describe("addresses that the app has proven itself", () => {
  const app = (emails: Accounts<User>["emails"], more: Parameters<typeof emailApp>[0] = {}): EmailApp =>
    emailApp({
      email: { dangerouslyAllowEmailAsFactor: true },
      ...more,
      factors: {
        accounts: { ...accountsIn(new Map([["nora", { id: "nora" }]])), ...(emails && { emails }) },
        ...more.factors,
      },
    });
  const login = async (of: EmailApp) => {
    const me = visitor(of);
    await me.logIn("nora");
    return me;
  };

  it("come first, the main one before all, each once, and are the app's to remove", async () => {
    const one = app(() => ["Main@Example.NET", "second@example.net", "Main@example.net"], {
      email: { dangerouslyAllowEmailAsFactor: true },
    });
    const me = await login(one);
    await me.post("/email_verification/challenge").expect(201);
    expect(one.mails.last().to).to.equal("Main@example.net");
    await me.post("/email_verification", { code: one.mails.code() }).expect(200);
    await addEmail(one, me, "third@example.net");
    await addEmail(one, me, "second@example.net");
    const { body } = await me.get("/security").expect(200);
    const found = (body.factors as { id: string | null; display: string }[]).map(({ id, display }) => [
      display,
      id !== null,
    ]);
    expect(found).to.deep.equal([
      ["M***@example.net", false],
      ["s***@example.net", false],
      ["t***@example.net", true],
    ]);
  });

  it("[T51] are nobody's where the app throws, rejects, never answers or answers oddly", async () => {
    const odd: unknown[] = [
      () => {
        throw undefined;
      },
      () => Promise.reject(),
      () => new Promise(() => undefined),
      () => "nora@example.net",
      () => ["nora@example.net, evil@x.test"],
      () => [{ address: NORAS }],
      () => ({}),
      () => true,
    ];
    for (const emails of odd) {
      const one = app(emails as Accounts<User>["emails"], { factors: { timeoutMs: 50 } });
      const me = await login(one);
      for (const answer of [
        await me.post("/email_verification/challenge"),
        await me.post("/email_verification", { code: "123456" }),
        await me.post("/security/email", { address: NORAS }),
        await me.get("/chat"),
      ])
        expect(answer.status, String(emails)).to.be.oneOf([401, 500]);
      expect(one.mails.messages).to.deep.equal([]);
      expect((await me.get("/me")).status).to.equal(500);
    }
  });

  it("are none where the app has none, and nothing is offered while mails are off", async () => {
    for (const none of [undefined, () => [], () => null, () => undefined]) {
      const me = await login(app(none as Accounts<User>["emails"]));
      await me.post("/email_verification/challenge").expect(400);
    }
    const off = app(() => [NORAS], {
      email: { dangerouslyAllowEmailAsFactor: true, transport: disabledTransport() },
    });
    const me = await login(off);
    expect((await me.get("/second_factor").expect(200)).body.factors).to.deep.equal([]);
    expect((await me.post("/email_verification/challenge").expect(503)).body.code).to.equal(
      "delivery_disabled",
    );
  });
});
