// What makes pages better; nothing here is needed. No library, nothing inline, nothing from elsewhere.
"use strict";

const csrf = () => document.querySelector('meta[name="csrf"]').content;

// Where a form that was typed into is refused, Back finds it at this address of its page.
const findAgain = (key) => {
  if (!key) return;
  const address = new URL(location);
  address.searchParams.set("bieu-mau", key);
  history.replaceState(history.state, "", address);
};

// A form is sent once: a second click while it is on its way does nothing. The server answers a
// repeat as it answered the first time in any case.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.sent) { event.preventDefault(); return; }
  if (form.method === "post" && !form.hasAttribute("data-download")) {
    form.dataset.sent = "1";
    if (form.dataset.dirty) findAgain(form.querySelector("[name=_key]")?.value);
    event.submitter?.setAttribute("aria-busy", "true");
  }
});
window.addEventListener("pageshow", () => {
  document.querySelectorAll("form[data-sent]").forEach((form) => delete form.dataset.sent);
  document.querySelectorAll("button[aria-busy]").forEach((button) => button.removeAttribute("aria-busy"));
});

// Menus close by Escape and by a click elsewhere.
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") {
    document.querySelectorAll("details.menu[open]").forEach((menu) => { menu.open = false; menu.querySelector("summary").focus(); });
  }
});
document.addEventListener("click", (event) => {
  document.querySelectorAll("details.menu[open]").forEach((menu) => { if (!menu.contains(event.target)) menu.open = false; });
});

// <form data-live="ID">: sends itself while somebody types, and replaces the element ID.
document.querySelectorAll("form[data-live]").forEach((form) => {
  const target = document.getElementById(form.dataset.live);
  let waiting, running;
  const look = async () => {
    running?.abort();
    running = new AbortController();
    try {
      const answer = await fetch(form.action, {
        method: "POST", body: new FormData(form), signal: running.signal,
        headers: { "X-Part": form.dataset.live, "X-CSRF-Token": csrf() },
      });
      if (answer.ok) {
        target.innerHTML = await answer.text();
        // Back and reload then find what was searched for; the words stand in the address sealed.
        const address = answer.headers.get("X-Address");
        if (address) history.replaceState(history.state, "", address);
      }
    } catch (error) {
      if (error.name !== "AbortError" && navigator.onLine) throw error;
    }
  };
  const soon = (event) => {
    if (event.isComposing) return;
    clearTimeout(waiting);
    waiting = setTimeout(look, event.target.matches("select, [type=checkbox], [type=radio]") ? 0 : 220);
  };
  form.addEventListener("input", soon);
  form.addEventListener("compositionend", soon);
});

// <fieldset data-by-day="NAME">: what can be chosen depends on the day typed into NAME, or into
// "effective_on", and is asked for anew. A file stays where it is.
document.addEventListener("change", async (event) => {
  const form = event.target.form, days = [...form?.querySelectorAll("[data-by-day]") ?? []];
  if (!days.some((part) => (part.dataset.byDay || "effective_on") === event.target.name)) return;
  const typed = new FormData(form);
  [...typed].forEach(([name, value]) => { if (value instanceof File) typed.delete(name); });
  const answer = await fetch(form.action, {
    method: "POST", body: typed, headers: { "X-Part": "by-day", "X-CSRF-Token": csrf() },
  });
  if (!answer.ok) return;
  const holder = document.createElement("template");
  holder.innerHTML = await answer.text();
  holder.content.querySelectorAll("[data-by-day]").forEach((part) => document.getElementById(part.id)?.replaceWith(part));
});

