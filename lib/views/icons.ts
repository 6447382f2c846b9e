import { html, type Html } from "./html.ts";

/** Outlines on a field of 24 by 24. */
const OUTLINES = {
  app: '<rect x="6" y="2.5" width="12" height="19" rx="2.5"/><path d="M10.5 18.5h3"/>',
  "arrow-left": '<path d="M20 12H5"/><path d="m11 5-7 7 7 7"/>',
  bell: '<path d="M6 10a6 6 0 0 1 12 0c0 5 2 6.5 2 6.5H4S6 15 6 10Z"/><path d="M10 20a2.2 2.2 0 0 0 4 0"/>',
  call: '<path d="M5.5 3.5h3l1.8 4.6-2.2 1.7a12 12 0 0 0 6.1 6.1l1.7-2.2 4.6 1.8v3a2 2 0 0 1-2.2 2A16.6 16.6 0 0 1 3.5 5.7a2 2 0 0 1 2-2.2Z"/>',
  chat: '<path d="M20.5 11.5a8.5 8.5 0 0 1-12.4 7.6L3.5 20.5l1.4-4.6a8.5 8.5 0 1 1 15.6-4.4Z"/>',
  check: '<path d="m4.5 12.5 5 5 10-11"/>',
  chevron: '<path d="m9 5 7 7-7 7"/>',
  codes:
    '<rect x="3" y="4.5" width="18" height="15" rx="2"/><path d="M7 9h2M7 12h2M7 15h2M12 9h5M12 12h5M12 15h5"/>',
  copy: '<rect x="8.5" y="8.5" width="12" height="12" rx="2"/><path d="M15.5 8.5v-3a2 2 0 0 0-2-2h-8a2 2 0 0 0-2 2v8a2 2 0 0 0 2 2h3"/>',
  device: '<rect x="4" y="4.5" width="16" height="11" rx="1.5"/><path d="M2 19.5h20"/>',
  download: '<path d="M12 3.5v12"/><path d="m6.5 10.5 5.5 5.5 5.5-5.5"/><path d="M4 20.5h16"/>',
  edit: '<path d="m4 20 1-4.5L16 4.5a2.1 2.1 0 0 1 3 0l.5.5a2.1 2.1 0 0 1 0 3L8.5 19 4 20Z"/>',
  help: '<circle cx="12" cy="12" r="9"/><path d="M9.5 9.5a2.6 2.6 0 1 1 3.7 2.4c-.8.4-1.2 1-1.2 1.9"/><path d="M12 17v.01"/>',
  key: '<circle cx="8" cy="15.5" r="4.5"/><path d="m11.2 12.3 8.3-8.3"/><path d="m16 7.5 3 3"/>',
  mail: '<rect x="3" y="5" width="18" height="14" rx="2"/><path d="m3.5 7 8.5 6 8.5-6"/>',
  person: '<circle cx="12" cy="8" r="4"/><path d="M4 20.5a8 8 0 0 1 16 0"/>',
  print:
    '<path d="M7 8.5v-5h10v5"/><path d="M7 17.5H5a2 2 0 0 1-2-2v-5a2 2 0 0 1 2-2h14a2 2 0 0 1 2 2v5a2 2 0 0 1-2 2h-2"/><rect x="7" y="14" width="10" height="6.5"/>',
  shield: '<path d="M12 2.8 4.5 5.5v6c0 4.6 3.1 8 7.5 9.7 4.4-1.7 7.5-5.1 7.5-9.7v-6L12 2.8Z"/>',
  sms: '<path d="M4 4.5h16a1.5 1.5 0 0 1 1.5 1.5v9.5A1.5 1.5 0 0 1 20 17h-8l-5 4v-4H4a1.5 1.5 0 0 1-1.5-1.5V6A1.5 1.5 0 0 1 4 4.5Z"/><path d="M8 11v.01M12 11v.01M16 11v.01"/>',
  warning: '<path d="M12 3.5 2.5 20h19L12 3.5Z"/><path d="M12 10v4.5"/><path d="M12 17.2v.01"/>',
} as const;

export type IconName = keyof typeof OUTLINES;

/** A picture beside words that say the same; inline, so that no font and no further request is needed. */
export function icon(name: IconName): Html {
  return {
    html: `<svg class="icon" viewBox="0 0 24 24" width="24" height="24" fill="none" stroke="currentColor" stroke-width="1.8" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true" focusable="false">${OUTLINES[name]}</svg>`,
  };
}

export const isIcon = (name: string): name is IconName => Object.hasOwn(OUTLINES, name);

/** The icon of the browser's tab where the app has no logo: a shield in the accent. */
export function brandIcon({ "--accent": accent = "#1a56db" }: Readonly<Record<string, string>>): string {
  return html`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><g fill="${accent}">${{ html: OUTLINES.shield }}</g><path d="m8 12 3 3 5.5-6" fill="none" stroke="#fff" stroke-width="2" stroke-linecap="round" stroke-linejoin="round"/></svg>`
    .html;
}
