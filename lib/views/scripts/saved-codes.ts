/** Codes that are shown once: copied, downloaded or printed before somebody goes on. */
export const savedCodesScript = `
(() => {
  const tools = document.querySelector("[data-tools]");
  if (!tools) return;
  const said = document.querySelector("[data-copied]");
  const goOn = document.querySelector("[data-once-saved] button");
  const saved = () => { goOn.disabled = false; goOn.removeAttribute("aria-describedby"); document.getElementById("save-first").hidden = true; };
  goOn.disabled = true;
  document.getElementById("save-first").hidden = false;
  const copy = tools.querySelector("[data-copy]");
  copy.hidden = false;
  copy.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(copy.dataset.copy);
      said.textContent = copy.dataset.done;
      saved();
    } catch {
      // Refused, or there is none by plain http.
      said.textContent = copy.dataset.refused;
    }
  });
  const paper = tools.querySelector("[data-print]");
  paper.hidden = false;
  paper.addEventListener("click", () => { window.print(); saved(); });
  tools.querySelector("[download]").addEventListener("click", saved);
})();
`;
