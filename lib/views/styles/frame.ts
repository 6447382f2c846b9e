/** The page, the card on it, and what stands around the forms. Lengths in rem: the browser's font size counts. */
export const frameStyles = `html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
*, ::before, ::after { box-sizing: border-box; }
[hidden] { display: none !important; }
body { margin: 0; min-height: 100vh; display: grid; grid-template-columns: minmax(0, 26rem); justify-content: center; align-content: start; gap: 1.25rem;
  padding: clamp(1rem, 10vh, 6rem) 1rem 2rem; background: var(--ground); color: var(--ink); font: 1rem/1.5 var(--font); overflow-wrap: break-word; }
.card { padding: 2rem; background: var(--card); border-radius: calc(var(--radius) * 1.6); box-shadow: 0 0.0625rem 0.1875rem rgb(0 0 0 / 12%); }
.app { display: flex; gap: 0.625rem; align-items: center; margin: 0 0 1.25rem; color: var(--soft); font-size: 0.9375rem; font-weight: 600; }
.app picture { display: contents; }
.app img { display: block; width: auto; height: 2rem; max-width: 100%; }
h1 { margin: 0 0 0.75rem; font-size: 1.625rem; line-height: 1.2; letter-spacing: -0.01em; text-wrap: balance; }
h2 { margin: 2rem 0 0.75rem; font-size: 1.125rem; line-height: 1.3; text-wrap: balance; }
p { margin: 0 0 1rem; text-wrap: pretty; }
a { color: var(--link); text-underline-offset: 0.1875rem; }
.icon { flex: none; width: 1.25em; height: 1.25em; }
:focus-visible { outline: 0.1875rem solid var(--link); outline-offset: 0.125rem; }
.error { padding: 0.625rem 0.875rem; color: var(--bad); background: var(--bad-ground); border: 0.0625rem solid transparent; border-radius: var(--radius); }
.warns { display: flex; gap: 0.625rem; align-items: start; }
.warns .icon { margin-top: 0.125rem; }
.error[id$="-error"] { display: flex; gap: 0.375rem; align-items: baseline; margin: 0 0 1rem; padding: 0; background: none; border: 0; font-size: 0.9375rem; }
.places ~ .error[id$="-error"] { margin-bottom: 0.25rem; }
.big { margin: 0 0 1rem; font: 600 2.5rem/1.2 ui-monospace, monospace; letter-spacing: 0.06em; text-align: center; }
.error .icon { align-self: start; margin-top: 0.1em; }
.status, .note { margin: 0 0 0.5rem; color: var(--soft); font-size: 0.875rem; font-variant-numeric: tabular-nums; }
.status:empty { display: none; }
.note { margin: 1.5rem 0 0; padding-top: 1rem; border-top: 0.0625rem solid var(--line); }
.number { margin: 0; color: var(--soft); font-size: 0.875rem; text-align: center; }
.help { text-align: center; font-size: 0.9375rem; }
.help a { display: inline-flex; gap: 0.5rem; align-items: center; min-height: 2.75rem; color: var(--soft); }
.hidden { position: absolute; width: 1px; height: 1px; margin: 0; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.tel { white-space: nowrap; }
.key code, .codes code { direction: ltr; unicode-bidi: isolate; }
:lang(ja), :lang(zh), :lang(ko) { line-break: strict; }
:lang(ja) :is(h1, h2, p, label, button, .button, a, li), :lang(zh) :is(h1, h2, p, label, button, .button, a, li), :lang(ko) :is(h1, h2, p, label, button, .button, a, li) { word-break: auto-phrase; }
:is(:lang(ja), :lang(zh), :lang(ko)) :is(h1, button, .button) { letter-spacing: 0; text-wrap: balance; }
@supports not (word-break: auto-phrase) { :is(:lang(ja), :lang(zh), :lang(ko)) :is(button, .button) { word-break: keep-all; } }
@media (max-width: 30rem) {
  body { grid-template-columns: minmax(0, 1fr); padding: 0 0 1.5rem; background: var(--card); }
  .card { padding: 1.5rem 1.25rem 0; border-radius: 0; box-shadow: none; }
}
@media (forced-colors: active) { .card, .error { border: 0.0625rem solid CanvasText; } .error { border-inline-start-width: 0.375rem; } }
@media print { body { display: block; padding: 0; background: none; } .tools, form, .status, .help, .error { display: none; } .card { padding: 0; box-shadow: none; } }
`;
