import { html } from "./html.ts";
import { card, type Card } from "./layout.ts";

/** Without a nickname nobody is signed in. */
export interface HomePage {
  nickname?: string;
  /** Where a signed-in person goes on. */
  next?: string;
}

export function homePage({ nickname, next = "/chat" }: HomePage): Card {
  if (nickname === undefined) {
    return card(
      "A small room to talk in",
      html`<p class="lead">
          Your phone is the second key: whoever comes in has typed a code from a text message.
        </p>
        <p><a class="button" href="/signup">Create an account</a></p>
        <p><a class="button quiet" href="/login">Sign in</a></p>`,
    );
  }
  const inside = next === "/chat";
  return card(
    `Hello, ${nickname}`,
    html`<p class="lead">
        ${inside ? "You are signed in." : "One more step, and you are in: we confirm that your phone is yours."}
      </p>
      <p><a class="button" href="${next}">${inside ? "Go to the room" : "Continue"}</a></p>
      <form method="post" action="/logout"><button class="quiet">Sign out</button></form>`,
  );
}
