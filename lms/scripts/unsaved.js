/* Asks before leaving a form marked data-unsaved in which something was typed. */
(() => {
  for (const form of document.querySelectorAll("form[data-unsaved]")) {
    let typed = false;
    form.addEventListener("input", () => { typed = true; });
    form.addEventListener("submit", () => { typed = false; });
    window.addEventListener("beforeunload", (event) => { if (typed) event.preventDefault(); });
  }
})();
