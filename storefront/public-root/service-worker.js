// What this build consists of is kept when the worker is installed (its names bear their hashes); pages fall back to
// the kept shell when the line is bad. The API is never answered from a cache: money is shown as it is or not at all.
// Two exceptions, both public and marked with their age: the shop's look and the goods, for the first view offline.
const BUILD = '__BUILD__'
const FILES = __FILES__
const SHELL = '/'
const KEPT_ANSWERS = [/^\/api\/v1\/storefront$/, /^\/api\/v1\/products(\?|$)/, /^\/api\/v1\/categories$/]
const PATIENCE_MILLISECONDS = 4000

self.addEventListener('install', (event) => {
  event.waitUntil(caches.open(BUILD).then((cache) => cache.addAll([SHELL, ...FILES])).then(() => self.skipWaiting()))
})

self.addEventListener('activate', (event) => {
  event.waitUntil(
    caches.keys()
      .then((names) => Promise.all(names.filter((name) => name !== BUILD && name !== 'answers' && name !== 'pictures').map((name) => caches.delete(name))))
      .then(() => self.clients.claim()),
  )
})

const later = (milliseconds) => new Promise((_, reject) => setTimeout(() => reject(new Error('slow')), milliseconds))

async function networkFirst(request, cacheName, key) {
  const cache = await caches.open(cacheName)
  const asked = fetch(request).then((answer) => {
    if (answer.ok) cache.put(key, answer.clone())
    return answer
  })
  try {
    return await Promise.race([asked, later(PATIENCE_MILLISECONDS)])
  } catch {
    return (await cache.match(key)) ?? asked
  }
}

async function cacheFirst(request, cacheName, most) {
  const cache = await caches.open(cacheName)
  const kept = await cache.match(request)
  if (kept) return kept
  const answer = await fetch(request)
  if (answer.ok) {
    await cache.put(request, answer.clone())
    const keys = await cache.keys()
    if (most && keys.length > most) await cache.delete(keys[0])
  }
  return answer
}

self.addEventListener('fetch', (event) => {
  const { request } = event
  const url = new URL(request.url)
  if (request.method !== 'GET' || url.origin !== self.location.origin) return
  if (url.pathname.startsWith('/assets/')) event.respondWith(cacheFirst(request, BUILD))
  else if (url.pathname.startsWith('/media/')) event.respondWith(cacheFirst(request, 'pictures', 120))
  else if (KEPT_ANSWERS.some((one) => one.test(url.pathname + url.search))) event.respondWith(networkFirst(request, 'answers', request))
  else if (request.mode === 'navigate' && (url.pathname === '/' || url.pathname.startsWith('/pages/') || url.pathname.startsWith('/apps/')))
    event.respondWith(networkFirst(request, BUILD, SHELL))
})
