/** What the SDK needs from the world, as a browser has it: for the page that a Roost server serves. */
import { browserTabs } from './browser-tabs.ts'
import { indexedStorage } from './indexed-storage.ts'
import type { ClientOptions } from './options.ts'

/**
 * Options for {@link createClient} in a page of the server itself. The session is the browser's cookie;
 * what waits to be sent and what has been read is kept in IndexedDB.
 */
export function browserOptions(): ClientOptions {
  return {
    baseUrl: location.origin,
    fetch: (url, init) => fetch(url, { ...init, keepalive: mayOutliveThePage(init) }),
    openSocket: (url) => new WebSocket(url),
    storage: indexedStorage('roost'),
    tabs: browserTabs(),
    clock: {
      now: () => Date.now(),
      after(ms, act) {
        const timer = setTimeout(act, ms)
        return () => clearTimeout(timer)
      },
    },
    random: () => (crypto.getRandomValues(new Uint32Array(1))[0] ?? 0) / 2 ** 32,
    session: 'cookie',
    cache: true,
  }
}

/** What is sent while a page is being left shall arrive. Browsers carry at most 64 KB for pages that are gone. */
function mayOutliveThePage({ body }: RequestInit = {}): boolean {
  return document.visibilityState === 'hidden' && typeof body === 'string' && body.length < 16_000
}
