import type { Brand } from "../setup/appearance.ts";
import { codeFieldStyles } from "./styles/code-field.ts";
import { formStyles } from "./styles/forms.ts";
import { frameStyles } from "./styles/frame.ts";
import { listStyles } from "./styles/lists.ts";

/** Everything but the variables. */
export const baseStylesheet: string = frameStyles + formStyles + codeFieldStyles + listStyles;

const LIGHT: Readonly<Record<string, string>> = {
  "--ground": "#f4f5f7",
  "--card": "#ffffff",
  "--ink": "#16191f",
  "--soft": "#565d6b",
  "--line": "#dde1e8",
  "--edge": "#868e9d",
  "--accent": "#1a56db",
  "--accent-ink": "#ffffff",
  "--link": "#1a56db",
  "--bad": "#b42318",
  "--bad-ground": "#fef3f2",
  "--good": "#18794e",
  "--radius": "0.625rem",
  "--font": "system-ui, sans-serif",
};

const DARK: Readonly<Record<string, string>> = {
  "--ground": "#101216",
  "--card": "#191c22",
  "--ink": "#eceef2",
  "--soft": "#a6adba",
  "--line": "#323743",
  "--edge": "#747c8b",
  "--accent": "#8ab4ff",
  "--accent-ink": "#0b1526",
  "--link": "#8ab4ff",
  "--bad": "#ffa29a",
  "--bad-ground": "#331a19",
  "--good": "#5fd39b",
};

/** The look of the built-in pages: system type, one accent, light and dark, with the brand's own over it. */
export function stylesheetOf({ light, dark }: Pick<Brand, "light" | "dark">): string {
  const root = rule({ ...LIGHT, ...light, "color-scheme": dark === undefined ? "light" : "light dark" });
  const night =
    dark === undefined ? "" : `@media (prefers-color-scheme: dark) {\n${rule({ ...DARK, ...dark })}}\n`;
  return root + night + baseStylesheet;
}

const rule = (variables: Readonly<Record<string, string>>): string =>
  `:root {\n${Object.entries(variables)
    .map(([name, value]) => `  ${name}: ${value};\n`)
    .join("")}}\n`;
