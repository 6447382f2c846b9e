import type { Key, Words } from "../words/words.ts";
import { LANGUAGES } from "../words/words.ts";
import { html, type Html } from "./html.ts";
import { card, type Page } from "./layout.ts";

export interface HomePage {
  /** Left out: nobody is signed in. */
  nickname?: string | undefined;
  /** Where a signed-in person goes on. */
  next?: string;
  /** The language of the page. */
  locale: string;
  /** What the chat has; the rest is not offered. */
  has: { passkeys: boolean; devices: boolean; terminal: boolean };
}

/** Who you are here, what there is to try, and the language. */
export function homePage(page: HomePage): Page {
  return (t) =>
    card(
      page.nickname === undefined ? t("home.title") : t("home.hello", { name: page.nickname }),
      html`${page.nickname === undefined ? doors(t) : inside(t, page)} ${toTry(t, page)} ${languages(t, page)}`,
    );
}

const doors = (t: Words): Html =>
  html`<p class="lead">${t("home.lead")}</p>
    <p><a class="button" href="/signup">${t("signUp")}</a></p>
    <p><a class="button quiet" href="/login">${t("signIn")}</a></p>`;

function inside(t: Words, { next = "/chat" }: HomePage): Html {
  const isIn = next === "/chat";
  return html`<p class="lead">${isIn ? t("home.in") : t("home.almost")}</p>
    <p><a class="button" href="${next}">${isIn ? t("home.room") : t("home.continue")}</a></p>
    <form method="post" action="/logout"><button class="quiet">${t("signOut")}</button></form>`;
}

/** The first and the third need nobody signed in: they would only lead back. */
function toTry(t: Words, { nickname, has }: HomePage): Html {
  const isNobody = nickname === undefined;
  const ways: (readonly [path: string, name: Key, about: Key] | false)[] = [
    isNobody && ["/signup", "signUp", "try.signup"],
    ["/security", "chat.security", "try.security"],
    isNobody && has.passkeys && ["/passkey_sign_in/new", "login.passkey", "try.passkey"],
    ["/recovery", "login.forgot", "try.recovery"],
    isNobody && ["/phone_signup/new", "signup.byNumber", "try.phone"],
    has.devices && !isNobody && ["/trusted_devices/new", "chat.devices", "try.devices"],
    ["/api-docs", "try.api", "try.apiAbout"],
  ];
  return html`<section class="try">
    <h2>${t("try.title")}</h2>
    ${has.terminal && html`<p class="hint">${t("try.terminal")}</p>`}
    <ul>
      ${ways
        .filter((each) => each !== false)
        .map(
          ([path, name, about]) =>
            html`<li><a href="${path}">${t(name)}</a><br /><span class="hint">${t(about)}</span></li>`,
        )}
    </ul>
  </section>`;
}

function languages(t: Words, { locale }: HomePage): Html {
  const options = Object.entries(LANGUAGES).map(
    ([tag, name]) =>
      html`<option value="${tag}" lang="${tag}" ${tag === locale && html` selected`}>${name}</option>`,
  );
  return html`<form class="language" method="post" action="/language">
    <label for="language">${t("language")}</label>
    <select id="language" name="language" autocomplete="off">
      ${options}
    </select>
    <button class="quiet small">${t("language.submit")}</button>
  </form>`;
}
