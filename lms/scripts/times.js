/* Where the reader's zone is not known, adds this device's hour to a time. */
(() => {
  const format = new Intl.DateTimeFormat(document.documentElement.lang, {
    weekday: "long", day: "numeric", month: "long", hour: "2-digit", minute: "2-digit",
  });
  for (const time of document.querySelectorAll("time[data-local]")) {
    const note = document.createElement("span");
    note.className = "here";
    note.textContent = ` · ${format.format(new Date(time.dateTime))} ${time.dataset.local}`;
    time.append(note);
  }
})();
