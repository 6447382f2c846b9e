import { pictureOf } from "../factors/pictures.ts";
import { forInWords } from "../locales/wait.ts";
import { ceremonyForm, ceremonyWithout } from "./ceremony.ts";
import { codeField } from "./code-field.ts";
import { factorFields, fieldsIn } from "./factor-fields.ts";
import { html, type Html } from "./html.ts";
import { icon } from "./icons.ts";
import { blame, errorText, layout } from "./layout.ts";
import type { RecoveryPage } from "./pages.ts";

/** Every state of a recovery: one card, one question. */
export function recoveryView(page: RecoveryPage): string {
  const { view, t } = page;
  const draw = BODIES[view.state] ?? identify;
  const [title, body] = draw(page);
  const isOver = view.state === "identify" || view.state === "done";
  const left = WITHOUT_TIME.includes(view.state)
    ? undefined
    : forInWords(view.expires_in_seconds, page.locale);
  return layout(
    page,
    title,
    html`${body}
${!isOver && html`<div class="ways">${button(page, "start_over", t("verification.startOver"), {}, "link")}</div>`}
${left !== undefined && html`<p class="note">${t("recovery.expires", { time: left })}</p>`}`,
  );
}

/** Where there is nothing to do in it, or the page says it itself. */
const WITHOUT_TIME: readonly string[] = ["identify", "done", "hold", "ended", "none"];

type Body = readonly [title: string, body: Html];
type Draw = (page: RecoveryPage) => Body;

const BODIES: Readonly<Record<string, Draw>> = {
  offer,
  choose,
  entry,
  wait,
  failed,
  more,
  hold,
  reset,
  done,
  ended,
  none,
};

function identify({ t, error, action }: RecoveryPage): Body {
  const { field, general } = blame(error, ["identifier"]);
  return [
    t("recovery.title"),
    html`<p>${t("recovery.intro")}</p>
${errorText(general)}
<form method="post" action="${action}">
<label for="identifier">${t("recovery.identifier")}</label>
<input id="identifier" name="identifier" type="text" autocomplete="username" maxlength="320" autocapitalize="none" spellcheck="false" required autofocus${field !== undefined && html` aria-describedby="identifier-error" aria-invalid="true"`}>
${field !== undefined && errorText(error, field)}
<button>${t("recovery.next")}</button>
</form>`,
  ];
}

function offer(page: RecoveryPage): Body {
  const { t, view, error } = page;
  return [
    view.prompt?.label ?? t("recovery.title"),
    html`${errorText(error)}
<p>${t("recovery.offer")}</p>
${button(page, "yes", t("recovery.yes"), {}, "")}
${has(page, "no") && button(page, "no", t("recovery.no"))}`,
  ];
}

function choose(page: RecoveryPage): Body {
  const { t, view, error } = page;
  return [
    t("recovery.choose"),
    html`${errorText(error)}
<div class="choices">${(view.prompt?.choices ?? []).map(({ choice, label }) => button(page, "choose", label, { choice }))}</div>
${has(page, "no") && button(page, "no", t("recovery.neither"), {}, "link")}`,
  ];
}

function entry(page: RecoveryPage): Body {
  const { t, view, error } = page;
  const { field = "", general } = blame(error, [view.prompt?.field ?? "response"]);
  const {
    label = "",
    hint,
    field_label = "",
    length = 64,
    code_length,
    digits = false,
    autocomplete = "off",
    display,
  } = view.prompt ?? {};
  const fields = fieldsIn(view.prompt ?? {});
  const single =
    code_length !== undefined
      ? codeField(page, {
          name: "response",
          label: field_label,
          length: code_length,
          error: field === "" ? undefined : error,
          sends: true,
        })
      : html`<label for="response">${field_label}</label>
<input id="response" name="response" type="text" autocomplete="${autocomplete}" maxlength="${length}"${digits && html` inputmode="numeric"`} spellcheck="false" required autofocus${field !== "" && html` aria-describedby="${field}-error" aria-invalid="true"`}>
${field !== "" && errorText(error, field)}`;
  return [
    label,
    html`${hint !== undefined && html`<p id="hint">${hint}</p>`}
${typeof display === "string" && html`<p>${display}</p>`}
${errorText(fields === undefined ? general : error)}
<form method="post" action="${page.mount}/step">
${hidden({ gen: view.gen, input: "respond" })}
${fields === undefined ? single : factorFields("response", fields)}
<button>${t("verification.submit")}</button>
</form>
${has(page, "failed") && button(page, "failed", t("recovery.notArrived"))}`,
  ];
}

