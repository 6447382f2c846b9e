import { expect } from "chai";
import { email, EmailStrategy, factorSettings, type EmailOptions, type Notice } from "../../lib/index.ts";
import { outbox, type Outbox } from "../../lib/testing/outbox.ts";
import { makeApp, type AppOptions, type TestApp } from "./app.ts";
import { visitor, type Visitor } from "./visitor.ts";

/** An app with codes by mail beside text messages, and `/security`; with `dangerouslyAllowEmailAsFactor` a strategy at `/login/email` too. */
export interface EmailApp extends TestApp {
  /** What went out by mail. */
  mails: Outbox;
  notices: Notice<unknown>[];
  named(event: string): TestApp["events"];
}

export function emailApp(options: AppOptions & { email?: Partial<EmailOptions> } = {}): EmailApp {
  const notices: Notice<unknown>[] = [];
  const mails = outbox();
  const { email: settings, ...rest } = options;
  const app = makeApp({
    ...rest,
    more: [email({ transport: mails, ...settings }), ...(rest.more ?? [])],
    factors: { notify: (notice) => void notices.push(notice), ...rest.factors },
    routes(express, parts) {
      express.use("/security", factorSettings(parts.factors));
      if (settings?.dangerouslyAllowEmailAsFactor === true) {
        parts.passport.use(new EmailStrategy(parts.factors));
        express.get("/login/email", parts.passport.authenticate("email") as never, (req, res) => {
          res.json({ authInfo: req.authInfo });
        });
      }
      rest.routes?.(express, parts);
    },
  });
  return { ...app, mails, notices, named: (event) => app.events.filter(({ name }) => name === event) };
}

export const NORAS = "nora@example.net";

/** Puts an address on file in a session that may. */
export async function addEmail(app: EmailApp, me: Visitor, address = NORAS): Promise<void> {
  await me.post("/security/email", { address }).expect(201);
  const { body } = await me.post("/security/email/confirm", { code: app.mails.code(address) }).expect(200);
  expect(body).to.include({ success: true, factor: "email" });
}

/** Somebody without a phone who has put an address on file. */
export async function withEmail(app: EmailApp, address = NORAS): Promise<Visitor> {
  const me = visitor(app);
  await me.logIn("nora");
  await addEmail(app, me, address);
  return me;
}
