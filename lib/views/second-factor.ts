import { html, type Html } from "./html.ts";
import { errorText, layout } from "./layout.ts";
import type { SecondFactorPage } from "./pages.ts";

/** Asks which of the factors on file to use: one button each, in the app's order, and one for who has none of them at hand. */
export function secondFactorView(page: SecondFactorPage): string {
  const { t, error, offers } = page;
  if (page.none || offers.length === 0) return nothingElse(page);
  return layout(
    page,
    t("secondFactor.title"),
    html`<p>${t("secondFactor.intro")}</p>
${errorText(error)}
<form method="post" action="${page.action}" class="choices">
${offers.map(choice)}<button class="link" name="factor" value="none">${t("secondFactor.neither")}</button>
</form>`,
  );
}

const choice = ({ name, label }: SecondFactorPage["offers"][number]): Html =>
  html`<button class="quiet" name="factor" value="${name}">${label}</button>
`;

function nothingElse(page: SecondFactorPage): string {
  const { t, offers } = page;
  return layout(
    page,
    t("secondFactor.noneTitle"),
    html`<p>${t("secondFactor.none")}</p>
${offers.length > 0 && html`<p><a class="button" href="${page.action}/new">${t("secondFactor.back")}</a></p>`}
<form method="post" action="${page.startOverAction}"><button class="link">${t("verification.startOver")}</button></form>`,
  );
}
