import { checkNested, custom } from "../options.ts";
import { colourOf, contrastOf, hexOf, readable, WHITE, type Colour } from "./contrast.ts";

/** The customer's brand on the built-in pages. */
export interface Appearance {
  /** A path of this site: an image 32 pixels high with the app's name beside it; with `wordmark`, one that is the name. */
  logo?: string | { src: string; dark?: string; wordmark?: boolean };
  /** `#rrggbb`: buttons, links and the focus ring. What is not read well enough is named at start, and a darker shade stands in for it in text. */
  accent?: string;
  /** Of buttons and fields: `0`, `6px`, `0.5rem`. */
  radius?: string;
  /** CSS `font-family`. A font of your own is declared in `stylesheet`. */
  font?: string;
  /** A path of this site: linked after the package's own. */
  stylesheet?: string;
  /** False: light only. `{ accent }`: the accent of the dark scheme; left out, it is made from the light one. */
  dark?: boolean | { accent?: string };
}

/** The appearance as pages are made from it. */
export interface Brand {
  logo: { src: string; dark: string | undefined; wordmark: boolean } | undefined;
  stylesheet: string | undefined;
  /** Variables on `:root`; the names are those of the stylesheet. */
  light: Readonly<Record<string, string>>;
  /** Undefined: no dark scheme. */
  dark: Readonly<Record<string, string>> | undefined;
}

const NAMES = { logo: true, accent: true, radius: true, font: true, stylesheet: true, dark: true } as const;
const LOGO_NAMES = { src: true, dark: true, wordmark: true } as const;

/** The grounds that text of the accent's colour stands on, as the stylesheet has them. */
const CARD: Colour = WHITE;
const DARK_CARD: Colour = [25, 28, 34];
const BLACK: Colour = [0, 0, 0];
/** What stands on the accent, by preference. */
const INKS: readonly Colour[] = [WHITE, [11, 21, 38], BLACK];

/** WCAG 2.2, 1.4.3: text. */
const TEXT_RATIO = 4.5;
/** What is made for a dark page may be brighter than it must. */
const DARK_RATIO = 6;

const isPath = (value: unknown) => typeof value === "string" && /^\/(?![/\\])[^\s"'<>\\]*$/.test(value);
const isFont = (value: unknown) => typeof value === "string" && /^[\p{L}\p{N}\s,"'._-]{1,200}$/u.test(value);
const isLength = (value: unknown) =>
  typeof value === "string" && /^(0|\d{1,3}(\.\d{1,3})?(px|rem|em))$/.test(value);

export const appearanceOption = custom<Appearance>({
  default: {},
  shape:
    '{ logo?, accent?, radius?, font?, stylesheet?, dark? }, such as { logo: "/logo.svg", accent: "#0b6e4f" }',
  is: (value) => {
    if (typeof value !== "object" || value === null) return false;
    checkNested("appearance", value, NAMES);
    const { logo, accent, radius, font, stylesheet, dark } = value as Appearance;
    need(
      "logo",
      logo,
      isLogo(logo),
      'a path of this site, such as "/logo.svg", or { src, dark?, wordmark? }',
    );
    need("accent", accent, isColour(accent), 'a colour such as "#0b6e4f"');
    need("radius", radius, isLength(radius), '0, or a length such as "6px" or "0.5rem"');
    need("font", font, isFont(font), "a CSS font-family");
    need("stylesheet", stylesheet, isPath(stylesheet), 'a path of this site, such as "/brand.css"');
    need("dark", dark, isDark(dark), 'true, false or { accent } with a colour such as "#8ab4ff"');
    return true;
  },
  about:
    "The customer's brand on the built-in pages: logo, colour, corners, font, a stylesheet of the app's own, and whether there is a dark scheme.",
  source: "docs/appearance.md",
});

function need(name: string, value: unknown, ok: boolean, shape: string): void {
  if (value !== undefined && !ok) throw new TypeError(`appearance: ${name} must be ${shape}`);
}

const isColour = (value: unknown) => typeof value === "string" && colourOf(value) !== undefined;

function isLogo(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return isPath(value);
  checkNested("appearance.logo", value, LOGO_NAMES);
  const { src, dark, wordmark = false } = value as Record<string, unknown>;
  return isPath(src) && (dark === undefined || isPath(dark)) && typeof wordmark === "boolean";
}

function isDark(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return typeof value === "boolean";
  checkNested("appearance.dark", value, { accent: true });
  const { accent } = value as Record<string, unknown>;
  return accent === undefined || isColour(accent);
}

/** Works out what the stylesheet needs; `warn` hears of an accent that is not read well enough. */
export function brandOf(appearance: Appearance, warn: (message: string) => void): Brand {
  const { logo, accent, radius, font, stylesheet, dark = true } = appearance;
  const shape = {
    ...(radius === undefined ? {} : { "--radius": radius }),
    ...(font === undefined ? {} : { "--font": font }),
  };
  const own = accent === undefined ? undefined : colourOf(accent);
  const ofDark = typeof dark === "object" ? dark.accent : undefined;
  const bright = ofDark === undefined ? own && readable(own, DARK_CARD, WHITE, DARK_RATIO) : colourOf(ofDark);
  if (own !== undefined) warnOf("accent", own, CARD, "a darker shade", warn);
  if (ofDark !== undefined && bright !== undefined)
    warnOf("dark: accent", bright, DARK_CARD, "a lighter shade", warn);
  const source = typeof logo === "string" ? { src: logo } : logo;
  return {
    logo: source && { src: source.src, dark: source.dark, wordmark: source.wordmark ?? false },
    stylesheet,
    light: { ...shape, ...(own === undefined ? {} : accentOf(own, CARD, BLACK)) },
    dark: dark === false ? undefined : bright === undefined ? {} : accentOf(bright, DARK_CARD, WHITE),
  };
}

/** The accent as a ground, the ink that is read best on it, and the shade of it that is read on the card. */
function accentOf(accent: Colour, card: Colour, end: Colour): Record<string, string> {
  // One of white and black is read on any colour there is.
  const ink = INKS.find((each) => contrastOf(each, accent) >= TEXT_RATIO) ?? BLACK;
  return {
    "--accent": hexOf(accent),
    "--accent-ink": hexOf(ink),
    "--link": hexOf(readable(accent, card, end, TEXT_RATIO)),
  };
}

function warnOf(
  name: string,
  accent: Colour,
  card: Colour,
  instead: string,
  warn: (message: string) => void,
) {
  const ratio = contrastOf(accent, card);
  if (ratio >= TEXT_RATIO) return;
  warn(
    `appearance: ${name} ${hexOf(accent)} has a contrast of ${ratio.toFixed(2)}:1 to the page, and text needs ${TEXT_RATIO}:1 (WCAG 2.2, 1.4.3); ${instead} stands in for it in links`,
  );
}
