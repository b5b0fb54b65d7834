/* The page's own files, so that it opens from a home screen while the server is away. Never what is said in the house:
that comes from the broker or not at all. `__FILES__` is what the build wrote, names with hashes in them; another list
is another worker with a cache of its own. The page itself is asked of the server first. */
const FILES = __FILES__
const CACHE = `haard ${FILES.join(' ')}`
const KEPT = new Set(FILES.map((file) => new URL(file, self.registration.scope).href))

self.addEventListener('install', (event) =>
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(['./', ...FILES]))),
)

self.addEventListener('activate', (event) =>
  event.waitUntil(
    caches.keys().then((all) => Promise.all(all.filter((one) => one !== CACHE).map((one) => caches.delete(one)))),
  ),
)

self.addEventListener('fetch', (event) => {
  const { request } = event
  if (request.mode === 'navigate') event.respondWith(fetch(request).catch(() => caches.match('./')))
  else if (KEPT.has(request.url)) event.respondWith(caches.match(request).then((found) => found ?? fetch(request)))
})
