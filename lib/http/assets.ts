import type { RequestHandler } from "express";
import type { Factors } from "../setup/create-factors.ts";
import { brandIcon } from "../views/icons.ts";
import { ceremonyScript } from "../views/ceremony-script.ts";
import { recoveryScript } from "../views/recovery-script.ts";
import { script as pageScript } from "../views/script.ts";
import { baseStylesheet, stylesheetOf } from "../views/stylesheet.ts";
import { etagOf } from "./headers.ts";

const script = pageScript + ceremonyScript + recoveryScript;

/** Of everything that is the same for all brands. */
const BASE = etagOf(baseStylesheet + script + brandIcon({})).slice(1, 9);

/** Stands in the path of the assets, which so are never out of date. */
export const assetsVersion = ({ pages }: Pick<Factors, "pages">): string => BASE + pages.brandVersion;

/** What the built-in pages load, by file name. */
export function assetsOf(factors: Pick<Factors, "pages">): Readonly<Record<string, RequestHandler>> {
  const version = assetsVersion(factors);
  const { brand } = factors.pages;
  return {
    "factors.css": asset(version, "text/css", stylesheetOf(brand)),
    "factors.js": asset(version, "text/javascript", script),
    "icon.svg": asset(version, "image/svg+xml", brandIcon(brand.light)),
  };
}

/**
 * Kept for a year by the browser alone: a session's cookie may come beside it, which no shared cache may keep. A path of another version (while a new one is
 * rolled out) is answered too, and not kept.
 */
function asset(version: string, type: string, text: string): RequestHandler {
  const etag = etagOf(text);
  return function serveAsset(req, res) {
    const known = req.params["version"] === version;
    res.set({
      "Cache-Control": known ? "private, max-age=31536000, immutable" : "private, no-cache",
      "X-Content-Type-Options": "nosniff",
      ETag: etag,
    });
    res.type(type).send(text);
  };
}
