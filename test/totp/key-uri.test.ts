import { generateURI } from "otplib";
import { expect } from "chai";
import { inGroups, issuerFault, issuerOf, keyUri } from "../../lib/totp/key-uri.ts";
import { qrSvg } from "../../lib/totp/qr-svg.ts";

const secret = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP";

describe("the URI that authenticator apps scan", () => {
  it("is that of another implementation: SHA-1, 6 digits and 30 seconds are left out, the issuer stands twice", () => {
    for (const [issuer, label] of [
      ["Chat", "ann@example.net"],
      ["Ann & Bob Chat", "ann+home@example.net"],
      ["Grüße", "Ännchen von Tharau"],
      ["50% off?", "a/b#c&d=e"],
    ] as const)
      expect(keyUri({ issuer, label, secret })).to.equal(generateURI({ issuer, label, secret }));
    expect(keyUri({ issuer: "Chat", label: "ann@example.net", secret })).to.equal(
      `otpauth://totp/Chat:ann%40example.net?secret=${secret}&issuer=Chat`,
    );
  });

  it("has one colon that apps can take for the end of the issuer, and no plus for a space", () => {
    const uri = keyUri({ issuer: "My App", label: "acme:ann smith", secret });
    expect(uri).to.equal(`otpauth://totp/My%20App:acme%3Aann%20smith?secret=${secret}&issuer=My%20App`);
  });

  it("is made for any label: long ones are cut, what is no text is replaced", () => {
    const uri = keyUri({ issuer: "Chat", label: `${"x".repeat(5000)}`, secret });
    expect(uri).to.include(`${"x".repeat(100)}?`);
    expect(keyUri({ issuer: "Chat", label: "\uD83D", secret })).to.include("Chat:%EF%BF%BD?");
    expect(keyUri({ issuer: "Chat", label: "\u{1F642}".repeat(200), secret })).to.include("%F0%9F%99%82?");
  });

  it("has an issuer that apps show as it is", () => {
    for (const fine of ["Chat", "Ann & Bob", "Grüße", "x".repeat(64)])
      expect(issuerFault(fine)).to.equal(undefined);
    for (const wrong of ["", "Chat: beta", ":", " Chat", "Chat\n", "Ch\0at", "\uD83D", "x".repeat(65)])
      expect(issuerFault(wrong), wrong).to.be.a("string");
  });

  it("has an issuer that is made of any name of an app", () => {
    expect(issuerOf("Chat")).to.equal("Chat");
    expect(issuerOf("Chat: beta")).to.equal("Chat beta");
    for (const odd of ["::", " a\n:b ", "x".repeat(500), "\u{1F642}".repeat(80), "\uD83D"])
      expect(issuerFault(issuerOf(odd)), odd).to.equal(undefined);
  });

  it("shows its secret in groups of four", () => {
    expect(inGroups(secret)).to.equal("JBSW Y3DP EHPK 3PXP JBSW Y3DP EHPK 3PXP");
  });
});

describe("the QR code", () => {
  const uri = keyUri({ issuer: "Chat", label: "ann@example.net", secret });

  it("[T6] is an image with a name, without style and script, and repeats no text", () => {
    const svg = qrSvg(uri, 'QR "code" <b> & more');
    expect(svg).to.include('role="img" aria-label="QR &quot;code&quot; &lt;b&gt; &amp; more"');
    expect(svg).not.to.match(/style|script|<text|<title|JBSW|otpauth/);
    expect(svg.length).to.be.below(12_000);
  });

  it("fits the longest name and label that there may be", () => {
    const longest = keyUri({ issuer: "\u{1F642}".repeat(32), label: "\u{1F642}".repeat(100), secret });
    expect(qrSvg(longest, "QR")).to.match(/^<svg /);
  });
});
