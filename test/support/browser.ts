import { chromium, type Browser } from "playwright-core";
import { accessSync } from "node:fs";

/** Headless Chromium as Debian and Ubuntu install it; quiet, because a closed network refuses what it would look up. */
const QUIET = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--disable-software-rasterizer",
  "--disable-extensions",
  "--disable-features=Translate,OptimizationHints,MediaRouter,DialMediaRouteProvider",
];

export function openBrowser(more: readonly string[] = []): Promise<Browser> {
  return chromium.launch({ executablePath: chromiumPath(), args: [...QUIET, ...more] });
}

function chromiumPath(): string {
  for (const directory of (process.env["PATH"] ?? "").split(":")) {
    for (const name of ["chromium", "chromium-browser"]) {
      try {
        accessSync(`${directory}/${name}`);
        return `${directory}/${name}`;
      } catch {
        // Not here.
      }
    }
  }
  throw new Error("chromium is not installed");
}
