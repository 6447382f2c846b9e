/** The look of the built-in pages: system type, one accent, light and dark. */
export const stylesheet: string = `:root {
  color-scheme: light dark;
  --ground: #f4f5f7; --card: #ffffff; --ink: #16191f; --soft: #565d6b; --line: #dde1e8; --edge: #868e9d;
  --accent: #1a56db; --accent-ink: #ffffff; --bad: #b42318; --bad-ground: #fef3f2;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #101216; --card: #191c22; --ink: #eceef2; --soft: #a6adba; --line: #323743; --edge: #747c8b;
    --accent: #8ab4ff; --accent-ink: #0b1526; --bad: #ffa29a; --bad-ground: #331a19;
  }
}
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
*, ::before, ::after { box-sizing: border-box; }
body { margin: 0; min-height: 100vh; display: grid; place-items: start center; padding: clamp(16px, 10vh, 96px) 16px 32px;
  background: var(--ground); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
.card { width: 100%; max-width: 416px; padding: 32px; background: var(--card); border-radius: 16px; box-shadow: 0 1px 3px rgb(0 0 0 / 12%); }
.app { margin: 0 0 4px; color: var(--soft); font-size: 14px; font-weight: 600; }
h1 { margin: 0 0 12px; font-size: 26px; line-height: 1.2; letter-spacing: -0.01em; text-wrap: balance; }
p { margin: 0 0 16px; text-wrap: balance; }
form { margin: 0 0 16px; }
label { display: block; margin: 0 0 6px; font-weight: 600; }
input, select, button, .button { width: 100%; min-height: 48px; font: inherit; border-radius: 10px; }
input, select { margin: 0 0 16px; padding: 10px 14px; color: inherit; background: var(--card); border: 1px solid var(--edge); text-overflow: ellipsis; }
input[aria-invalid], select[aria-invalid] { border-color: var(--bad); margin-bottom: 8px; box-shadow: inset 0 0 0 1px var(--bad); }
.code { font-size: 26px; letter-spacing: 0.28em; text-indent: 0.28em; text-align: center; font-variant-numeric: tabular-nums; }
button, .button { padding: 10px 16px; font-weight: 600; color: var(--accent-ink); background: var(--accent); border: 1px solid transparent; cursor: pointer; }
.button { display: grid; place-content: center; text-decoration: none; }
button.quiet, .button.quiet { color: var(--ink); background: transparent; border-color: var(--edge); }
button.link { min-height: 44px; color: var(--accent); background: transparent; text-decoration: underline; text-underline-offset: 3px; }
button:hover:not(:disabled), .button:hover { filter: brightness(1.08); }
button:disabled { cursor: default; opacity: 0.55; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
a { color: var(--accent); text-underline-offset: 3px; }
.error { padding: 10px 14px; color: var(--bad); background: var(--bad-ground); border: 1px solid transparent; border-radius: 10px; }
.status, .note { margin: 0 0 8px; color: var(--soft); font-size: 14px; font-variant-numeric: tabular-nums; }
.status:empty { display: none; }
[data-resend-in] { position: relative; }
.status ~ [data-resend-in] { margin-top: 24px; }
#resend-wait { margin: 8px 0 0; text-align: center; }
.choices button { margin: 0 0 12px; }
.choices .quiet { text-align: start; }
.ways { display: grid; gap: 4px; justify-items: center; margin: 24px 0 0; text-align: center; }
.ways a { display: inline-block; padding: 10px 8px; }
.ways form { width: 100%; }
.check { display: flex; gap: 10px; align-items: center; min-height: 44px; margin: 0 0 8px; font-weight: 400; }
.check input { width: 20px; min-height: 20px; margin: 0; accent-color: var(--accent); }
.devices { margin: 0 0 16px; padding: 0; list-style: none; }
.devices li { display: flex; gap: 12px; align-items: center; justify-content: space-between; padding: 12px 0; border-top: 1px solid var(--line); }
.devices p { margin: 0; text-wrap: wrap; }
.devices button { width: auto; }
.devices li > p { flex: 1; min-width: 0; overflow-wrap: anywhere; }
.devices li > form { margin: 0; }
.devices li > div { flex: 1; min-width: 0; overflow-wrap: anywhere; }
details { font-size: 14px; }
summary { display: inline-block; padding: 10px 0; color: var(--accent); text-decoration: underline; text-underline-offset: 3px; cursor: pointer; }
details form { margin: 4px 0 8px; }
.backup { font-family: ui-monospace, monospace; letter-spacing: 0.06em; text-transform: uppercase; }
.codes { display: grid; grid-template-columns: repeat(auto-fit, minmax(200px, 1fr)); gap: 6px; margin: 0 0 20px; padding: 16px;
  list-style: none; text-align: center; border: 1px solid var(--line); border-radius: 12px; }
.codes code { font: 16px/1.7 ui-monospace, monospace; letter-spacing: 0.04em; white-space: nowrap; }
.qr { display: grid; place-content: center; margin: 0 0 16px; }
.qr svg { max-width: 100%; height: auto; border-radius: 12px; }
.key { padding: 12px; text-align: center; border: 1px solid var(--line); border-radius: 12px; }
.key code { font: 16px/1.7 ui-monospace, monospace; letter-spacing: 0.04em; user-select: all; }
.tools { display: flex; flex-wrap: wrap; gap: 8px; margin: 0 0 16px; }
.tools > * { flex: 1 1 28%; width: auto; padding-inline: 8px; }
.go-on, .go-on:last-child { margin: 16px 0 0; }
.note { margin: 24px 0 0; padding-top: 16px; border-top: 1px solid var(--line); }
.number { margin: 0; color: var(--soft); font-size: 14px; text-align: center; }
form:last-child { margin: 0; }
.hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
@media (max-width: 480px) { body { padding: 0; background: var(--card); } .card { padding: 24px 20px; border-radius: 0; box-shadow: none; } }
@media print { .tools, form, .status { display: none; } .card { box-shadow: none; } }
[hidden] { display: none !important; }
@media (prefers-reduced-motion: no-preference) { button, .button { transition: filter 0.15s; } }
`;
