/** Choices, devices, backup codes, and what an authenticator app scans. */
export const listStyles = `.choices button, .choices .button { margin: 0 0 0.75rem; }
.choices form { margin: 0; }
.choices .quiet { gap: 0.75rem; justify-content: start; min-height: 3.5rem; text-align: start; }
.badges { display: flex; flex-wrap: wrap; gap: 0.25rem; margin-top: 0.25rem; }
.choices .icon { color: var(--link); }
.ways { display: grid; gap: 0.25rem; justify-items: center; margin: 1.5rem 0 0; text-align: center; }
.ways a { display: inline-block; padding: 0.625rem 0.5rem; }
.ways form { width: 100%; }
.devices { margin: 0 0 1rem; padding: 0; list-style: none; }
.devices li { display: flex; flex-wrap: wrap; gap: 0.5rem 0.75rem; align-items: center; justify-content: space-between; padding: 0.75rem 0; border-top: 0.0625rem solid var(--line); }
.devices p { flex: 1 1 9rem; min-width: 0; margin: 0; text-wrap: wrap; }
.devices > li:has(> div:not(.answers)) { align-items: start; }
.devices .status { margin: 0; }
.does { display: flex; flex-wrap: wrap; gap: 0 1.25rem; align-items: start; }
.does > a, .does button.link, .does summary { display: inline-flex; align-items: center; width: auto; min-height: 2.75rem; padding: 0; font-size: 0.9375rem; }
.does summary { text-decoration: underline; }
.does summary::-webkit-details-marker { display: none; }
.does details { font-size: inherit; }
.does details[open] { flex: 1 0 100%; order: 1; }
.devices > li > .icon { width: 1.5rem; height: 1.5rem; color: var(--soft); }
.devices li > p, .devices li > div { flex: 1 1 9rem; min-width: 0; overflow-wrap: anywhere; }
details { font-size: 0.875rem; }
summary { display: inline-block; padding: 0.625rem 0; color: var(--link); text-decoration: underline; text-underline-offset: 0.1875rem; cursor: pointer; }
details form { margin: 0.25rem 0 0.5rem; }
.badge { display: inline-block; padding: 0 0.5rem; border: 0.0625rem solid currentColor; border-radius: 1rem; color: var(--good); font-size: 0.8125rem; font-weight: 600; }
.badge.plain { color: var(--soft); }
.devices form { margin: 0; }
.devices button { width: auto; }
.devices li > .answers { display: flex; flex: 0 1 auto; flex-wrap: wrap; gap: 0.5rem; }
.codes { display: grid; grid-template-columns: repeat(auto-fit, minmax(12.5rem, 1fr)); gap: 0.375rem; margin: 0 0 1.25rem; padding: 1rem; list-style: none; text-align: center;
  border: 0.0625rem solid var(--line); border-radius: var(--radius); }
.codes code { font: 1rem/1.7 ui-monospace, monospace; letter-spacing: 0.04em; white-space: nowrap; }
.qr { display: grid; place-content: center; margin: 0 0 1rem; }
.qr svg { max-width: 100%; height: auto; border-radius: var(--radius); }
.key { padding: 0.75rem; text-align: center; border: 0.0625rem solid var(--line); border-radius: var(--radius); }
.key code { font: 1rem/1.7 ui-monospace, monospace; letter-spacing: 0.04em; user-select: all; }
.tools { display: flex; flex-wrap: wrap; gap: 0.5rem; margin: 0 0 1rem; }
.tools > * { flex: 1 1 28%; width: auto; padding-inline: 0.5rem; }
`;
