import { expect } from "chai";
import type { Appearance, FactorsOptions } from "../../lib/index.ts";
import { brandOf } from "../../lib/setup/appearance.ts";
import { contrastOf, colourOf, hexOf, readable, WHITE } from "../../lib/setup/contrast.ts";
import { makeApp, type User, versions } from "../support/app.ts";
import { visitor } from "../support/visitor.ts";

const PATH = "/sms_verification/new";

async function pageOf(factors: Partial<FactorsOptions<User>>, headers: Record<string, string> = {}) {
  const app = makeApp({ factors });
  const person = visitor(app, "html", headers);
  await person.agent.post("/login").send({ user: "alice" }).expect(200);
  const { text, headers: got } = await person.get(PATH).expect(200);
  const assets = /href="(\/[^"]*)\/factors\.css"/.exec(text)?.[1] as string;
  const css = (await person.agent.get(`${assets}/factors.css`).expect(200)).text;
  return { app, person, text, headers: got, assets, css };
}

async function warningsOf(appearance: Appearance): Promise<string[]> {
  const heard: string[] = [];
  const listen = ({ message, code }: Error & { code?: string }) => {
    if (code === "PASSPORT_FACTORS_CONTRAST") heard.push(message);
  };
  process.on("warning", listen);
  try {
    makeApp({ factors: { appearance } }).server.close();
    await new Promise((resolve) => setImmediate(resolve));
    return heard;
  } finally {
    process.off("warning", listen);
  }
}

