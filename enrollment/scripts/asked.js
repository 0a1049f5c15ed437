/* Shows the questions that hang on other answers (data-shown-if), as the server decides it too. */
(() => {
  const parts = [...document.querySelectorAll("[data-shown-if]")].map((part) => ({
    part,
    name: part.querySelector("[name]").name,
    condition: JSON.parse(part.dataset.shownIf),
  }));
  if (!parts.length) return;
  const form = parts[0].part.closest("form");
  const show = () => {
    const typed = new FormData(form);
    const seen = new Set(form.elements.asked.value.split(" "));
    for (const { part, name, condition } of parts) {
      const chosen = seen.has(condition.field) ? typed.getAll(condition.field) : [];
      const isAsked = chosen.some((value) => condition.values.includes(value));
      part.hidden = !isAsked;
      if (isAsked) seen.add(name); else seen.delete(name);
    }
    form.elements.asked.value = [...seen].join(" ");
  };
  form.addEventListener("change", show);
  show();
})();
