// Brings the page of a kiosk up while there is no network: the network first, then what was kept.
const KEPT = "desk-kiosk";

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

const mine = (request) => {
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== self.location.origin) return false;
  return request.mode === "navigate" ? pathname.startsWith("/kiosk/") : pathname.startsWith("/static/");
};

const answer = async (request) => {
  const kept = await caches.open(KEPT);
  try {
    const fresh = await fetch(request, { signal: AbortSignal.timeout(8000) });
    if (fresh.status < 500) {
      if (fresh.ok) await kept.put(request, fresh.clone());
      return fresh;
    }
  } catch {
    // no network: what was kept, below
  }
  return (await kept.match(request)) ?? Response.error();
};

self.addEventListener("fetch", (event) => {
  if (mine(event.request)) event.respondWith(answer(event.request));
});