describe("the brand on the pages", () => {
  it("is variables of the stylesheet, under a policy that takes nothing inline", async () => {
    const appearance = { accent: "#0B6E4F", radius: "2px", font: '"Inter", system-ui, sans-serif' };
    const { css, text, headers } = await pageOf({ appearance });
    const root = css.slice(0, css.indexOf("}"));
    expect(root)
      .to.include("--accent: #0b6e4f;")
      .and.include("--accent-ink: #ffffff;")
      .and.include("--radius: 2px;")
      .and.include('--font: "Inter", system-ui, sans-serif;');
    expect(headers["content-security-policy"]).to.match(/^default-src 'self';/);
    expect(text).not.to.match(/style=|<style/);
  });

  it("has the logo beside the name on every page, also on one that says what failed", async () => {
    const appearance = { logo: { src: "/logo.svg", dark: "/logo-dark.svg" }, stylesheet: "/brand.css" };
    const { text, person } = await pageOf({ appearance });
    const problem = await person.post("/second_factor").expect(400);
    for (const each of [text, problem.text]) {
      expect(each)
        .to.include('<img src="/logo.svg" alt="" height="32">')
        .and.include('<source srcset="/logo-dark.svg" media="(prefers-color-scheme: dark)">')
        .and.include('<link rel="icon" href="/logo.svg">')
        .and.match(/factors\.css">\n<link rel="stylesheet" href="\/brand\.css">/);
      expect(each).to.match(/<\/picture>Chat<\/p>/);
    }
  });

  it("has a wordmark in place of the name, and says it to who cannot see", async () => {
    const { text } = await pageOf({ appearance: { logo: { src: "/chat.svg", wordmark: true } } });
    expect(text).to.include('<p class="app"><img src="/chat.svg" alt="Chat" height="32"></p>');
  });

  it("has an icon of its own where the app has no logo, in the accent", async () => {
    const { text, assets, person } = await pageOf({ appearance: { accent: "#0b6e4f" } });
    expect(text).to.include(`<link rel="icon" href="${assets}/icon.svg">`);
    const { body, headers } = await person.agent.get(`${assets}/icon.svg`).expect(200);
    expect(headers["content-type"]).to.match(/^image\/svg\+xml/);
    expect(String(body)).to.include('fill="#0b6e4f"');
  });

  it("has a dark scheme unless told otherwise, whose accent is read on a dark page", async () => {
    const { css } = await pageOf({ appearance: { accent: "#0b3d2e" } });
    const night = css.slice(css.indexOf("prefers-color-scheme: dark"));
    const link = colourOf(/--link: (#\w+)/.exec(night)?.[1] as string);
    expect(contrastOf(link as never, colourOf("#191c22") as never)).to.be.at.least(4.5);
    expect((await pageOf({ appearance: { dark: false } })).css).not.to.include("prefers-color-scheme");
    const own = await pageOf({ appearance: { dark: { accent: "#ffd166" } } });
    expect(own.css.slice(own.css.indexOf("prefers-color-scheme"))).to.include("--accent: #ffd166;");
  });

  it("warns of an accent that is not read well, with the ratio, and writes links in a shade that is", async () => {
    const [said, ...others] = await warningsOf({ accent: "#ffcc00" });
    expect(said).to.include("accent #ffcc00 has a contrast of 1.51:1").and.include("4.5:1");
    expect(others).to.deep.equal([]);
    expect(await warningsOf({ accent: "#1a56db", dark: { accent: "#8ab4ff" } })).to.deep.equal([]);
    expect((await warningsOf({ dark: { accent: "#123456" } }))[0]).to.include("dark: accent #123456");
    const { css } = await pageOf({ appearance: { accent: "#ffcc00" } });
    const link = colourOf(/--link: (#\w+)/.exec(css)?.[1] as string);
    expect(contrastOf(link as never, WHITE)).to.be.at.least(4.5);
    const ink = colourOf(/--accent-ink: (#\w+)/.exec(css)?.[1] as string);
    expect(contrastOf(ink as never, colourOf("#ffcc00") as never)).to.be.at.least(4.5);
  });

  it("has text on the accent and links on the card at 4.5:1 for any colour there is", () => {
    for (let i = 0; i < 4096; i += 7) {
      const accent = colourOf(`#${i.toString(16).padStart(3, "0")}`) as [number, number, number];
      expect(contrastOf(readable(accent, WHITE, [0, 0, 0], 4.5), WHITE), hexOf(accent)).to.be.at.least(4.5);
      const { light } = brandOf({ accent: hexOf(accent) }, () => undefined);
      const ink = colourOf(light["--accent-ink"] as string) as [number, number, number];
      expect(contrastOf(ink, accent), hexOf(accent)).to.be.at.least(4.5);
    }
  });

  for (const [appearance, named] of [
    [{ accent: "red" }, "accent"],
    [{ accent: "#12345" }, "accent"],
    [{ logo: "https://cdn.example/logo.svg" }, "logo"],
    [{ logo: "//cdn.example/logo.svg" }, "logo"],
    [{ logo: { src: '/a"onload="x' } }, "logo"],
    [{ logo: { source: "/a.svg" } }, "appearance.logo.source: unknown"],
    [{ stylesheet: "brand.css" }, "stylesheet"],
    [{ radius: "1rem; } body { display: none" }, "radius"],
    [{ font: "x; } body { display: none" }, "font"],
    [{ dark: "no" }, "dark"],
    [{ acent: "#123456" }, "did you mean accent"],
  ] as const)
    it(`refuses ${JSON.stringify(appearance)} at start, by name`, () => {
      expect(() => makeApp({ factors: { appearance: appearance as never } })).to.throw(
        TypeError,
        `appearance: ${named}`.replace(/^appearance: (?=did|appearance)/, ""),
      );
    });
});

for (const version of versions) {
  describe(`what the pages load, on Express ${version}`, () => {
    it("is under a path that changes with it, kept for ever, and by no shared cache beside a session's cookie", async () => {
      const app = makeApp({ express: version, cookie: { maxAge: 60_000 } });
      const { agent, logIn, get } = visitor(app, "html");
      await logIn("alice");
      const { text } = await get(PATH).expect(200);
      for (const [path] of text.matchAll(/\/sms_verification\/assets\/[^"]+/g)) {
        const { headers } = await agent
          .get(path)
          .expect(200)
          .expect("Cache-Control", "private, max-age=31536000, immutable")
          .expect("X-Content-Type-Options", "nosniff");
        await agent.get(path).set("If-None-Match", String(headers["etag"])).expect(304);
        const other = path.replace(/assets\/[^/]+/, "assets/another");
        await agent.get(other).expect(200).expect("Cache-Control", "private, no-cache");
      }
      expect(text.match(/\/sms_verification\/assets\/[^"]+/g)).to.have.length(3);
      const branded = makeApp({ express: version, factors: { appearance: { radius: "0" } } });
      const [one, two] = [app, branded].map(({ factors }) => factors.pages.brandVersion);
      expect(one).not.to.equal(two);
    });
  });
}

describe("the way to help", () => {
  it("is a link on every page, in the page's language", async () => {
    const support = { url: "https://help.example/?a=1&b=2", label: { en: "Call us", de: "Rufen Sie an" } };
    const { text } = await pageOf({ support }, { "Accept-Language": "de-AT" });
    expect(text).to.match(
      /<footer class="help"><a href="https:\/\/help\.example\/\?a=1&amp;b=2">.*Rufen Sie an<\/a>/,
    );
    expect((await pageOf({ support: { url: "tel:+123" } })).text).to.include("Get help</a>");
    expect((await pageOf({})).text).not.to.include("<footer");
  });

  it("must be an address that a page may lead to", () => {
    for (const url of ["javascript:alert(1)", "http://help.example", "//help.example", "", 5])
      expect(() => makeApp({ factors: { support: { url } as never } })).to.throw(TypeError, /support/);
    for (const label of ["", {}, { de: "x" }, 5])
      expect(() => makeApp({ factors: { support: { url: "/help", label } as never } })).to.throw(
        TypeError,
        /support: label/,
      );
  });
});
