import { html, type Html } from "./html.ts";
import { blame, errorText, layout } from "./layout.ts";
import { localDate } from "./local-date.ts";
import { withPiece } from "./piece.ts";
import type { ApprovalPage } from "./pages.ts";

/** Where a recovery is decided elsewhere: the number is typed on a device of the account, or read out by a person. */
export function approvalView(page: ApprovalPage): string {
  const { t, by, waiting, decided, error } = page;
  const { general } = blame(error, ["number"]);
  return layout(
    page,
    t(by === "device" ? "approval.title" : "vouch.title"),
    html`${errorText(general)}
${decided === undefined ? waiting.map((each) => request(page, each)) : outcome(page, decided)}
${decided === undefined && waiting.length === 0 && html`<p>${t("approval.none")}</p>`}
<div class="ways"><a href="${page.backUrl}">${t("problem.back")}</a></div>`,
  );
}

function request(page: ApprovalPage, { id, from, requested_at }: ApprovalPage["waiting"][number]): Html {
  const { t, by, locale, action, error } = page;
  const { field } = blame(error, ["number"]);
  const said = (time: string) =>
    by === "device" ? t("approval.intro", { time }) : t("vouch.intro", { name: from ?? "", time });
  return html`<p>${withPiece(said, localDate(locale, requested_at, "hour"))}</p>
<form method="post" action="${action}">
<input type="hidden" name="id" value="${id}">
${
  by === "device" &&
  html`<label for="number">${t("approval.number")}</label>
<input id="number" name="number" type="text" inputmode="numeric" autocomplete="off" maxlength="16" required${field !== undefined && html` aria-invalid="true" aria-describedby="number-error"`}>
${field !== undefined && errorText(error, field)}
`
}<button name="decision" value="approve">${t(by === "device" ? "approval.approve" : "vouch.approve")}</button>
</form>
<form method="post" action="${action}">
<input type="hidden" name="id" value="${id}">
<button class="quiet" name="decision" value="deny">${t("approval.deny")}</button>
</form>`;
}

function outcome({ t }: ApprovalPage, { approved, number }: NonNullable<ApprovalPage["decided"]>): Html {
  if (!approved) return html`<p>${t("approval.denied")}</p>`;
  if (number === undefined) return html`<p>${t("approval.approved")}</p>`;
  const groups = `${number.slice(0, 3)} ${number.slice(3)}`;
  return html`<p>${t("vouch.read")}</p>
<p class="big" translate="no">${groups}</p>`;
}
