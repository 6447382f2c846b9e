import { html } from "./html.ts";
import { errorText, layout } from "./layout.ts";
import type { RecoveryLinkPage } from "./pages.ts";

/** Opening it does nothing, as scanners open links too: the button does. The token stands behind `#`; without script, the link is pasted. */
export function recoveryLinkView({ t, action, error, ...page }: RecoveryLinkPage): string {
  return layout(
    { ...page, t },
    t("recovery.linkTitle"),
    html`${errorText(error)}
<form method="post" action="${action}" data-link>
<label for="token">${t("recovery.linkPaste")}</label>
<input id="token" name="token" type="text" autocomplete="off" maxlength="400" spellcheck="false" required>
<button>${t("recovery.linkGo")}</button>
</form>`,
  );
}
