/* Saves a form marked data-autosave as each answer is left. What could not be sent stays in this
   tab, for the same person and address, and is sent when the line is back. A page marked
   data-typed-saved tells by its revision whether what is kept has arrived since. A file that is
   chosen is sent at once; its control is then drawn anew by the server. */
(() => {
  const KEPT = "typed:";
  const names = () => Object.keys(sessionStorage).filter((name) => name.startsWith(KEPT));
  for (const saved of document.querySelectorAll("[data-typed-saved]")) {
    for (const name of names()) {
      const kept = JSON.parse(sessionStorage.getItem(name));
      const isSaved = Number(saved.dataset.revision) > Number(kept.revision);
      if (name.endsWith(saved.dataset.typedSaved) && isSaved) sessionStorage.removeItem(name);
    }
  }
  document.addEventListener("submit", (event) => {
    if (event.target.matches("[data-forget-typed]")) names().forEach((name) => sessionStorage.removeItem(name));
  });

  const form = document.querySelector("form[data-autosave]");
  if (!form) return;
  const RETRY = 15000, WAIT = 5000;
  const key = KEPT + form.dataset.autosave + new URL(form.action).pathname;
  const NOT_TYPED = ["csrfmiddlewaretoken", "revision", "asked"];
  const isTyped = (name) => !NOT_TYPED.includes(name) && !name.startsWith("remove:") && form.elements[name]?.type !== "hidden";
  const note = document.createElement("p");
  note.className = "saved-note";
  note.setAttribute("role", "status");
  form.querySelector(".actions").before(note);

  const typed = () => [...new FormData(form)].filter(([name, value]) => isTyped(name) && typeof value === "string");
  const revision = () => form.elements.revision.value;
  const keep = () => {
    try {
      sessionStorage.setItem(key, JSON.stringify({ revision: revision(), typed: typed() }));
    } catch { /* full or forbidden: it is still sent */ }
  };
  const forget = () => sessionStorage.removeItem(key);
  let sending = null, again = false, timer = 0, stopped = false;

  const say = (text, isWrong) => {
    note.textContent = text;
    note.classList.toggle("wrong", isWrong);
  };
  const later = (text) => {
    say(text, true);
    clearTimeout(timer);
    timer = setTimeout(save, RETRY);
  };

  const parts = [...form.querySelectorAll("[data-file]")];
  const chosenIn = (part) => part.querySelector("input[type=file]").files[0];
  const sayAt = (part, text, isWrong, isDrawn = false) => {
    const status = part.querySelector("[role=status]");
    status.textContent = text;
    status.classList.toggle("visually-hidden", isDrawn);
    status.classList.toggle("wrong", isWrong);
  };
  const isTooLarge = (part) => {
    if (!part || !(chosenIn(part)?.size > part.dataset.most)) return false;
    part.querySelector(".errorlist")?.remove();
    sayAt(part, part.dataset.tooLarge, true);
    part.querySelector("input[type=file]").value = "";
    return true;
  };
  const post = (body, sending) => new Promise((done, failed) => {
    const request = new XMLHttpRequest();
    request.open("POST", form.action);
    let tens = -1;
    request.upload.onprogress = ({ loaded, total }) => {
      if (Math.floor((10 * loaded) / total) === tens) return;
      tens = Math.floor((10 * loaded) / total);
      for (const [part, file] of sending) sayAt(part, `${part.dataset.sending} ${file.name}, ${10 * tens} %`, false);
    };
    request.onload = () => done(request);
    request.onerror = request.onabort = failed;
    request.send(body);
  });
  const drawAnew = (drawn, sending) => {
    for (const part of parts) {
      const { html, said, wrong } = drawn[part.dataset.file] || {};
      if (!html || chosenIn(part) !== sending.get(part)) continue;
      const hadFocus = part.contains(document.activeElement);
      part.querySelector(".field").outerHTML = html;
      sayAt(part, said, wrong, wrong);
      if (hadFocus) part.querySelector("input[type=file]").focus();
    }
  };
  async function send() {
    const body = new FormData(form);
    body.set("autosave", "1");
    for (const [name, value] of [...body]) if (typeof value !== "string" && !value.name) body.delete(name);
    const sending = new Map(parts.filter(chosenIn).map((part) => [part, chosenIn(part)]));
    const unsent = () => {
      for (const part of sending.keys()) sayAt(part, part.dataset.unsent, true);
      later(form.dataset.offline);
    };
    const sent = JSON.stringify(typed());
    let answer, told;
    try {
      answer = await post(body, sending);
    } catch {
      return unsent();
    }
    if (answer.status >= 500 || answer.status === 429) return unsent();
    try {
      told = JSON.parse(answer.responseText);
    } catch {
      for (const part of sending.keys()) sayAt(part, form.dataset.signedOut, true);
      return say(form.dataset.signedOut, true);
    }
    if (answer.status !== 200) {
      stopped = true;
      for (const part of sending.keys()) sayAt(part, told.said, true);
      return say(told.said, true);
    }
    drawAnew(told.files || {}, sending);
    form.elements.revision.value = told.revision;
    if (JSON.stringify(typed()) === sent) forget(); else keep();
    const time = new Date().toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" });
    say(`${told.said} ${time}`, false);
  }
  function save() {
    clearTimeout(timer);
    if (stopped) return;
    keep();
    if (sending) {
      again = true;
      return;
    }
    sending = send().finally(() => {
      sending = null;
      if (again) {
        again = false;
        save();
      }
    });
  }
  form.addEventListener("change", (event) => { if (!isTooLarge(event.target.closest?.("[data-file]"))) save(); });
  window.addEventListener("online", () => { if (sessionStorage.getItem(key)) save(); });
  form.addEventListener("submit", (event) => {
    keep();
    if (!sending) {
      stopped = true;
      return;
    }
    event.preventDefault();
    again = false;
    const button = event.submitter;
    const inTime = parts.some(chosenIn) ? [] : [new Promise((done) => setTimeout(done, WAIT))];
    Promise.race([sending, ...inTime]).then(() => {
      sending = null;
      form.requestSubmit(button);
    });
  });
  window.addEventListener("pageshow", (event) => { if (event.persisted) stopped = false; });

  const fill = (values) => {
    for (const control of form.elements) {
      if (!control.name || !isTyped(control.name)) continue;
      const given = values.filter(([name]) => name === control.name).map(([, value]) => value);
      if (control.type === "checkbox" || control.type === "radio") control.checked = given.includes(control.value);
      else if (control.tagName !== "BUTTON" && control.type !== "file" && given.length) control.value = given[0];
    }
    form.dispatchEvent(new Event("change"));
  };
  const kept = JSON.parse(sessionStorage.getItem(key) || "null");
  if (kept && JSON.stringify(kept.typed) === JSON.stringify(typed())) forget();
  else if (kept && kept.revision === revision()) fill(kept.typed);
  else if (kept) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "link";
    button.textContent = form.dataset.restore;
    button.addEventListener("click", () => { found.remove(); fill(kept.typed); });
    const found = document.createElement("p");
    found.className = "notice";
    found.append(`${form.dataset.found} `, button);
    form.prepend(found);
  }
})();
