// Keeps pages on the phone of a surveyor, so that they open again without a connection.
// The server says of each page for which session it was made (X-Session), and of one that may be
// kept for how long (X-Keep-Seconds; the clock of the phone may be wrong). A page of another
// session, or of none, empties all that is kept; so does signing in or out.
// docs/decisions/0236 says what is kept, and why no more.
"use strict";

const PAGES = "socai-pages", FILES = "socai-files", WITHOUT_CONNECTION = "/khong-ket-noi";
const MOST_PAGES = 40, MOST_FILES = 60, PATIENCE = 10_000, ANY_VARIANT = { ignoreVary: true };
// An answer that was asked for before a purge is not kept after it.
let purges = 0, storing = Promise.resolve();

const purge = () => { purges += 1; return caches.delete(PAGES); };
// Without a connection a form that was refused is opened as it is at first.
const keyOf = (url) => {
  const bare = new URL(url);
  if (bare.searchParams.has("bieu-mau")) bare.searchParams.delete("bieu-mau");
  return bare.pathname + bare.search;
};
const signs = (url, method) => url.pathname === "/dang-xuat"
  || (url.pathname.startsWith("/dang-nhap") && (method !== "GET" || url.pathname !== "/dang-nhap"));

// The oldest entries go first: a cache gives its keys in the order in which they came.
async function trim(cache, most) {
  const keys = await cache.keys();
  await Promise.all(keys.slice(0, Math.max(0, keys.length - most)).map((key) => cache.delete(key)));
}

async function store(url, answer, began) {
  const headers = new Headers(answer.headers), body = await answer.arrayBuffer();
  if (purges !== began) return;
  const pages = await caches.open(PAGES);
  for (const name of ["Content-Encoding", "Content-Length", "Vary"]) headers.delete(name);
  headers.set("X-Kept-At", Date.now());
  headers.set("X-Kept-Until", Date.now() + 1000 * Number(headers.get("X-Keep-Seconds")));
  await pages.delete(keyOf(url));
  await pages.put(keyOf(url), new Response(body, { headers }));
  if (purges !== began) await pages.delete(keyOf(url));
  await trim(pages, MOST_PAGES);
}

// What an answer says of the session, and whether it is kept.
async function heed(url, method, answer, began) {
  if (purges !== began) return;
  if (method !== "GET" && answer.type === "opaqueredirect") {
    // A form that was recorded or thrown away: its page would show what is no longer so.
    await (await caches.open(PAGES)).delete(url.pathname);
    return;
  }
  const session = answer.headers.get("X-Session");
  if (!session) return;
  const pages = await caches.open(PAGES), [first] = await pages.keys();
  const before = first && (await pages.match(first))?.headers.get("X-Session");
  if (purges !== began) return;
  if (before && before !== session) {
    const emptied = purge();
    began = purges;
    await emptied;
  }
  if (method !== "GET" || !answer.ok || !answer.headers.has("X-Keep-Seconds")) return;
  storing = store(url, answer.clone(), began).catch(() => {});
}

// The copy of a page, marked as one; null where none is kept any more.
async function copy(url) {
  const found = await (await caches.open(PAGES)).match(keyOf(url));
  if (!found) return null;
  const { headers } = found, text = await found.text();
  if (Number(headers.get("X-Kept-Until")) <= Date.now()) { await purge(); return null; }
  const marked = text.replace("<html ", `<html data-kept="${headers.get("X-Kept-At")}" `);
  return new Response(marked, { headers });
}

const withoutConnection = async () =>
  await copy(new URL(WITHOUT_CONNECTION, self.location)) ?? Response.error();

async function ask(request) {
  const url = new URL(request.url), began = purges, answer = await fetch(request);
  await heed(url, request.method, answer, began).catch(() => {});
  return answer;
}

async function page(event) {
  const { request } = event, url = new URL(request.url);
  if (signs(url, request.method)) await purge();
  const answer = ask(request);
  event.waitUntil(answer.catch(() => {}));
  if (request.method !== "GET") return answer.catch(withoutConnection);
  // A connection that carries next to nothing is none: the copy opens, the answer is kept for later.
  const late = new Promise((resolve) => { setTimeout(resolve, PATIENCE); })
    .then(() => copy(url)).then((found) => found ?? answer);
  return Promise.race([answer, late]).catch(async () => await copy(url) ?? withoutConnection());
}

// Our own styles and scripts: their address changes with their content.
async function file(request) {
  const files = await caches.open(FILES), found = await files.match(request, ANY_VARIANT);
  if (found) return found;
  try {
    const answer = await fetch(request);
    if (answer.ok) {
      await files.put(request, answer.clone());
      await trim(files, MOST_FILES);
    }
    return answer;
  } catch (error) {
    const other = await files.match(request, { ...ANY_VARIANT, ignoreSearch: true });
    if (other) return other;
    throw error;
  }
}

async function keep(addresses) {
  await storing;
  for (const address of addresses) {
    const url = new URL(address, self.location);
    try {
      if (url.pathname.startsWith("/static/")) await file(new Request(url));
      else if (!(await copy(url))) {
        await ask(new Request(url, { headers: { Accept: "text/html" }, redirect: "manual" }));
      }
      await storing;
    } catch { /* without a connection the others are kept later */ }
  }
}

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("fetch", (event) => {
  const { request } = event, url = new URL(request.url);
  if (url.origin !== self.location.origin) return;
  if (request.mode === "navigate") event.respondWith(page(event));
  else if (url.pathname.startsWith("/static/") && url.searchParams.has("v")) {
    event.respondWith(file(request));
  }
});
// A page asks to be kept with what it needs: the first one was loaded before this worker began.
self.addEventListener("message", (event) => {
  if (!Array.isArray(event.data?.keep)) return;
  event.waitUntil(keep(event.data.keep).then(() => event.source.postMessage({ kept: event.data.keep })));
});