function wait(page: RecoveryPage): Body {
  const { t, view, error } = page;
  const { kind, label = t("recovery.title"), hint, number, publicKey } = view.prompt ?? {};
  return [
    label,
    html`${hint !== undefined && html`<p>${hint}</p>`}
${errorText(error)}
${(typeof number === "string" || typeof number === "number") && html`<p class="big" translate="no">${number}</p>`}
${
  kind === "elsewhere" &&
  html`<p data-wait="${page.action}" data-gen="${view.gen}" data-state="${view.state}">${t("recovery.waiting")}</p>
<form method="get" action="${page.action}"><button class="quiet">${t("recovery.look")}</button></form>`
}
${
  kind === "ceremony" &&
  html`${ceremonyWithout(t)}
${ceremonyForm(
  t,
  {
    kind: "get",
    field: "response",
    action: `${page.mount}/step`,
    publicKey: JSON.stringify(publicKey ?? {}),
  },
  html`${hidden({ gen: view.gen, input: "respond" })}<button>${label}</button>`,
)}`
}
${has(page, "failed") && button(page, "failed", t("recovery.gaveUp"))}`,
  ];
}

function failed(page: RecoveryPage): Body {
  const { t, view, error } = page;
  return [
    view.prompt?.label ?? t("recovery.title"),
    html`${error === undefined ? html`<p class="error" role="alert">${t("recovery.failed")}</p>` : errorText(error)}
${has(page, "again") && button(page, "again", t("recovery.again"), {}, "")}
${has(page, "another_way") && button(page, "another_way", t("recovery.anotherWay"))}`,
  ];
}

function more(page: RecoveryPage): Body {
  const { t, view, error } = page;
  return [
    t("recovery.more"),
    html`<p>${t("recovery.moreIntro")}</p>
${errorText(error)}
<div class="choices">${(view.prompt?.factors ?? []).map(({ factor, label }) => button(page, "pick", label, { factor }, "quiet", icon(pictureOf(factor))))}</div>`,
  ];
}

function hold({ t, view, locale }: RecoveryPage): Body {
  return [
    t("recovery.hold"),
    html`<p>${t("recovery.holdIntro", { time: forInWords(view.expires_in_seconds, locale) })}</p>`,
  ];
}

function reset({ t, view, error, mount }: RecoveryPage): Body {
  const { field, general } = blame(error, ["password"]);
  return [
    t("recovery.reset"),
    html`<p id="least">${t("recovery.least", { n: view.prompt?.min_length ?? 15 })}</p>
${errorText(general)}
<form method="post" action="${mount}/password">
${hidden({ gen: view.gen })}
<label for="password">${t("recovery.password")}</label>
<input id="password" name="password" type="password" autocomplete="new-password" minlength="${view.prompt?.min_length ?? 15}" required autofocus aria-describedby="least${field !== undefined && html` password-error`}"${field !== undefined && html` aria-invalid="true"`}>
${field !== undefined && errorText(error, field)}
<label class="check" data-shows="password" hidden><input type="checkbox"> ${t("recovery.show")}</label>
<button>${t("recovery.save")}</button>
</form>`,
  ];
}

function done({ t, loginUrl, view }: RecoveryPage): Body {
  const { codes = [] } = view.prompt ?? {};
  return [
    t("recovery.done"),
    html`<p>${t("recovery.doneIntro")}</p>
${
  codes.length > 0 &&
  html`<p>${t("recovery.newCode")}</p>
${codes.map((code) => html`<p class="code">${code}</p>`)}`
}
<p><a class="button" href="${loginUrl}">${t("recovery.signIn")}</a></p>`,
  ];
}

function ended({ t, supportContact }: RecoveryPage): Body {
  return [t("recovery.ended"), html`<p>${t("recovery.endedIntro")}</p>${support(t, supportContact)}`];
}

function none({ t, supportContact }: RecoveryPage): Body {
  return [t("recovery.none"), html`<p>${t("recovery.noneIntro")}</p>${support(t, supportContact)}`];
}

const support = (t: RecoveryPage["t"], contact: string | undefined) =>
  contact === undefined ? undefined : html`<p>${t("recovery.support", { contact })}</p>`;

const has = ({ view }: RecoveryPage, input: string) => (view.inputs as readonly string[]).includes(input);

const hidden = (values: Readonly<Record<string, string | number>>) =>
  Object.entries(values).map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`);

/** One input of this state, as a form of its own. */
function button(
  { mount, view }: RecoveryPage,
  input: string,
  label: string,
  more: Readonly<Record<string, string>> = {},
  kind = "quiet",
  picture?: Html,
): Html {
  return html`<form method="post" action="${mount}/step">
${hidden({ gen: view.gen, input, ...more })}
<button${kind !== "" && html` class="${kind}"`}>${picture}<span>${label}</span></button>
</form>`;
}
