import type { Texts } from "../locales/en.ts";
import { html, type Html } from "./html.ts";
import type { PendingCode, SmsVerificationPage } from "./pages.ts";
import { withPiece } from "./piece.ts";

type Pending = PendingCode & { display: string };
type Of = Pick<SmsVerificationPage, "t" | "channel" | "challengeUrl" | "pageUrl">;

const STATUSES = ["queued", "sent", "delivered", "failed", "ringing", "answered", "missed"] as const;
const MAY_CHANGE = new Set(["queued", "sent", "ringing", "answered"]);

/** Why a message failed, where the person can mend it or must know. */
const REASONS: readonly string[] = [
  "invalid_phone_number",
  "country_not_allowed",
  "recipient_stopped",
  "recipient_unreachable",
  "email_unreachable",
];

/** Nothing arrived that could be typed. */
export const isLost = ({ delivery }: Pending): boolean => delivery === "failed" || delivery === "missed";

/** What became of a message that did not arrive; undefined of one that did, or may. */
export function whatFailed(
  { t }: Of,
  challenge: Pending,
  words: (values: { display: string }) => string,
): Html | string | undefined {
  if (!isLost(challenge)) return undefined;
  const { delivery, delivery_reason: reason, display, typed_number } = challenge;
  if (delivery === "missed") return t("delivery.missed");
  if (REASONS.includes(String(reason))) return t(`error.${reason}` as keyof Texts);
  const number = html`<bdi class="tel" dir="ltr">${typed_number ?? display}</bdi>`;
  return withPiece((hole) => words({ display: hole }), number);
}

/** What became of the message: as it stood when the page was made and, where somebody tells, followed by script from there. */
export function deliveryLine(page: Of, { delivery: status }: Pending): Html {
  const { t, channel } = page;
  const textOf = (name: string) => {
    const calling = channel === "call" && (name === "queued" || name === "sent");
    return t(calling ? "delivery.calling" : (`delivery.${name}` as keyof Texts));
  };
  const known = STATUSES.find((each) => each === status) ?? "sent";
  const texts = JSON.stringify(Object.fromEntries(STATUSES.map((name) => [name, textOf(name)])));
  const follows = page.challengeUrl !== undefined && MAY_CHANGE.has(known);
  return html`<p class="status" role="status" data-delivery="${known}"${follows && html` data-follow="${page.challengeUrl}" data-page="${page.pageUrl}"`} data-texts="${texts}">${textOf(known)}</p>`;
}
