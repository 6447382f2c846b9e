import supertest from "supertest";
import twilio from "twilio";
import { twilioTransport, type TwilioOptions, type Transport } from "../../lib/index.ts";
import type { TestApp } from "./app.ts";
import { json, provider, type Answer, type Got, type Provider } from "./provider.ts";

export const AUTH_TOKEN = "the-auth-token";
/** The code that the pretended Verify makes. */
export const MANAGED_CODE = "654321";

export interface FakeTwilio extends Provider {
  transport(more?: Partial<TwilioOptions>): Transport;
  /** The last request to Messages, Calls, Verifications or VerificationCheck. */
  last(what: string): Got;
  /** Its id. */
  sid: string;
  /** How it answers unless told otherwise. */
  usual: Answer;
  /** Posts what Twilio would: signed for the address that it was given, sent to the app. */
  report(app: Pick<TestApp, "server">, form: Record<string, string>, how?: ReportHow): supertest.Test;
}

export interface ReportHow {
  /** The address as Twilio knows it. */
  url?: string;
  token?: string;
  signature?: string | undefined;
  headers?: Record<string, string>;
}

/** A server that answers as Twilio does, as far as this package asks. */
export async function fakeTwilio(): Promise<FakeTwilio> {
  const server = await provider();
  let count = 0;
  const open = new Set<string>();
  const fake: FakeTwilio = {
    ...server,
    sid: "",
    usual: (res, got) => usual(res, got),
    transport: (more = {}) =>
      twilioTransport({
        accountSid: "AC1",
        authToken: AUTH_TOKEN,
        from: "+15550001111",
        whatsappFrom: "+15550002222",
        apiBaseUrl: server.url,
        ...more,
      }),
    last(what) {
      const found = server.got.findLast(({ path }) => new RegExp(`/${what}(\\.json)?$`).test(path));
      if (found === undefined) throw new Error(`nothing was asked of ${what}`);
      return found;
    },
    report(app, form, how = {}) {
      const { url = "https://chat.example/delivery/twilio", token = AUTH_TOKEN, headers = {} } = how;
      const signature =
        "signature" in how ? how.signature : twilio.getExpectedTwilioSignature(token, url, form);
      const { pathname, search } = new URL(url);
      const posting = supertest(app.server).post(`${pathname}${search}`).type("form").set(headers);
      if (signature !== undefined) posting.set("X-Twilio-Signature", signature);
      return posting.send(form);
    },
  };
  const created = (prefix: string): Answer => {
    fake.sid = `${prefix}${++count}`;
    return json(201, { sid: fake.sid, status: "queued" });
  };
  const usual: Answer = (res, got) => {
    const answer = (): Answer => {
      if (got.path.endsWith("/Messages.json")) return created("SM");
      if (got.path.endsWith("/Calls.json")) return created("CA");
      if (got.path.endsWith("/Verifications")) {
        const how = created("VE");
        open.add(fake.sid);
        return how;
      }
      const { VerificationSid: sid = "", Code: code } = got.form;
      if (!open.has(sid)) return json(404, { code: 20404 });
      if (code !== MANAGED_CODE) return json(200, { status: "pending", valid: false });
      open.delete(sid);
      return json(200, { status: "approved", valid: true });
    };
    answer()(res, got);
  };
  server.answer(usual);
  return fake;
}
