/**
 * Opens the app without a network. The page itself comes from the network while there is one, so that
 * a reload shows what the server runs; what a page is made of never changes under its name. Nothing
 * that anybody writes or reads goes through here.
 */
import {
  cleanupOutdatedCaches,
  createHandlerBoundToURL,
  precacheAndRoute,
} from 'workbox-precaching'
import { NavigationRoute, registerRoute } from 'workbox-routing'
import { CacheFirst, NetworkOnly } from 'workbox-strategies'

import { builtFiles } from './built-files.ts'

declare const self: ServiceWorkerGlobalScope

/** A network that says nothing for so long is none, when the page is at hand. */
const patienceSeconds = 3
/** Fonts and other parts that are fetched when they are first needed. */
const others = 'others'

// No file stands for a folder: that would give the page from here before the network is asked.
precacheAndRoute(builtFiles, { directoryIndex: '', cleanURLs: false })
cleanupOutdatedCaches()
self.addEventListener('activate', (event) => event.waitUntil(caches.delete(others)))

const network = new NetworkOnly({ networkTimeoutSeconds: patienceSeconds })
const pageAtHand = createHandlerBoundToURL('/index.html')
/** What a proxy says of a server that is not there. */
const absent = [502, 503, 504]
registerRoute(
  new NavigationRoute(
    async (context) => {
      // Without an answer in time there is none, whatever the reason.
      const answer = await network.handle(context).catch(() => null)
      return answer && !absent.includes(answer.status) ? answer : pageAtHand(context)
    },
    // The description of the API and the pictures are the server's to give.
    { denylist: [/^\/api\//] },
  ),
)
registerRoute(
  ({ url }) => url.origin === location.origin && url.pathname.startsWith('/assets/'),
  new CacheFirst({ cacheName: others }),
)