// <div data-poll="ADDRESS" data-seconds="2">: replaced by what the address answers, until that
// answer no longer asks to be polled; with data-then="reload" the whole page is then loaded again.
const poll = (part) => {
  setTimeout(async () => {
    try {
      const answer = await fetch(part.dataset.poll, { headers: { "X-Part": part.id } });
      if (!answer.ok) return;
      const holder = document.createElement("template");
      holder.innerHTML = await answer.text();
      const next = holder.content.firstElementChild;
      part.replaceWith(next);
      if (next.dataset.poll) poll(next);
      else if (part.dataset.then === "reload") location.reload();
    } catch { poll(part); }
  }, 1000 * (part.dataset.seconds || 2));
};
document.querySelectorAll("[data-poll]").forEach(poll);

// Selects that choose what is shown send their form at once: <select data-go>.
document.addEventListener("change", (event) => {
  if (event.target.matches("[data-go]")) event.target.form.requestSubmit();
});

// After a refusal the reader is taken to it, and from there to the input that it names.
const refusal = document.getElementById("refusal");
refusal?.focus();
refusal?.scrollIntoView({ block: "center" });
refusal?.addEventListener("click", (event) => {
  const link = event.target.closest("a[href^='#']");
  const named = link && document.getElementById(decodeURIComponent(link.hash.slice(1)));
  if (!named) return;
  event.preventDefault();
  for (let part = named.closest("details"); part; part = part.parentElement.closest("details")) part.open = true;
  (named.matches("input, select, textarea") ? named : named.querySelector("input, select, textarea") ?? named).focus();
});

// Leaving a form that was typed into and not sent asks first.
const guarded = (form) => form?.querySelector("[name=_who]")?.value;
const touched = (form) => { if (guarded(form)) form.dataset.dirty = "1"; };
document.querySelectorAll("[name=_who][data-dirty]").forEach((input) => touched(input.form));
document.addEventListener("input", (event) => touched(event.target.form));
document.addEventListener("click", (event) => touched(event.target.closest("[data-add], [data-drop]")?.form));
window.addEventListener("beforeunload", (event) => {
  if (document.querySelector("form[data-dirty]:not([data-sent])")) event.preventDefault();
});

// Who signs out leaves nothing on this device, and is asked where a draft was not sent yet.
const isUnsent = (name) => { try { return JSON.parse(localStorage.getItem(name))[2] !== 1; } catch { return false; } };
document.querySelector("form[data-sign-out]")?.addEventListener("submit", (event) => {
  const kept = Object.keys(localStorage).filter((name) => name.startsWith("socai."));
  if (kept.some(isUnsent) && !window.confirm(event.target.dataset.unsent)) {
    event.preventDefault();
    event.stopPropagation();
    return;
  }
  kept.forEach((name) => localStorage.removeItem(name));
  window.caches?.delete("socai-pages");
});

// <form data-at-once>: leads on by itself.
document.querySelector("form[data-at-once]")?.requestSubmit();

// On a narrow screen the navigation begins with the page that is shown.
document.querySelector(".main-nav [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });

// Prints the page: <button data-print hidden>.
document.querySelectorAll("[data-print]").forEach((button) => { button.hidden = false; button.addEventListener("click", () => window.print()); });

// Rows that come and go: <button data-add="ID" data-from="TEMPLATE"> puts one more into the element ID,
// <button data-drop> takes its own out. Without scripts the server shows the form with them.
document.addEventListener("click", (event) => {
  const add = event.target.closest("[data-add]"), drop = event.target.closest("[data-drop]");
  if (!add && !drop) return;
  event.preventDefault();
  const rows = add ? document.getElementById(add.dataset.add) : drop.closest("[data-row]").parentElement;
  if (add) {
    const next = Math.max(-1, ...[...rows.children].map((row) => Number(row.dataset.row))) + 1;
    rows.insertAdjacentHTML("beforeend", document.getElementById(add.dataset.from).innerHTML.replaceAll("__n__", next));
    rows.lastElementChild.querySelector("input").focus();
  } else {
    drop.closest("[data-row]").remove();
  }
  rows.querySelectorAll("[data-n]").forEach((place, index) => { place.textContent = index + 1; });
});
