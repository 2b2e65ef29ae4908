// The service worker, behind /worker.js, which says before what self.SHELL is: { version, files, offline, signOut }.
// It keeps the shell of the desk: files named by the hash of their content, and one page for when there is no line.
// Pages are always asked of the server and never kept: customers' data stays out of here. What is not a page or a file of
// the shell (the change stream, uploads, everything that is sent) does not pass through it at all.

const { version, files, offline, signOut } = self.SHELL;
const PREFIX = "okienko-";
const KEPT = PREFIX + version;
const ALONE = ["/live/", "/files/"]; // streams, and downloads by address

async function keep() {
  if (await caches.has(KEPT)) return;
  const filling = `${KEPT}.filling`;
  const cache = await caches.open(filling);
  await cache.addAll([...files, new Request(offline, { cache: "reload" })]);
  const whole = await caches.open(KEPT); // only a whole one gets the name
  for (const request of await cache.keys()) await whole.put(request, await cache.match(request));
  await caches.delete(filling);
}

async function drop(isOld) {
  const names = (await caches.keys()).filter((name) => name.startsWith(PREFIX) && isOld(name));
  await Promise.all(names.map((name) => caches.delete(name)));
}

async function page(request) {
  try {
    return await fetch(request);
  } catch (error) {
    const kept = await caches.match(offline, { cacheName: KEPT });
    if (kept) return kept;
    throw error; // the browser has a page of its own for that
  }
}

async function file(request) {
  return (await caches.match(request, { cacheName: KEPT })) ?? fetch(request);
}

self.addEventListener("install", (event) => {
  self.skipWaiting();
  event.waitUntil(keep());
});

self.addEventListener("activate", (event) => {
  event.waitUntil(Promise.all([drop((name) => name !== KEPT), self.clients.claim()]));
});

// A page of somebody who is signed in says this; after signing out there may be nothing left.
self.addEventListener("message", (event) => {
  if (event.data === "keep") event.waitUntil(keep());
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (origin !== location.origin) return;
  if (request.method !== "GET") {
    if (pathname === signOut) event.waitUntil(drop(() => true)); // it goes its way; we only hear of it
  } else if (files.includes(pathname)) {
    event.respondWith(file(request));
  } else if (request.mode === "navigate" && !ALONE.some((path) => pathname.startsWith(path))) {
    event.respondWith(page(request));
  }
});
