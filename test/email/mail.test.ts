import { expect } from "chai";
import { codeMail, linkMail, type CodeMail } from "../../lib/email/mail.ts";
import { languages } from "../../lib/locales/translate.ts";

const parts: CodeMail = {
  code: "012345",
  reference: "BX7K",
  purpose: "login",
  locale: "en",
  appName: "Chat",
  minutes: 5,
};
const url = "https://chat.example/recover?a=1&b=2#Zk3vX9";
const plain = (html: string) =>
  html
    .replace(/<style>[\s\S]*?<\/style>|<title>[\s\S]*?<\/title>|<[^>]+>/g, "\n")
    .replaceAll("&amp;", "&")
    .replaceAll("&#39;", "'");
const lines = (text: string) =>
  text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");

for (const locale of Object.keys(languages)) {
  describe(`a mail in ${locale}`, () => {
    it("[D13] names the app, the code, its life and its reference, once each and all in one language", () => {
      const { subject, text } = codeMail({ ...parts, locale });
      expect(subject).to.include("Chat").and.include("BX7K");
      expect(text)
        .to.include("Chat")
        .and.match(/5\s?(min|Min|分)/);
      expect(text.match(/012345/g)).to.have.length(1);
      expect(text.match(/BX7K/g)).to.have.length(1);
      expect(`${subject}${text}`).not.to.match(/[{}]|undefined/);
      for (const other of Object.keys(languages).filter((each) => each !== locale))
        expect(codeMail({ ...parts, locale: other }).text).not.to.equal(text);
    });

    it("says as a page what it says as text, and is marked with its language", () => {
      for (const mail of [
        codeMail({ ...parts, locale }),
        linkMail({ ...parts, locale, url, purpose: "recovery" }),
      ]) {
        const words = lines(plain(mail.html));
        expect(lines(mail.text).filter((line) => !words.includes(line))).to.deep.equal([]);
        expect(mail.html).to.include(`<html lang="${locale}"`);
      }
    });

    it("says what its code is for: a login, an address, an account that was lost", () => {
      const of = (purpose: string) => codeMail({ ...parts, locale, purpose }).text;
      expect(new Set(["login", "enrol", "recovery"].map(of)).size).to.equal(3);
      expect(of("step-up")).to.equal(of("login"));
    });
  });
}

describe("a mail", () => {
  it("[T11] has no code in its subject, which mail servers write to their logs", () => {
    expect(codeMail(parts).subject).not.to.include(parts.code);
    const link = linkMail({ ...parts, url });
    expect(link.subject).not.to.include(parts.code).and.not.include("Zk3vX9");
  });

  it("[M3] loads nothing and counts nobody: no image, script, font or address but a link's own", () => {
    const mails = [codeMail(parts), linkMail({ ...parts, url, purpose: "recovery" })];
    for (const { html } of mails)
      expect(html).not.to.match(/<(img|script|iframe|link|object)|url\(|@import|src=/i);
    expect(mails[0]?.html).not.to.match(/https?:|href/);
    expect(mails[1]?.html.match(/href="[^"]*"/g)).to.deep.equal([`href="${url.replace("&", "&amp;")}"`]);
  });

  it("writes whatever an app is called as text", () => {
    const appName = `<b>"A" & 'B'</b>`;
    const { html, text } = codeMail({ ...parts, appName });
    expect(html).not.to.include("<b>");
    expect(html).to.include("&lt;b&gt;&quot;A&quot; &amp; &#39;B&#39;&lt;/b&gt;");
    expect(text).to.include(appName);
    expect(linkMail({ ...parts, url: `https://a.example/"><script>` }).html).not.to.include("<script>");
  });

  it("with a link has the whole address in the text, and the code only where there is one", () => {
    const { code: _code, ...noCode } = parts;
    expect(lines(linkMail({ ...noCode, url }).text))
      .to.include(url)
      .and.not.include(parts.code);
    expect(lines(linkMail({ ...parts, url }).text)).to.include.members([url, parts.code]);
  });
});
