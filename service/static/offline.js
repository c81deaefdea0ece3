// Asks the service worker to keep this page on the phone, and says what is kept there.
"use strict";

(() => {
  const made = document.documentElement.dataset.kept, mark = document.getElementById("kept-copy");
  if (made && mark) {
    const at = new Date(Number(made)).toLocaleTimeString("vi", { hour: "2-digit", minute: "2-digit" });
    mark.textContent = mark.textContent.replace("__time__", at);
    mark.hidden = false;
  }
  const note = document.getElementById("kept-note"), worker = navigator.serviceWorker;
  if (!note || !worker) return;

  // Drafts that the server does not have yet, and those that no page kept here needs any more.
  const DRAFT = "socai.draft.";
  const isSent = (name) => { try { return JSON.parse(localStorage.getItem(name))[2] === 1; } catch { return false; } };
  const drafts = () => { try { return Object.keys(localStorage).filter((name) => name.startsWith(DRAFT)); } catch { return []; } };
  const forms = [...document.querySelectorAll("main a[href$='/ghi/phieu-b']")];
  const unsent = new Set(drafts().filter((name) => !isSent(name)).map((name) => name.slice(DRAFT.length)));
  forms.filter((link) => unsent.has(link.getAttribute("href"))).forEach((link) => {
    const badge = document.createElement("span");
    badge.className = "badge blocked";
    badge.textContent = note.dataset.unsent;
    link.after(" ", badge);
  });
  const forget = () => Promise.all(drafts().filter(isSent).map(async (name) => {
    const path = name.slice(DRAFT.length);
    if (path !== location.pathname && !(await caches.match(path))) localStorage.removeItem(name);
  }));

  // A refused form stays with the server; the phone keeps the page of the form as it is at first.
  const bare = new URL(location);
  bare.searchParams.delete("bieu-mau");
  const here = bare.pathname + bare.search;
  const files = [...document.querySelectorAll("link[rel~=stylesheet], link[rel~=icon], script[src], img[src]")]
    .map((one) => one.href || one.src);
  const ask = async (addresses) => (await worker.ready).active.postMessage({ keep: addresses });
  const button = document.getElementById("keep-houses"), houses = forms.slice(0, 30).map((link) => link.getAttribute("href"));
  worker.addEventListener("message", ({ data }) => {
    if (data?.kept?.includes(here)) {
      note.hidden = false;
      if (button) button.hidden = !houses.length;
      forget();
    } else if (data?.kept && button) {
      button.removeAttribute("aria-busy");
      document.getElementById("houses-kept").hidden = false;
    }
  });
  button?.addEventListener("click", () => {
    button.setAttribute("aria-busy", "true");
    ask([...houses, ...button.dataset.files.split(" ")]);
  });
  if (!made) worker.register(note.dataset.worker).then(() => ask([here, note.dataset.without, ...files])).catch(() => {});
  else note.hidden = false;
})();
