import { expect } from "chai";
import { consoleTransport, createFactors, memoryStore, type FactorsOptions } from "../../lib/index.ts";
import { accountsIn, SECRET } from "../support/app.ts";
import { mail, message, signal } from "../support/message.ts";

describe("the console transport", () => {
  const environment = process.env["NODE_ENV"];
  afterEach(() => {
    if (environment === undefined) delete process.env["NODE_ENV"];
    else process.env["NODE_ENV"] = environment;
  });

  it("[T12] [D15] refuses production unless told so, also as the default of createFactors", () => {
    process.env["NODE_ENV"] = "production";
    expect(() => consoleTransport()).to.throw(TypeError, /NODE_ENV=production/);
    expect(() => consoleTransport({ allowInProduction: true })).not.to.throw();
    const options = {
      secret: SECRET,
      accounts: accountsIn(new Map()),
      store: memoryStore(),
    } as unknown as FactorsOptions;
    expect(() => createFactors(options)).to.throw(TypeError, /consoleTransport/);
    process.env["NODE_ENV"] = "development";
    expect(() => consoleTransport()).not.to.throw();
    expect(() => createFactors(options)).not.to.throw();
  });

  it("shows each message as a phone would, with every line in a frame of one width", async () => {
    for (const text of [
      message.text,
      "【Chat】あなたの確認コードは 730512 です。有効期限は5分です。\n\n@chat.example #730512",
    ]) {
      const lines: string[] = [];
      const transport = consoleTransport({ output: { write: (part: string) => lines.push(part) } });
      expect(await transport.send({ ...message, text }, signal)).to.deep.equal({ status: "sent" });
      const shown = lines.join("");
      expect(shown).to.include("Text message to +886912345678").and.include("│ @chat.example #730512");
      const wide = /[\u3000-\u9FFF\uFF00-\uFF60]/g;
      const widths = shown
        .split("\n")
        .filter((line) => line.trim() !== "")
        .map((line) => line.length + (line.match(wide)?.length ?? 0));
      expect(new Set(widths.filter((width) => width <= 52)), text).to.have.length(1);
    }
  });

  it("shows a mail with whom it is for, its subject and its text", async () => {
    const lines: string[] = [];
    const transport = consoleTransport({ output: { write: (part: string) => lines.push(part) } });
    await transport.send(mail, signal);
    const shown = lines.join("");
    expect(shown).to.match(/Mail to ann@example\.net +│\n +│ Your Chat code \(K7Q2\) +│\n +├/);
    expect(shown).to.include("│ 730512 ").and.not.include("<");
  });
});
