/** What the built-in pages add where there is JavaScript: countdowns, and the code read from the message where the browser can (WebOTP). */
export const script: string = `"use strict";
(() => {
  const clock = (seconds) => {
    const two = (n) => String(n).padStart(2, "0");
    const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
    return h > 0 ? h + ":" + two(m) + ":" + two(s) : m + ":" + two(s);
  };
  const countDown = (seconds, tick, done) => {
    const end = performance.now() + seconds * 1000;
    const step = () => {
      const left = Math.ceil((end - performance.now()) / 1000);
      if (left <= 0) { clearInterval(timer); done(); } else tick(left);
    };
    const timer = setInterval(step, 1000);
  };

  const abort = new AbortController();
  const expiry = document.querySelector("[data-expires-in]");
  if (expiry) {
    const [seen, spoken] = expiry.children;
    countDown(Number(expiry.dataset.expiresIn), (left) => {
      seen.textContent = expiry.dataset.text.replace("{time}", clock(left));
      if (left === 60 || left === 30) spoken.textContent = seen.textContent;
    }, () => {
      seen.textContent = spoken.textContent = expiry.dataset.over;
      abort.abort();
    });
  }

  const again = document.querySelector("[data-resend-in]");
  if (again && Number(again.dataset.resendIn) > 0) {
    const [button, wait] = [again.querySelector("button"), again.querySelector("[data-wait]")];
    button.disabled = true;
    countDown(Number(again.dataset.resendIn), (left) => {
      wait.textContent = again.dataset.text.replace("{time}", clock(left));
    }, () => {
      button.disabled = false;
      wait.textContent = "";
    });
  }

  const form = document.querySelector("[data-otp]");
  if (form && "OTPCredential" in window) {
    form.addEventListener("submit", () => abort.abort());
    navigator.credentials.get({ otp: { transport: ["sms"] }, signal: abort.signal }).then((credential) => {
      form.elements.pin_number.value = credential.code;
      form.requestSubmit();
    }).catch(() => {});
  }
})();
`;
