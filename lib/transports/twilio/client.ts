import { post, type PostAnswer } from "../http-post.ts";
import { hasFailed } from "../refusals.ts";
import { deliveryError } from "../transport.ts";
import { twilioFailure } from "./failures.ts";

/** A form field may stand more than once. */
export type Form = Readonly<Record<string, string | readonly string[] | undefined>>;

export interface TwilioClient {
  /** The answer's JSON object. Rejects with a `deliveryError` for anything but a 2xx answer that names a `sid`, and for one that has failed already. */
  create(url: string, form: Form, signal: AbortSignal): Promise<Created>;
  /** The answer as it is. */
  ask(url: string, form: Form, signal: AbortSignal): Promise<PostAnswer>;
  readonly accountSid: string;
}

export type Created = Readonly<Record<string, unknown>> & { sid: string };

export function twilioClient(accountSid: string, authToken: string, timeoutMs: number): TwilioClient {
  const headers = {
    authorization: `Basic ${Buffer.from(`${accountSid}:${authToken}`).toString("base64")}`,
    "content-type": "application/x-www-form-urlencoded",
    accept: "application/json",
  };
  const ask: TwilioClient["ask"] = (url, form, signal) =>
    post({ name: "twilio", url, headers, body: encode(form), signal, timeoutMs });
  return {
    accountSid,
    ask,
    async create(url, form, signal) {
      const answer = await ask(url, form, signal);
      if (answer.status < 200 || answer.status > 299) throw twilioFailure(answer);
      if (hasFailed(answer.body["status"])) throw twilioFailure(answer);
      const { sid } = answer.body;
      // Taken or not: without an id nobody can tell.
      if (typeof sid !== "string" || sid === "")
        throw deliveryError("ambiguous", `twilio: HTTP ${answer.status} without a sid`);
      return { ...answer.body, sid };
    },
  };
}

function encode(form: Form): string {
  const body = new URLSearchParams();
  for (const [name, value] of Object.entries(form)) {
    for (const each of typeof value === "string" ? [value] : (value ?? [])) body.append(name, each);
  }
  return body.toString();
}
