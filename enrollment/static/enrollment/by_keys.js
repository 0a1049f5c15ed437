/* Inside what is marked data-by-keys a key presses the control that carries it as data-key. A field
   is entered by its key, and left by Enter or Escape as it is, so that the next key decides. */
(() => {
  const marked = document.querySelector("[data-by-keys]");
  if (!marked) return;
  let pressed = false;
  document.addEventListener("keydown", (event) => {
    if (pressed || event.repeat || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest("input, textarea, select, [contenteditable]")) {
      if (!event.target.matches("[data-key]") || !["Enter", "Escape"].includes(event.key)) return;
      event.preventDefault();
      event.target.blur();
      return;
    }
    const control = marked.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
    if (!control) return;
    event.preventDefault();
    if (control.matches("textarea")) {
      control.select();
      return;
    }
    pressed = true;
    control.click();
  });
  window.addEventListener("pageshow", () => { pressed = false; });
})();
