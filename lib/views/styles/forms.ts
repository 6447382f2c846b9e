/** Fields, buttons, and the field that a code is typed into. */
export const formStyles = `form { margin: 0 0 1rem; }
form:last-child { margin: 0; }
label { display: block; margin: 0 0 0.375rem; font-weight: 600; }
input, select, button, .button { width: 100%; min-height: 3rem; font: inherit; border-radius: var(--radius); }
input, select { margin: 0 0 1rem; padding: 0.625rem 0.875rem; color: inherit; background: var(--card); border: 0.0625rem solid var(--edge); text-overflow: ellipsis; }
input::placeholder { color: var(--soft); opacity: 1; }
input[type="tel"], input[type="email"] { direction: ltr; text-align: start; }
[dir="rtl"] :is(input[type="tel"], input[type="email"]) { text-align: end; }
input[aria-invalid], select[aria-invalid] { border-color: var(--bad); margin-bottom: 0.5rem; box-shadow: inset 0 0 0 0.0625rem var(--bad); }
.combo { position: relative; }
.combo > input { padding-inline-end: 2.5rem; }
.combo::after { content: ""; position: absolute; top: 1.125rem; inset-inline-end: 1.0625rem; width: 0.5rem; height: 0.5rem; border: solid var(--soft); border-width: 0 0.125rem 0.125rem 0;
  rotate: 45deg; pointer-events: none; }
.combo ul { position: absolute; z-index: 1; inset: 3.25rem 0 auto; max-height: min(18rem, 60vh); margin: 0; padding: 0.25rem; overflow-y: auto; overscroll-behavior: contain; list-style: none;
  background: var(--card); border: 0.0625rem solid var(--edge); border-radius: var(--radius); box-shadow: 0 0.5rem 1.5rem rgb(0 0 0 / 18%); }
.combo li { display: flex; align-items: center; min-height: 2.75rem; padding: 0.375rem 0.625rem; border-radius: calc(var(--radius) * 0.7); cursor: pointer; scroll-margin: 0.25rem; }
.combo li:hover, .combo li.active { background: var(--ground); }
.combo li.active { outline: 0.125rem solid var(--link); outline-offset: -0.125rem; }
.combo li[aria-selected="true"] { font-weight: 600; }
.combo ul:not(.searched) .end { margin-bottom: 0.5rem; border-radius: 0; box-shadow: 0 0.28rem 0 -0.22rem var(--line); }
.combo.none .hidden[role="status"] { position: static; width: auto; height: auto; margin: -0.5rem 0 1rem; overflow: visible; clip-path: none; white-space: normal; color: var(--soft); font-size: 0.875rem; }
.capitals { direction: ltr; font-family: ui-monospace, monospace; letter-spacing: 0.06em; text-transform: uppercase; }
button, .button { display: flex; gap: 0.5rem; align-items: center; justify-content: center; padding: 0.625rem 1rem; font-weight: 600; line-height: 1.3; text-align: center;
  color: var(--accent-ink); background: var(--accent); border: 0.0625rem solid transparent; cursor: pointer; }
.button { text-decoration: none; }
button.quiet, .button.quiet { color: var(--ink); background: transparent; border-color: var(--edge); }
button.link { min-height: 2.75rem; font-weight: 400; color: var(--link); background: transparent; text-decoration: underline; text-underline-offset: 0.1875rem; }
button:hover:not(:disabled), .button:hover { filter: brightness(1.08); }
button:disabled { cursor: default; opacity: 0.6; }
.check { display: flex; gap: 0.625rem; align-items: center; min-height: 2.75rem; margin: 0 0 0.5rem; font-weight: 400; }
.check input { width: 1.25rem; min-height: 1.25rem; margin: 0; accent-color: var(--accent); }
[data-resend-in] { position: relative; }
#ask-wait { margin: 0.5rem 0 0; text-align: center; }
.again { display: flex; flex-wrap: wrap; gap: 0 1.25rem; align-items: center; margin: 1.25rem 0 0; padding-top: 0.75rem; border-top: 0.0625rem solid var(--line); }
.again p { flex: 1 0 100%; margin: 0; color: var(--soft); }
.again form { margin: 0; }
.again button, .again a { display: inline-flex; align-items: center; width: auto; min-height: 2.75rem; padding: 0; font-weight: 400; font-variant-numeric: tabular-nums; }
.again button:disabled { text-decoration: none; color: var(--soft); opacity: 1; }
button.inline { display: inline; width: auto; min-height: 0; padding: 0; border: 0; font-weight: 400; line-height: inherit; }
.places ~ .status { margin-bottom: 1rem; }
.reference { margin: 0.75rem 0 0; }
[data-busy]:not(.link)::after { content: ""; width: 1em; height: 1em; border: 0.125rem solid; border-inline-end-color: transparent; border-radius: 50%; }
.go-on, .go-on:last-child { margin: 1rem 0 0; }
@media (prefers-reduced-motion: no-preference) {
  button, .button { transition: filter 0.15s; }
  [data-busy]::after { animation: factors-turn 0.8s linear infinite; }
}
@keyframes factors-turn { to { rotate: 1turn; } }
@media (forced-colors: active) {
  button:not(.quiet, .link), .button:not(.quiet) { forced-color-adjust: none; color: HighlightText; background: Highlight; border-color: Highlight; }
  button.quiet, .button.quiet { border-color: ButtonText; }
  button:disabled { forced-color-adjust: auto; color: GrayText; border-color: GrayText; opacity: 1; }
}
`;
