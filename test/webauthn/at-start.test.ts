import { expect } from "chai";
import { passkey, passkeySignIn, PasskeyStrategy, securityKey } from "../../lib/index.ts";
import { accountsIn, makeApp } from "../support/app.ts";

describe("what passkeys need of an app is looked at at start", () => {
  const make = (publicUrl: string | undefined, factor = passkey(), more: object = {}) =>
    makeApp({ more: [factor], factors: { publicUrl, ...more } as never });

  it("an address for which browsers make credentials", () => {
    expect(() => make(undefined)).to.throw(TypeError, /passkey: createFactors needs publicUrl/);
    for (const url of ["http://127.0.0.1:3000", "https://10.0.0.1", "https://[::1]:3000"])
      expect(() => make(url), url).to.throw(TypeError, /IP address/);
    expect(() => make("http://chat.example")).to.throw(TypeError, /https, or http:\/\/localhost/);
    expect(() => make("http://chat.example", securityKey())).to.throw(TypeError, /^securityKey: /);
    for (const url of ["https://chat.example", "http://localhost:3000", "http://app.localhost"])
      expect(() => make(url), url).not.to.throw();
  });

  it("a domain that the address is in", () => {
    const at =
      (rpId: string, url = "https://login.chat.example") =>
      () =>
        make(url, passkey({ rpId }));
    expect(at("chat.example")).not.to.throw();
    expect(at("login.chat.example")).not.to.throw();
    for (const rpId of ["evil.example", "at.example", "x.login.chat.example"])
      expect(at(rpId), rpId).to.throw(TypeError, /rpId must be the host/);
    for (const rpId of ["", "https://chat.example", "chat.example:443", "CHAT.example", "-a", 7 as never])
      expect(at(rpId), String(rpId)).to.throw(TypeError, /rpId must be a domain in small letters/);
  });

  it("options by name", () => {
    expect(() => passkey({ conter: "flag" } as never)).to.throw(TypeError, /did you mean counter/);
    expect(() => passkey({ counter: "ignore" as never })).to.throw(
      TypeError,
      /counter must be one of flag, refuse/,
    );
    expect(() => securityKey({ most: 0 })).to.throw(TypeError, /most must be an integer from 1 to 50/);
  });

  it("a factor that signs in, and byId in accounts", () => {
    const users = new Map();
    const { byId: _byId, ...accounts } = accountsIn(users) as { byId: unknown } & object;
    const { factors } = make("https://chat.example", passkey(), { accounts });
    expect(() => passkeySignIn(factors)).to.throw(TypeError, "passkeySignIn: accounts must have byId");
    const { factors: none } = make("https://chat.example", securityKey());
    expect(() => passkeySignIn(none)).to.throw(TypeError, /no factor in the list .* signs in by itself/);
    expect(() => new PasskeyStrategy(none)).to.throw(TypeError, /with the factor "passkey" in its list/);
  });
});
