/**
 * One input over as many places: its letters stand one place apart, by the width of the places' row. It is a place wider than they are, so that the
 * cursor behind the last digit moves nothing.
 */
export const codeFieldStyles = `.places { --n: 6; --gap: 0.5rem; --step: calc((100cqi + var(--gap)) / var(--n)); position: relative; margin: 0 0 1rem; container-type: inline-size; overflow: clip;
  overflow-clip-margin: 0.25rem; direction: ltr; }
${[7, 8, 9, 10].map((n) => `.places.n${n} { --n: ${n}; --gap: 0.3125rem; }`).join("\n")}
.places .code { display: block; width: calc(100% + var(--step)); max-width: none; height: 3.5rem; margin: 0; padding: 0 0 0 calc((var(--step) - var(--gap) - 1ch) / 2); border: 0; background: none;
  box-shadow: none; outline: 0; font: 600 1.5rem/1 ui-monospace, Menlo, Consolas, monospace; letter-spacing: calc(var(--step) - 1ch); text-overflow: clip; }
.cells { position: absolute; inset: 0; display: grid; grid-template-columns: repeat(var(--n), minmax(0, 1fr)); gap: var(--gap); pointer-events: none; }
.cells i { border: 0.0625rem solid var(--edge); border-radius: var(--radius); }
.places:focus-within .cells i { border-color: var(--link); }
.places:not(.live):focus-within { outline: 0.1875rem solid var(--link); outline-offset: 0.125rem; border-radius: var(--radius); }
.cells .now { box-shadow: 0 0 0 0.125rem var(--link); }
.places[data-wrong] .cells i { border-color: var(--bad); }
.places[data-wrong] { margin-bottom: 0.5rem; }
@media (forced-colors: active) { .cells .now { outline: 0.1875rem solid Highlight; } [data-wrong] .cells i { border-width: 0.1875rem; } }
@supports not (width: 1cqi) { .cells { display: none; } .places .code { width: 100%; border: 0.0625rem solid var(--edge); letter-spacing: 0.28em; text-align: center; } }
`;
