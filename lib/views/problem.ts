import { html } from "./html.ts";
import { errorText, layout } from "./layout.ts";
import type { ProblemPage } from "./pages.ts";

/** What is shown where no form can mend it: the reason and a way on. */
export function problemView(page: ProblemPage): string {
  const { t } = page;
  return layout(
    page,
    t("problem.title"),
    html`${errorText(page.error)}
<p><a class="button" href="${page.backUrl}">${t("problem.back")}</a></p>
<p class="number" aria-hidden="true">${page.status}</p>`,
  );
}
