import { html } from "./html.ts";
import { card, type Card } from "./layout.ts";

export function termsPage(): Card {
  return card(
    "Before we text you",
    html`<p class="lead">To come in, you need a phone that can receive text messages.</p>
      <ul class="terms">
        <li>We text you a code now, and whenever you sign in.</li>
        <li>Your number is stored encrypted. Nobody in the room sees it.</li>
        <li>We use it to check that it is you, and for nothing else.</li>
        <li>Your carrier may charge for messages.</li>
      </ul>
      <form method="post" action="/sms_auth_term"><button>Accept and continue</button></form>
      <form method="post" action="/logout"><button class="quiet">Not now, sign out</button></form>`,
  );
}
