import { expect } from "chai";
import { codeField, frame, head, hiddenFields, page, resendLine } from "../../lib/http/own-pages.ts";
import { makeApp } from "../support/app.ts";
import { visitor } from "../support/visitor.ts";

describe("parts of the pages in an app's own", () => {
  const app = makeApp({
    factors: {
      appearance: { logo: "/logo.svg", accent: "#0b6e4f" },
      support: { url: "/help" },
      formFields: () => ({ _csrf: '"t0ken"' }),
    },
    routes: (on, { factors }) => {
      on.get("/own", (req, res) => {
        const of = page(req, factors);
        const field = codeField(of, { name: "pin_number", label: "<Code>", length: 8 });
        const again = resendLine(of, { action: "/again", label: "Again", waitSeconds: 5 });
        res.send(frame(of, "My <page>", `<form method="post" action="/x">${field}</form>${again}`));
      });
      on.get("/bare", (req, res) => {
        const of = page(req, factors, { locale: "fr" });
        res.send(`<head>${head(of)}</head><form>${hiddenFields(of)}</form>`);
      });
    },
  });

  it("stand in the same frame: brand, help, the app's hidden fields in every form, and a look that is served", async () => {
    const { get, agent } = visitor(app, "html", { "Accept-Language": "de" });
    const { text } = await get("/own").expect(200);
    expect(text)
      .to.include('<html lang="de" dir="ltr">')
      .and.include("<h1>My &lt;page&gt;</h1>")
      .and.include('<img src="/logo.svg"')
      .and.include('href="/help"')
      .and.include('<div class="places n8">')
      .and.include("&lt;Code&gt;");
    expect(text.match(/<input type="hidden" name="_csrf" value="&quot;t0ken&quot;">/g)).to.have.length(2);
    for (const [, path] of text.matchAll(/(?:href|src)="(\/sms_verification\/assets[^"]+)"/g))
      await agent.get(path as string).expect(200);
  });

  it("can be had one by one, in a language of the app's choice", async () => {
    const { text } = await visitor(app, "html").get("/bare").expect(200);
    expect(text).to.match(
      /<head><link rel="icon" href="\/logo\.svg">\n<link rel="stylesheet" href="[^"]+factors\.css">/,
    );
    expect(text).to.include('name="_csrf"');
  });

  it("name what they were given by mistake", () => {
    expect(() => page({} as never, {} as never)).to.throw(
      TypeError,
      /page: the first argument|createFactors/,
    );
    expect(() => page({} as never, app.factors)).to.throw(TypeError, /request of Express/);
  });
});
