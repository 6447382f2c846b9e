import { codeFieldScript } from "./scripts/code-field.ts";
import { numberFieldScript } from "./scripts/number-field.ts";

/** What the built-in pages add where there is JavaScript: countdowns, and the code read from the message where the browser can (WebOTP). */
export const script: string = `"use strict";
(() => {
  const clock = (seconds) => {
    const two = (n) => String(n).padStart(2, "0");
    const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
    return h > 0 ? h + ":" + two(m) + ":" + two(s) : m + ":" + two(s);
  };
  const countDown = (seconds, tick, done) => {
    // The wall clock: it goes on while the phone sleeps or the person is away in the messages.
    const end = Date.now() + seconds * 1000;
    const step = () => {
      const left = Math.ceil((end - Date.now()) / 1000);
      if (left <= 0) { clearInterval(timer); done(); } else tick(left);
    };
    const timer = setInterval(step, 1000);
  };

  // Two clicks are one: what is on its way is not sent again. A page that comes back from the history may be sent anew.
  const sent = new WeakSet();
  addEventListener("submit", (event) => {
    // A script of the page's own has taken it over.
    if (event.defaultPrevented) return;
    if (sent.has(event.target)) return event.preventDefault();
    sent.add(event.target);
    event.target.setAttribute("aria-busy", "true");
    (event.submitter ?? event.target.querySelector("button:not([type=button])"))?.setAttribute("data-busy", "");
  });
  addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    for (const form of document.forms) {
      sent.delete(form);
      form.removeAttribute("aria-busy");
      form.querySelector("[data-busy]")?.removeAttribute("data-busy");
    }
  });

  const abort = new AbortController();
  const expiry = document.querySelector("[data-expires-in]");
  if (expiry) {
    const [seen, spoken] = expiry.children;
    const total = Number(expiry.dataset.expiresIn);
    const warnings = [60, 30].filter((at) => at < total);
    countDown(total, (left) => {
      seen.textContent = expiry.dataset.text.replace("{time}", clock(left));
      // A timer of a page in the background may skip the very second.
      if (left <= warnings[0]) spoken.textContent = seen.textContent;
      while (left <= warnings[0]) warnings.shift();
    }, () => {
      seen.textContent = spoken.textContent = expiry.dataset.over;
      abort.abort();
    });
  }

  const again = document.querySelector("[data-resend-in]");
  if (again && Number(again.dataset.resendIn) > 0) {
    const [button, wait, spoken] = again.children;
    const short = again.querySelector("[data-left]");
    const say = (left) => {
      wait.textContent = again.dataset.text.replace("{time}", clock(left));
      short.textContent = wait.matches("p") ? "" : " (" + clock(left) + ")";
    };
    button.disabled = true;
    say(Number(again.dataset.resendIn));
    countDown(Number(again.dataset.resendIn), say, () => {
      button.disabled = false;
      wait.textContent = short.textContent = "";
      spoken.textContent = again.dataset.over;
    });
  }

  const status = document.querySelector("[data-follow]");
  if (status) {
    const texts = JSON.parse(status.dataset.texts);
    const ask = async () => {
      if (abort.signal.aborted) return;
      const answer = await fetch(status.dataset.follow, { headers: { Accept: "application/json" } }).catch(() => undefined);
      const { delivery, delivery_reason } = answer?.ok ? await answer.json() : {};
      if (delivery && delivery !== status.dataset.delivery) {
        status.dataset.delivery = delivery;
        status.textContent = texts[delivery_reason] ?? texts[delivery] ?? "";
        // Another page is due: nobody heard a code, so there is none to type.
        if (delivery === "missed") return location.reload();
      }
      // Somebody, or a voicemail box, has picked up: that may still turn out to be nobody.
      if (!["delivered", "failed"].includes(delivery)) setTimeout(ask, 2500);
    };
    setTimeout(ask, 1000);
  }

  const copy = document.querySelector("[data-copy]");
  if (copy && navigator.clipboard) {
    copy.hidden = false;
    copy.addEventListener("click", () => navigator.clipboard.writeText(copy.dataset.copy).then(() => {
      document.querySelector("[data-copied]").textContent = copy.dataset.done;
    }));
  }
  const paper = document.querySelector("[data-print]");
  if (paper) {
    paper.hidden = false;
    paper.addEventListener("click", () => window.print());
  }

  const form = document.querySelector("[data-otp]");
  if (form && "OTPCredential" in window) {
    form.addEventListener("submit", () => abort.abort());
    navigator.credentials.get({ otp: { transport: ["sms"] }, signal: abort.signal }).then((credential) => {
      form.elements.pin_number.value = credential.code;
      form.elements.pin_number.dispatchEvent(new Event("input"));
      if (!form.hasAttribute("aria-busy")) form.requestSubmit();
    }).catch(() => {});
  }
})();
${codeFieldScript}${numberFieldScript}`;
