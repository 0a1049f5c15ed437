/* In a form marked data-by-keys a key presses the control that carries it as data-key. */
(() => {
  const form = document.querySelector("form[data-by-keys]");
  if (!form) return;
  let pressed = false;
  document.addEventListener("keydown", (event) => {
    if (pressed || event.repeat || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest("input, textarea, select, [contenteditable]")) return;
    const control = form.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
    if (!control) return;
    event.preventDefault();
    pressed = true;
    control.click();
  });
  window.addEventListener("pageshow", () => { pressed = false; });
})();
