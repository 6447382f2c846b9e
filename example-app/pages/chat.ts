import { MAXIMUM_TEXT, type seenBy } from "../chat.ts";
import { wordsFor, type Words } from "../words/words.ts";
import { html, type Html } from "./html.ts";
import type { Request } from "express";
import type { Factors } from "passport-factors";
import { whole } from "./layout.ts";

type SeenMessage = ReturnType<typeof seenBy>;

export interface ChatPage {
  nickname: string;
  /** Devices can be remembered. */
  remembers: boolean;
  messages: readonly SeenMessage[];
}

/** The room. It works without JavaScript; with it, messages arrive by themselves. */
export function chatPage(req: Request, factors: Factors, { nickname, remembers, messages }: ChatPage): Html {
  const t = wordsFor(req);
  return whole(
    req,
    factors,
    "Chat",
    html`<body class="room">
      <header class="bar">
        <p class="brand">
          <a href="/"><img src="/icon.svg" alt="" width="28" height="28" />Chat</a>
        </p>
        <details class="menu">
          <summary>${nickname}</summary>
          <nav aria-label="${t("chat.account")}">
            <a href="/phone/change">${t("chat.changePhone")}</a>
            <a href="/security">${t("chat.security")}</a>
            <a href="/backup_codes/new">${t("chat.backupCodes")}</a>
            ${remembers && html`<a href="/trusted_devices/new">${t("chat.devices")}</a>`}
            <form method="post" action="/logout"><button class="quiet small">${t("signOut")}</button></form>
          </nav>
        </details>
      </header>
      <main>
        <h1 class="hidden">${t("chat.room")}</h1>
        <ol
          id="messages"
          aria-live="polite"
          aria-label="${t("chat.messages")}"
          tabindex="0"
          data-after="${messages.at(-1)?.id ?? ""}"
        >
          ${messages.map((each) => item(t, each))}
        </ol>
        <p id="empty" class="empty" ${messages.length > 0 && html` hidden`}>
          ${t("chat.quiet")}<br />${t("chat.hello")}
        </p>
      </main>
      <form
        id="say"
        class="say"
        method="post"
        action="/chat/messages"
        aria-label="${t("chat.write")}"
        data-you="${t("chat.you")}"
        data-reconnecting="${t("chat.reconnecting")}"
        data-not-sent="${t("chat.notSent")}"
      >
        <p id="status" class="status" role="status"></p>
        <noscript
          ><p class="status"><a href="/chat">${t("chat.look")}</a></p></noscript
        >
        <div class="row">
          <label class="hidden" for="text">${t("chat.message")}</label>
          <input
            id="text"
            name="text"
            type="text"
            maxlength="${MAXIMUM_TEXT}"
            placeholder="${t("chat.message")}"
            autocomplete="off"
            enterkeyhint="send"
            required
            autofocus
          />
          <button>${t("chat.send")}</button>
        </div>
      </form>
    </body>`,
    "/chat.js",
  );
}

function item(t: Words, { id, nickname, text, at, mine }: SeenMessage): Html {
  const time = new Date(at).toISOString();
  return html` <li data-id="${id}" ${mine && html` class="mine"`}>
    <p class="from">
      <b>${mine ? t("chat.you") : nickname}</b> <time datetime="${time}">${time.slice(11, 16)} UTC</time>
    </p>
    <p class="text">${text}</p>
  </li>`;
}
