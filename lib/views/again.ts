import { duration } from "../locales/duration.ts";
import { html, type Html } from "./html.ts";
import type { Page } from "./pages.ts";

/** What the line under a code field says. */
export interface AgainParts {
  /** POST here to be sent a code, or to have it sent again. */
  action: string;
  /** What the button says. */
  label: string;
  /** Until it may be pressed. */
  waitSeconds: number;
  /** The same code by another channel. */
  instead?: readonly { action: string; label: string }[] | undefined;
  /** Where another factor can be chosen; absent where there is none. */
  otherWays?: string | undefined;
  /** POST here to forget the code. */
  startOver?: string | undefined;
}

/** Didn't get it? Resend (0:29) · Call me instead · Try another way. Without script the button always works, and the server says how long to wait. */
export function againLine(
  { t }: Pick<Page, "t">,
  { action, label, waitSeconds, instead = [], otherWays, startOver }: AgainParts,
): Html {
  const waits = t("verification.resendWait", { time: duration(waitSeconds) });
  return html`<div class="again">
<p>${t("verification.notGot")}</p>
<form method="post" action="${action}" data-resend-in="${waitSeconds}" data-text="${t("verification.resendWait")}" data-over="${t("verification.resendReady")}"><button class="link" aria-describedby="resend-wait">${label}<span aria-hidden="true" data-left></span></button><span class="hidden" id="resend-wait">${waitSeconds > 0 && waits}</span><span class="hidden" role="status"></span></form>
${instead.map((each) => html`<form method="post" action="${each.action}" data-waits><button class="link" aria-describedby="resend-wait">${each.label}</button></form>\n`)}${otherWays !== undefined && html`<a href="${otherWays}">${t("verification.otherWays")}</a>\n`}${startOver !== undefined && html`<form method="post" action="${startOver}"><button class="link">${t("verification.startOver")}</button></form>`}</div>`;
}

/** Where no code is there to be typed: the button that asks for one, first and loud. */
export function askForm({ t }: Pick<Page, "t">, { action, label, waitSeconds }: AgainParts): Html {
  const waits = t("verification.resendWait", { time: duration(waitSeconds) });
  return html`<form method="post" action="${action}" data-resend-in="${waitSeconds}" data-text="${t("verification.resendWait")}" data-over="${t("verification.resendReady")}"><button aria-describedby="ask-wait">${label}<span aria-hidden="true" data-left></span></button><p class="status" id="ask-wait">${waitSeconds > 0 && waits}</p><span class="hidden" role="status"></span></form>`;
}
