/** What the SDK needs from the world, as a browser has it: for the page that a Roost server serves. */
import type { ClientOptions, ClientStorage } from './options.ts'

/**
 * Options for {@link createClient} in a page of the server itself. The session is the browser's cookie;
 * unsent messages are kept in localStorage.
 */
export function browserOptions(): ClientOptions {
  return {
    baseUrl: location.origin,
    fetch: (url, init) => fetch(url, { ...init, keepalive: mayOutliveThePage(init) }),
    openSocket: (url) => new WebSocket(url),
    storage: pageStorage('roost/'),
    clock: {
      now: () => Date.now(),
      after(ms, act) {
        const timer = setTimeout(act, ms)
        return () => clearTimeout(timer)
      },
    },
    random: () => (crypto.getRandomValues(new Uint32Array(1))[0] ?? 0) / 2 ** 32,
    session: 'cookie',
  }
}

/** What is sent while a page is being left shall arrive. Browsers carry at most 64 KB for pages that are gone. */
function mayOutliveThePage({ body }: RequestInit = {}): boolean {
  return document.visibilityState === 'hidden' && typeof body === 'string' && body.length < 16_000
}

/** localStorage, under a prefix of its own. A page without storage rejects; the SDK goes on in memory. */
function pageStorage(own: string): ClientStorage {
  return {
    read: async (prefix) =>
      Object.keys(localStorage)
        .filter((key) => key.startsWith(own + prefix))
        .toSorted()
        .map((key) => [key.slice(own.length), parse(localStorage.getItem(key))] as const),
    async write(changes) {
      for (const [key, value] of changes)
        if (value === null) localStorage.removeItem(own + key)
        else localStorage.setItem(own + key, JSON.stringify(value))
    },
  }
}

function parse(text: string | null): unknown {
  try {
    return JSON.parse(text ?? 'null')
  } catch {
    return null
  }
}
