import { codeFieldScript } from "./scripts/code-field.ts";
import { countryFieldScript } from "./scripts/country-field.ts";
import { datesScript } from "./scripts/dates.ts";
import { savedCodesScript } from "./scripts/saved-codes.ts";
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
      abort.abort();
      // There is nothing left to type: what can be done about that comes in its place.
      const over = document.querySelector("[data-over][hidden]");
      document.querySelector("[data-typing]").hidden = true;
      document.title = document.title.replace(document.querySelector("h1").textContent, over.dataset.over);
      document.querySelector("h1").textContent = over.dataset.over;
      over.hidden = false;
    });
  }

  for (const again of document.querySelectorAll("[data-resend-in]")) {
    if (Number(again.dataset.resendIn) <= 0) continue;
    const [button, wait, spoken] = again.children;
    // The same code by another channel has to wait as long.
    const all = [button, ...(again.closest(".again")?.querySelectorAll("form[data-waits] button") ?? [])];
    const short = again.querySelector("[data-left]");
    const say = (left) => {
      wait.textContent = again.dataset.text.replace("{time}", clock(left));
      short.textContent = wait.matches("p") ? "" : " (" + clock(left) + ")";
    };
    for (const each of all) each.disabled = true;
    say(Number(again.dataset.resendIn));
    countDown(Number(again.dataset.resendIn), say, () => {
      for (const each of all) each.disabled = false;
      wait.textContent = short.textContent = "";
      spoken.textContent = again.dataset.over;
    });
  }

  const choices = document.querySelector("form[data-wait]");
  if (choices) countDown(Number(choices.dataset.wait), () => {}, () => {
    for (const button of choices.querySelectorAll(":disabled")) button.disabled = false;
  });

  const status = document.querySelector("[data-follow]");
  if (status) {
    const texts = JSON.parse(status.dataset.texts);
    // Nobody looks: nobody asks. Who is signed out, or has no code any more, has nothing to follow.
    const seen = () => document.hidden ? new Promise((goOn) => document.addEventListener("visibilitychange", goOn, { once: true })) : undefined;
    const ask = async () => {
      await seen();
      if (abort.signal.aborted) return;
      const answer = await fetch(status.dataset.follow, { headers: { Accept: "application/json" } }).catch(() => undefined);
      if (answer?.status === 401 || answer?.status === 404) return;
      const { delivery } = answer?.ok ? await answer.json() : {};
      // Another page is due: nothing has arrived that could be typed.
      if (delivery === "missed" || delivery === "failed") return location.replace(status.dataset.page);
      if (delivery && delivery !== status.dataset.delivery) {
        status.dataset.delivery = delivery;
        status.textContent = texts[delivery] ?? "";
      }
      // Somebody, or a voicemail box, has picked up: that may still turn out to be nobody.
      if (delivery !== "delivered") setTimeout(ask, 2500);
    };
    setTimeout(ask, 1000);
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
${codeFieldScript}${countryFieldScript}${numberFieldScript}${savedCodesScript}${datesScript}`;
