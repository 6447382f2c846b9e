/** What waits for somebody elsewhere is looked at every few seconds; and a password may be shown. */
export const recoveryScript: string = `(() => {
  const waiting = document.querySelector("[data-wait]");
  if (waiting) {
    const { wait, gen, state } = waiting.dataset;
    // Nobody looks: nobody asks.
    const seen = () => document.hidden ? new Promise((goOn) => document.addEventListener("visibilitychange", goOn, { once: true })) : undefined;
    const look = async () => {
      await seen();
      const answer = await fetch(wait, { headers: { Accept: "application/json" } }).catch(() => undefined);
      const now = answer?.ok ? await answer.json() : undefined;
      if (now && (String(now.gen) !== gen || now.state !== state)) return location.reload();
      setTimeout(look, 2500);
    };
    setTimeout(look, 1500);
  }
  const link = document.querySelector("form[data-link]");
  if (link && location.hash.length > 1) {
    const field = link.elements.token;
    field.value = location.hash.slice(1);
    field.hidden = true;
    link.querySelector("label").hidden = true;
    // The token is in no history and no referrer.
    history.replaceState(null, "", location.pathname);
    link.querySelector("button").focus();
  }
  for (const label of document.querySelectorAll("[data-shows]")) {
    const field = document.getElementById(label.dataset.shows);
    label.hidden = false;
    label.querySelector("input").addEventListener("change", (event) => {
      field.type = event.target.checked ? "text" : "password";
    });
  }
})();
`;
