import { pictureOf } from "../factors/pictures.ts";
import { html, type Html } from "./html.ts";
import { icon } from "./icons.ts";
import { errorText, layout } from "./layout.ts";
import type { SecondFactorPage } from "./pages.ts";
import { withPiece } from "./piece.ts";

type Offer = SecondFactorPage["offers"][number];

/** Asks which of the factors on file to use: one button each, the strongest first, and one for who has none of them at hand. */
export function secondFactorView(page: SecondFactorPage): string {
  const { t, error, offers } = page;
  if (page.none || offers.length === 0) return nothingElse(page);
  return layout(
    page,
    t("secondFactor.title"),
    html`<p>${t("secondFactor.intro")}</p>
${errorText(error)}
<form method="post" action="${page.action}" class="choices"${waits(page) && html` data-wait="${error?.retry_after}"`}>
${offers.map((offer) => choice(page, offer))}<button class="link" name="factor" value="none">${t("secondFactor.neither")}</button>
</form>`,
  );
}

/** Nothing can be sent to the phone for a while. */
const waits = ({ error }: SecondFactorPage): boolean =>
  error?.retry_after !== undefined && (error.code === "too_many_requests" || error.code === "sends_paused");

function choice(page: SecondFactorPage, offer: Offer): Html {
  const isOff = offer.phone_display !== undefined && waits(page);
  return html`<button class="quiet" name="factor" value="${offer.name}"${isOff && html` disabled`}>${icon(pictureOf(offer.name))}<span>${labelOf(offer)}${badges(page, offer)}</span></button>
`;
}

/** What helps to choose: which is the strongest, and which was at hand the last time. */
function badges({ t }: SecondFactorPage, { recommended, last_used }: Offer): Html | undefined {
  if (recommended === undefined && last_used === undefined) return undefined;
  return html`<span class="badges">${recommended && html` <span class="badge">${t("secondFactor.recommended")}</span>`}${last_used && html` <span class="badge plain">${t("secondFactor.lastUsed")}</span>`}</span>`;
}

/** Where it names an address, that stands in one piece. */
function labelOf({ label, phone_display, display = phone_display }: Offer): Html | string {
  if (display === undefined || !label.includes(display)) return label;
  const address = html`<bdi class="tel" dir="ltr">${display}</bdi>`;
  return withPiece((hole) => label.replace(display, () => hole), address);
}

function nothingElse(page: SecondFactorPage): string {
  const { t, offers, support } = page;
  const isAny = offers.length > 0;
  const { support: _shownAbove, ...rest } = page;
  return layout(
    rest,
    t(isAny ? "secondFactor.cannotTitle" : "secondFactor.noneTitle"),
    html`<p>${t(isAny ? "secondFactor.cannot" : "secondFactor.none")}</p>
${support !== undefined && html`<p><a class="button" href="${support.url}">${icon("help")}${support.label}</a></p>`}
${isAny && html`<p><a class="button quiet" href="${page.action}/new">${t("secondFactor.back")}</a></p>`}
<form method="post" action="${page.startOverAction}"><button class="link">${t("verification.startOver")}</button></form>`,
  );
}
