import { expect } from "chai";
import { translator } from "../../lib/locales/translate.ts";
import { html } from "../../lib/views/html.ts";
import type { Page } from "../../lib/views/pages.ts";
import { problemView } from "../../lib/views/problem.ts";
import { smsRegistrationView } from "../../lib/views/sms-registration.ts";
import { smsVerificationView } from "../../lib/views/code-verification.ts";

const page = (appName = "Chat"): Page => ({
  locale: "en",
  t: translator("en"),
  appName,
  assets: "/x/assets",
  dir: "ltr",
  formFields: {},
});
const HOSTILE = `"><script>alert(1)</script>&'`;
const challenge = {
  phone_display: "***-***-1234",
  expires_in_seconds: 290,
  attempts_remaining: 4,
  reference: "BX7K",
  resend_after_seconds: 25,
  delivery: "sent",
};
const verification = {
  kind: "smsVerification" as const,
  channel: "sms",
  action: "/v",
  challengeUrl: "/v/challenge",
  pageUrl: "/v/new",
  resendAction: "/v/challenge",
  startOverAction: "/v/start_over",
  codeLength: 6,
};

describe("the pages", () => {
  it("[K1] have one text input for the code, made for pasting and filling in", () => {
    const text = smsVerificationView({ ...page(), ...verification, challenge });
    const inputs = text.match(/<input[^>]*>/g) ?? [];
    expect(inputs).to.have.length(1);
    for (const part of [
      'type="text"',
      'inputmode="numeric"',
      'autocomplete="one-time-code"',
      'name="pin_number"',
    ])
      expect(inputs[0]).to.include(part);
  });

  it("[T75] have fields that refuse nothing the server takes: no pattern, and no length at which a pasted message is cut", () => {
    const countries = [{ country_code: "TW", calling_code: "886", name: "Taiwan" }];
    const values = { country_code: "", phone_number: "" };
    for (const text of [
      smsVerificationView({ ...page(), ...verification, challenge }),
      smsRegistrationView({ ...page(), kind: "smsRegistration", action: "/r", countries, values }),
    ]) {
      expect(text).to.include("<input");
      expect(text).not.to.match(/pattern=|maxlength=/);
    }
  });

  it("[K10] have a country and a phone field that browsers can fill in", () => {
    const countries = [{ country_code: "TW", calling_code: "886", name: "Taiwan" }];
    const text = smsRegistrationView({
      ...page(),
      kind: "smsRegistration",
      action: "/r",
      countries,
      values: { country_code: "+886", phone_number: "" },
    });
    expect(text)
      .to.match(/<select[^>]*autocomplete="tel-country-code"/)
      .and.match(/<input[^>]*type="tel"[^>]*autocomplete="tel"/);
    expect(text).to.include('<option value="TW" selected data-calling="886">Taiwan (+886)</option>');
  });

  it("[K4] tie an error to its field", () => {
    const text = smsVerificationView({
      ...page(),
      ...verification,
      challenge,
      error: { code: "invalid_code", message: "Wrong", field: "pin_number" },
    });
    expect(text).to.match(
      /<input[^>]*aria-describedby="pin_number-error pin_number-left pin_number-hint[^"]*"[^>]*aria-invalid="true"/,
    );
    expect(text).to.match(/role="alert" id="pin_number-error">(<svg.*<\/svg>)?Wrong</);
  });

  it("escape everything that they are given", () => {
    const error = { code: "x", message: HOSTILE, field: HOSTILE };
    const countries = [{ country_code: HOSTILE, calling_code: HOSTILE, name: HOSTILE }];
    const texts = [
      smsVerificationView({
        ...page(HOSTILE),
        ...verification,
        action: HOSTILE,
        challenge: { ...challenge, phone_display: HOSTILE },
        error,
      }),
      smsVerificationView({ ...page(HOSTILE), ...verification, resendAction: HOSTILE, error }),
      smsRegistrationView({
        ...page(HOSTILE),
        kind: "smsRegistration",
        action: HOSTILE,
        countries,
        values: { country_code: HOSTILE, phone_number: HOSTILE },
        error,
      }),
      problemView({ ...page(HOSTILE), kind: "problem", status: 500, error, backUrl: HOSTILE }),
    ];
    for (const text of texts) {
      expect(text).not.to.include("<script>alert");
      expect(text.match(/<script/g)).to.have.length(1);
    }
  });

  it("have nothing inline, so that default-src 'self' is enough", () => {
    const text = smsVerificationView({ ...page(), ...verification, challenge });
    expect(text).not.to.match(/<style|style=|\son\w+=|<script(?![^>]*src=)|javascript:/);
  });

  it("write nothing for what is absent, and 0 for 0", () => {
    expect(html`${undefined}${false}${0}${"&"}${[html`<b>`, html`</b>`]}`.html).to.equal("0&amp;<b></b>");
  });
});
