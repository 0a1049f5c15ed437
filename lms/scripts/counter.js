/* Says how much room is left in a text with a limit: maxlength, or data-words for words. */
(() => {
  for (const area of document.querySelectorAll("textarea[maxlength], textarea[data-words]")) {
    const words = Number(area.dataset.words || 0);
    const note = document.createElement("p");
    note.className = "count";
    note.setAttribute("aria-live", "polite");
    const show = () => {
      const used = words ? (area.value.match(/\S+/g) || []).length : area.value.length;
      note.textContent = `${used} / ${words || area.maxLength}`;
    };
    area.addEventListener("input", show);
    area.after(note);
    show();
  }
})();
