// Form B on a phone: the state beside each indicator, and drafts on the server and on the device.
// Without scripts the server shows the states, and its buttons save.
"use strict";

(() => {
  const form = document.querySelector("form[data-survey]");
  if (!form) return;
  document.querySelectorAll("[data-without-script]").forEach((button) => { button.hidden = true; });

  // The state of each indicator follows the preview.
  const preview = document.getElementById("preview");
  new MutationObserver(() => preview.querySelectorAll("[data-state-of]").forEach((state) => {
    const badge = document.getElementById(`state-${state.dataset.stateOf}`);
    if (!badge) return;
    badge.className = `badge state-${state.dataset.state}`;
    badge.textContent = state.textContent;
  })).observe(preview, { childList: true });

  // What a device keeps is sealed under a key that only a page of this account gets; the entry is
  // dropped when the account signs out, after two weeks, and once the server has it. Where the page
  // itself is kept on the phone it stays, marked as sent, until the page comes from the server again.
  const place = `socai.draft.${location.pathname}`, days = 14 * 86400e3;
  const key = window.crypto?.subtle && crypto.subtle.importKey(
    "raw", Uint8Array.from(atob(form.dataset.deviceKey), (letter) => letter.charCodeAt(0)),
    "AES-GCM", false, ["encrypt", "decrypt"]).catch(() => null);
  const keep = async (entry) => {
    const opened = await key;
    if (!opened) return false;
    try {
      const nonce = crypto.getRandomValues(new Uint8Array(12));
      const sealed = await crypto.subtle.encrypt(
        { name: "AES-GCM", iv: nonce }, opened, new TextEncoder().encode(JSON.stringify(entry)));
      localStorage.setItem(place, JSON.stringify([[...nonce], [...new Uint8Array(sealed)], 0]));
      return true;
    } catch { return false; }
  };
  const kept = async () => {
    const opened = await key;
    try {
      const [nonce, sealed, sent] = JSON.parse(localStorage.getItem(place));
      const plain = await crypto.subtle.decrypt(
        { name: "AES-GCM", iv: new Uint8Array(nonce) }, opened, new Uint8Array(sealed));
      const entry = JSON.parse(new TextDecoder().decode(plain));
      return Date.now() - entry.at < days ? { ...entry, sent: sent === 1 } : null;
    } catch { return null; }
  };
  const drop = () => { try { localStorage.removeItem(place); } catch { /* no storage here */ } };
  const copied = "kept" in document.documentElement.dataset;
  const isKept = Boolean(document.getElementById("kept-note") && navigator.serviceWorker);
  const settle = () => {
    if (!isKept) { drop(); return; }
    try {
      const [nonce, sealed] = JSON.parse(localStorage.getItem(place));
      localStorage.setItem(place, JSON.stringify([nonce, sealed, 1]));
    } catch { drop(); }
  };

  const input = (name) => form.elements[name];
  const state = document.getElementById("draft-state"), conflict = document.getElementById("draft-conflict");
  const say = (what) => { state.textContent = state.dataset[what]; state.dataset.state = what; };
  const time = () => new Date().toLocaleTimeString("vi", { hour: "2-digit", minute: "2-digit" });
  const bare = ["csrf_token", "_key", "_version", "_who", "_device", "_number", "_draft"];
  const inputs = () => [...new FormData(form)].filter(([name, value]) => !bare.includes(name) && typeof value === "string");
  // A photo or a place is uploaded at once, and named in the form by its digest.
  const photos = document.getElementById("attachment-list"), files = document.getElementById("survey-files");
  const list = (digest) => {
    if ([...photos.querySelectorAll("input")].some((one) => one.value === digest)) return;
    const row = document.createElement("li"), label = document.createElement("label"), box = document.createElement("input");
    Object.assign(box, { type: "checkbox", name: "attachments", value: digest, checked: true });
    label.className = "choice";
    label.append(box, ` ${photos.dataset.label.replace("__n__", photos.children.length + 1)}`);
    row.append(label);
    photos.append(row);
  };
  const upload = async (body) => {
    const answer = await fetch(files.action, { method: "POST", body, headers: { "X-Part": "attachment", "X-CSRF-Token": csrf() } });
    const said = await answer.json();
    if (!answer.ok) throw new Error(said.title);
    return said;
  };
  const photo = document.getElementById("f-photo"), wrong = document.getElementById("photo-error");
  photo.addEventListener("change", async () => {
    if (!photo.files.length) return;
    wrong.hidden = true;
    try {
      list((await upload(new FormData(files))).digest);
      photo.value = "";
      changed();
    } catch (error) {
      wrong.textContent = navigator.onLine ? error.message : state.dataset.unsaved;
      wrong.hidden = false;
    }
  });
  const takePlace = document.getElementById("take-place"), placeState = document.getElementById("place-state");
  takePlace.hidden = !navigator.geolocation;
  takePlace.addEventListener("click", () => navigator.geolocation.getCurrentPosition(async ({ coords }) => {
    const body = new FormData(files);
    body.delete("file");
    body.set("latitude", coords.latitude.toFixed(5));
    body.set("longitude", coords.longitude.toFixed(5));
    body.set("accuracy_m", Math.round(Math.min(coords.accuracy, 100000)));
    try {
      input("place").value = (await upload(body)).place;
      placeState.textContent = placeState.dataset.done;
      changed();
    } catch { placeState.textContent = placeState.dataset.failed; }
  }, () => { placeState.textContent = placeState.dataset.failed; }, { enableHighAccuracy: true, timeout: 20000 }));

  const fill = (entries) => {
    const given = new Map();
    entries.forEach(([name, value]) => given.set(name, [...given.get(name) ?? [], value]));
    given.get("attachments")?.forEach(list);
    for (const field of form.elements) {
      if (!field.name || bare.includes(field.name) || field.type === "file" || field.tagName === "BUTTON") continue;
      const values = given.get(field.name) ?? [];
      if (field.type === "radio" || field.type === "checkbox") field.checked = values.includes(field.value);
      else field.value = values[0] ?? "";
    }
  };

  let number = Number(input("_number").value), saved = number, waiting;
  let sending = false, refused = false, lost = false, submitter = null;
  const changed = async () => {
    number += 1;
    input("_number").value = number;
    const entry = { at: Date.now(), device: input("_device").value, number, version: input("_draft").value, key: input("_key").value, inputs: inputs() };
    if (await keep(entry)) delete form.dataset.dirty;
    clearTimeout(waiting);
    waiting = setTimeout(send, 350);
  };
  const again = (milliseconds) => { clearTimeout(waiting); waiting = setTimeout(send, milliseconds); };
  async function send() {
    if (sending) return again(200);
    if (refused || form.dataset.sent || saved === number) return;
    sending = true;
    const sent = number;
    say("saving");
    try {
      const answer = await fetch(form.action, {
        method: "POST", body: new FormData(form),
        headers: { "X-Part": "draft", "X-CSRF-Token": csrf(), Accept: "application/json" },
      });
      if (answer.status === 409) {
        const problem = await answer.json();
        refused = true;
        submitter = null;
        conflict.hidden = false;
        state.textContent = "";
        input("_draft").dataset.other = problem.version;
      } else if (answer.status === 401) { say("session"); again(10000); }
      else if (!answer.ok) throw new Error(`status ${answer.status}`);
      else if (!answer.headers.get("Content-Type")?.includes("json")) {
        // The session is another one since the page was made; what is kept here is sent by a new page.
        if (localStorageHolds()) location.reload(); else say("session");
      } else {
        input("_draft").value = (await answer.json()).version;
        if (sent === number) {
          saved = sent;
          settle();
          delete form.dataset.dirty;
          say("saved");
          if (lost) state.textContent = state.dataset.sent.replace("__time__", time());
          if (submitter) setTimeout(() => form.requestSubmit(submitter));
        } else again(0);
        if (lost) { lost = false; form.dispatchEvent(new Event("input", { bubbles: true })); }
      }
    } catch {
      lost = true;
      submitter = null;
      say(localStorageHolds() ? "offline" : "unsaved");
      again(4000);
    } finally { sending = false; }
  }
  const localStorageHolds = () => { try { return Boolean(localStorage.getItem(place)); } catch { return false; } };

  form.addEventListener("input", (event) => { if (event.target !== form) changed(); });
  window.addEventListener("online", () => {
    if (saved !== number) again(0);
    else if (copied) form.dispatchEvent(new Event("input", { bubbles: true })); // for the preview
  });
  document.getElementById("draft-mine").addEventListener("click", () => {
    input("_draft").value = input("_draft").dataset.other;
    refused = false;
    conflict.hidden = true;
    changed();
  });
  document.getElementById("draft-theirs").addEventListener("click", () => {
    drop();
    delete form.dataset.dirty;
    location.assign(location.pathname);
  });
  // The survey is recorded once the server has the draft: whatever becomes of the request, nothing
  // is lost.
  form.addEventListener("submit", (event) => {
    if (event.submitter?.name) { drop(); return; }
    if (saved === number && navigator.onLine && !refused) return;
    event.preventDefault();
    event.stopPropagation();
    if (refused) { conflict.scrollIntoView({ block: "center" }); return; }
    if (!navigator.onLine) { say(localStorageHolds() ? "offline" : "unsaved"); return; }
    submitter = event.submitter;
    again(0);
  });

  // What was not sent when the page was closed comes back, and is sent. What the server has is in
  // the page that it makes, but not in the copy that the phone kept of an earlier one.
  kept().then((entry) => {
    if (!entry) return;
    if (entry.sent && !copied) { drop(); return; }
    fill(entry.inputs);
    input("_device").value = entry.device;
    input("_draft").value = entry.version;
    input("_key").value = entry.key;
    number = entry.number;
    if (entry.sent) { saved = number; input("_number").value = number; return; }
    lost = copied;
    say("restored");
    form.dispatchEvent(new Event("input", { bubbles: true }));
    changed();
  });
})();
