/** The answer to a code that is on its way. */
export interface CodeSent {
  /** Always true: a refusal is thrown. */
  success: true;
  /** For people, in their language. */
  message: string;
  /** `***-***-1234`. */
  phone_display: string;
  /** Minutes that the code lives. */
  expires_in_minutes: number;
  /** Guesses that are left. */
  attempts_remaining: number;
}

/** A number is on file. */
export interface SetupConfirmed {
  /** Always true: a refusal is thrown. */
  success: true;
  /** For people, in their language. */
  message: string;
  /** The number, masked. */
  phone_display: string;
}

/** A code was right. */
export interface CodeVerified {
  /** Always true: a refusal is thrown. */
  success: true;
  /** For people, in their language. */
  message: string;
  /** The name of the factor. */
  method: string;
  /** Whom it is about. */
  email: string;
  /** The tenant it belongs to. */
  tenant_id: string;
}

/** An account is made. */
export interface SignedUp {
  /** Always true: a refusal is thrown. */
  success: true;
  /** For people, in their language. */
  message: string;
  /** The name of the factor. */
  method: string;
  /** The number, masked. */
  phone_display: string;
  /** The tenant it belongs to. */
  tenant_id: string;
}

/** Options of `smsClient`; docs/options.md has every default, unit and range. */
export interface SmsClientOptions {
  /** Where `smsApi` is mounted: `https://chat.example/webauthn/sms`, or `/webauthn/sms` in a browser. */
  url: string;
  /** The tenant it belongs to. */
  tenant_id: string;
  /** The client of the API. */
  client_id: string;
  /** The client's secret; for servers only. A browser brings its session. */
  secret?: string;
  /** @default globalThis.fetch */
  fetch?: typeof fetch;
}

/** What the API said no with. `code` is stable; `message` is for people. */
export class SmsApiError extends Error {
  /** The HTTP status. */
  readonly status: number;
  /** Stable, for programs. */
  readonly code: string;
  /** The field that is typed. */
  readonly field: string | undefined;
  /** Guesses that are left. */
  readonly attemptsRemaining: number | undefined;
  /** Seconds. */
  readonly retryAfter: number | undefined;

  constructor(status: number, problem: Record<string, unknown>) {
    super(typeof problem["message"] === "string" ? problem["message"] : `HTTP ${status}`);
    this.name = "SmsApiError";
    this.status = status;
    this.code = typeof problem["code"] === "string" ? problem["code"] : "unexpected_answer";
    this.field = problem["field"] as string | undefined;
    this.attemptsRemaining = problem["attempts_remaining"] as number | undefined;
    this.retryAfter = problem["retry_after"] as number | undefined;
  }
}

/** The calls of the REST API, typed; each rejects with an {@link SmsApiError}, or with what `fetch` rejects with. */
export interface SmsClient {
  /** Sends a code to a number that is to be registered. */
  beginSetup(call: { email: string; phone_number: string }): Promise<CodeSent>;
  /** Registers the number with its code. */
  confirmSetup(call: { email: string; phone_number: string; code: string }): Promise<SetupConfirmed>;
  /** With `phone_number` it does what `beginSetup` does. */
  requestCode(call: { email: string; phone_number?: string }): Promise<CodeSent>;
  /** Judges the code that somebody typed. */
  verify(call: { email: string; code: string }): Promise<CodeVerified>;
  /** Sends a code to the number of somebody who signs up. */
  signupSend(call: { phone_number: string }): Promise<CodeSent>;
  /** Beside the code, what the app asks for: `email`, … */
  signupVerify(call: { phone_number: string; code: string; [field: string]: string }): Promise<SignedUp>;
}

/**
 * @example
 * const api = smsClient({ url: "https://chat.example/webauthn/sms", tenant_id: "acme", client_id: "web", secret });
 * await api.requestCode({ email });
 */
export function smsClient(options: SmsClientOptions): SmsClient {
  const { url, tenant_id, client_id, secret, fetch: send = globalThis.fetch, ...others } = options;
  const [unknown] = Object.keys(others);
  if (unknown !== undefined)
    throw new TypeError(
      `smsClient: unknown option "${unknown}"; known are url, tenant_id, client_id, secret, fetch`,
    );
  const headers: Record<string, string> = { "content-type": "application/json", accept: "application/json" };
  if (secret !== undefined) headers["authorization"] = `Bearer ${secret}`;

  const call =
    <Answer>(name: string) =>
    async (fields: object): Promise<Answer> => {
      const body = JSON.stringify({ tenant_id, client_id, ...fields });
      const answer = await send(`${url.replace(/\/$/, "")}/${name}`, {
        method: "POST",
        headers,
        body,
        credentials: "same-origin",
      });
      const json = (await answer.json().catch(() => ({}))) as Record<string, unknown>;
      if (answer.ok && json["success"] === true) return json as Answer;
      throw new SmsApiError(answer.status, json);
    };

  return {
    beginSetup: call("beginSetup"),
    confirmSetup: call("confirmSetup"),
    requestCode: call("requestCode"),
    verify: call("verify"),
    signupSend: call("signup/send"),
    signupVerify: call("signup/verify"),
  };
}
