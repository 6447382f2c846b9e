/** One message to one phone. The text is complete; `code` stands beside it for transports that have templates. */
export interface Message {
  /** Idempotency id: the same for every try of this message. */
  id: string;
  channel: "sms" | (string & {});
  /** E.164. */
  to: string;
  text: string;
  code: string;
  purpose: string;
  /** BCP 47. */
  locale: string;
  /** Milliseconds since the epoch. */
  expiresAt: number;
}

/** What a provider said when it took the message. */
export interface Receipt {
  /** The provider's id of the message. */
  id?: string;
  status: "queued" | "sent";
}

/** What carries a message. Rejects when the message was not taken. */
export interface Transport {
  readonly name: string;
  send(message: Message, signal: AbortSignal): Promise<Receipt>;
}
