/** Web Authentication by the browser's own JSON methods: what a page shows where they are there, and what it sends. */
export const ceremonyScript: string = `(() => {
  const PARSE = { get: "parseRequestOptionsFromJSON", create: "parseCreationOptionsFromJSON" };
  const Credential = window.PublicKeyCredential;
  // Of all that is asked of the browser, one thing at a time is.
  let asking;

  for (const form of document.querySelectorAll("form[data-ceremony]")) {
    const kind = form.dataset.ceremony;
    const parse = PARSE[kind];
    if (typeof Credential?.[parse] !== "function" || typeof Credential.prototype.toJSON !== "function") continue;
    const button = form.querySelector("button");
    const says = form.querySelector("[data-says]");
    const conditional = "conditional" in form.dataset;
    form.hidden = false;
    for (const without of document.querySelectorAll("[data-without-ceremony]")) without.hidden = true;
    if (!conditional && !form.querySelector("input:not([type=hidden])")) button.focus();

    const tell = (text) => {
      says.hidden = text === "";
      says.textContent = text;
    };
    const optionsOf = async () => {
      if (form.dataset.publicKey) return JSON.parse(form.dataset.publicKey);
      const answer = await fetch(form.dataset.options, { method: "POST", headers: { Accept: "application/json" } });
      const body = await answer.json();
      if (!answer.ok) throw Object.assign(new Error(), { said: body.message });
      return body.publicKey;
    };
    const ask = async (mediation) => {
      asking?.abort();
      const mine = (asking = new AbortController());
      const { signal } = mine;
      try {
        const publicKey = Credential[parse](await optionsOf());
        if (signal.aborted) return;
        const credential = await navigator.credentials[kind]({ publicKey, signal, ...(mediation && { mediation }) });
        form.elements.namedItem(form.dataset.field).value = JSON.stringify(credential.toJSON());
        form.submit();
      } catch (error) {
        // Whoever has begun another one needs no words about this.
        if (asking !== mine || mediation) return;
        tell(error.said ?? (error.name === "InvalidStateError" ? form.dataset.known : form.dataset.failed));
        button.disabled = false;
        form.removeAttribute("aria-busy");
        offer();
      }
    };
    // A challenge lives for five minutes; a page may stand open for longer.
    let renewal;
    const offer = async () => {
      if (!conditional || !(await Credential.isConditionalMediationAvailable?.())) return;
      clearInterval(renewal);
      renewal = setInterval(() => ask("conditional"), 240000);
      ask("conditional");
    };

    form.addEventListener("submit", (event) => {
      event.preventDefault();
      event.stopPropagation();
      clearInterval(renewal);
      tell("");
      button.disabled = true;
      form.setAttribute("aria-busy", "true");
      ask();
    });
    // A page that comes back from the history may ask anew.
    addEventListener("pageshow", (event) => {
      if (!event.persisted) return;
      button.disabled = false;
      form.removeAttribute("aria-busy");
      offer();
    });
    offer();
  }
})();
`;
