import { expect } from "chai";
import { readField } from "../../lib/http/fields.ts";

const read = (body: unknown) => readField(body, "sms_verification", ["pin_number", "code"]);

describe("a field of a body", () => {
  it("is found flat, nested, and in the flat spelling of a simple urlencoded parser; the first name wins", () => {
    expect(read({ pin_number: "1" })).to.equal("1");
    expect(read({ sms_verification: { pin_number: "1" } })).to.equal("1");
    expect(read({ "sms_verification[pin_number]": "1" })).to.equal("1");
    expect(read({ code: "2" })).to.equal("2");
    expect(read({ code: "2", pin_number: "1" })).to.equal("1");
    expect(read({ code: "2", sms_verification: { pin_number: "1" } })).to.equal("1");
  });

  it("[L6] is only what was sent: never a prototype's property, never of another scope, never of a list", () => {
    expect(read(Object.create({ pin_number: "1" }))).to.equal(undefined);
    expect(readField({}, "toString", ["name", "constructor", "__proto__"])).to.equal(undefined);
    expect(read({ other: { pin_number: "1" } })).to.equal(undefined);
    for (const body of [
      undefined,
      null,
      "pin_number",
      7,
      ["1"],
      { sms_verification: ["1"] },
      { sms_verification: null },
    ]) {
      expect(read(body), JSON.stringify(body)).to.equal(undefined);
    }
  });
});
