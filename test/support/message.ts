import { codeMail } from "../../lib/email/mail.ts";
import type { Message } from "../../lib/index.ts";

export const message: Message = {
  id: "0b9f6ad4-6c3f-4c3e-9a39-0d5a1f9a7b11",
  channel: "sms",
  to: "+886912345678",
  text: "730512 is your Chat code (K7Q2). It expires in 5 min. Never share it.\n\n@chat.example #730512",
  code: "730512",
  reference: "K7Q2",
  purpose: "login",
  locale: "en",
  appName: "Chat",
  expiresAt: Date.UTC(2026, 0, 1),
};

export const signal = new AbortController().signal;

/** The same code by mail. */
export const mail: Message = {
  ...message,
  channel: "email",
  to: "ann@example.net",
  ...codeMail({ ...message, minutes: 5 }),
};
