/* Proposes the zone of this device's clock: in an empty select with a note, in a hidden field
   without. */
(() => {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (!zone) return;
  for (const field of document.querySelectorAll("input[data-zone]")) field.value = zone;
  for (const select of document.querySelectorAll("select[data-zone-note]")) {
    if (select.value) continue;
    if (![...select.options].some((option) => option.value === zone)) {
      select.add(new Option(zone.replace(/_/g, " "), zone));
    }
    select.value = zone;
    const note = document.createElement("p");
    note.className = "help";
    note.textContent = select.dataset.zoneNote;
    select.after(note);
  }
})();
