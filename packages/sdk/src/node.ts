/** What the SDK needs from the world, as Node has it: for bots, tests and other programs. */
import { fileStorage } from './file-storage.ts'
import { memoryStorage } from './memory-storage.ts'
import type { ClientOptions, WebSocketLike } from './options.ts'

/**
 * Options for {@link createClient} in Node 24 or newer. The session is a bearer.
 * @param baseUrl origin of the server, without a slash at the end
 * @param folder where the session and unsent messages are kept, made when it is missing; without one
 * they are kept in memory. One folder serves one client.
 */
export function nodeOptions(baseUrl: string, folder?: string): ClientOptions {
  return {
    baseUrl,
    fetch: (url, init) => fetch(url, init),
    openSocket,
    storage: folder === undefined ? memoryStorage() : fileStorage(folder),
    clock: {
      now: () => Date.now(),
      after(ms, act) {
        const timer = setTimeout(act, ms)
        return () => clearTimeout(timer)
      },
    },
    random: () => (crypto.getRandomValues(new Uint32Array(1))[0] ?? 0) / 2 ** 32,
    session: 'bearer',
  }
}

/** Node's socket takes headers, which its type, made for browsers, does not say. */
function openSocket(url: string, token: string | null): WebSocketLike {
  const headers = token === null ? {} : { authorization: `Bearer ${token}` }
  const socket: unknown = Reflect.construct(WebSocket, [url, { headers }])
  if (!(socket instanceof WebSocket)) throw new TypeError('This Node has no WebSocket.')
  return socket
}
