import { MAXIMUM_TEXT, type seenBy } from "../chat.ts";
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
  return whole(
    req,
    factors,
    "Chat",
    html`<body class="room">
      <header class="bar">
        <p class="brand"><img src="/icon.svg" alt="" width="28" height="28" />Chat</p>
        <details class="menu">
          <summary>${nickname}</summary>
          <nav aria-label="Account">
            <a href="/phone/change">Change phone</a>
            <a href="/security">Security</a>
            <a href="/backup_codes/new">Backup codes</a>
            ${remembers && html`<a href="/trusted_devices/new">Devices</a>`}
            <form method="post" action="/logout"><button class="quiet small">Sign out</button></form>
          </nav>
        </details>
      </header>
      <main>
        <h1 class="hidden">The room</h1>
        <ol
          id="messages"
          aria-live="polite"
          aria-label="Messages"
          tabindex="0"
          data-after="${messages.at(-1)?.id ?? ""}"
        >
          ${messages.map(item)}
        </ol>
        <p id="empty" class="empty" ${messages.length > 0 && html` hidden`}>
          It is quiet here.<br />Say hello.
        </p>
      </main>
      <form id="say" class="say" method="post" action="/chat/messages" aria-label="Write a message">
        <p id="status" class="status" role="status"></p>
        <noscript
          ><p class="status"><a href="/chat">Look for new messages</a></p></noscript
        >
        <div class="row">
          <label class="hidden" for="text">Message</label>
          <input
            id="text"
            name="text"
            type="text"
            maxlength="${MAXIMUM_TEXT}"
            placeholder="Message"
            autocomplete="off"
            enterkeyhint="send"
            required
            autofocus
          />
          <button>Send</button>
        </div>
      </form>
    </body>`,
    "/chat.js",
  );
}

function item({ id, nickname, text, at, mine }: SeenMessage): Html {
  const time = new Date(at).toISOString();
  return html` <li data-id="${id}" ${mine && html` class="mine"`}>
    <p class="from">
      <b>${mine ? "You" : nickname}</b> <time datetime="${time}">${time.slice(11, 16)} UTC</time>
    </p>
    <p class="text">${text}</p>
  </li>`;
}
