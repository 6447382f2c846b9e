import { html } from "./html.ts";
import { errorText, layout } from "./layout.ts";
import type { RecoveryLinkPage } from "./pages.ts";

/** Opening it does nothing, as scanners open links too: the button does. The token stands behind `#`; without script, the link is pasted. */
export function recoveryLinkView({ t, action, error, cancels, loginUrl, ...page }: RecoveryLinkPage): string {
  if (cancels === "done")
    return layout(
      { ...page, t },
      t("recovery.cancelDone"),
      html`<p>${t("recovery.cancelDoneIntro")}</p>
<div class="ways"><a href="${loginUrl}">${t("recovery.signIn")}</a></div>`,
    );
  return layout(
    { ...page, t },
    t(cancels === undefined ? "recovery.linkTitle" : "recovery.cancelTitle"),
    html`${errorText(error)}
${cancels !== undefined && html`<p>${t("recovery.cancelIntro")}</p>`}
<form method="post" action="${action}" data-link>
<label for="token">${t("recovery.linkPaste")}</label>
<input id="token" name="token" type="text" autocomplete="off" maxlength="400" spellcheck="false" required>
<button>${t(cancels === undefined ? "recovery.linkGo" : "recovery.cancelGo")}</button>
</form>`,
  );
}
