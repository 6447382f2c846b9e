import type { Request } from "express";
import type { Factors } from "passport-factors";
import { frame, head, page } from "passport-factors/pages";
import type { Words } from "../words/words.ts";
import { html, type Html } from "./html.ts";

/** What a page shows. */
export interface Card {
  title: string;
  body: Html;
}

/** A page is written and put into its frame when it is sent, for the request that it answers. */
export type Page = (t: Words) => Card;

export const card = (title: string, body: Html): Card => ({ title, body });

/** One card on a quiet page: the frame of the package's own pages. */
export function framed(req: Request, factors: Factors, { title, body }: Card, failed: boolean): string {
  const of = page(req, factors);
  const error = { code: "refused", message: title };
  return frame(failed ? { ...of, error } : of, title, body.html);
}

/** A whole page of another shape, in the same look. */
export function whole(req: Request, factors: Factors, title: string, body: Html, script: string): Html {
  const of = page(req, factors);
  return html`<!doctype html>
    <html lang="${of.locale}" dir="${of.dir}">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title}</title>
        ${{ html: head(of) }}
        <script src="${script}" defer></script>
      </head>
      ${body}
    </html> `;
}
