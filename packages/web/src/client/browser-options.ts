import type { ClientOptions, WebSocketLike } from '@roost/sdk'

/** What the SDK needs from the world, as a browser has it. */
export function browserOptions(): ClientOptions {
  return {
    baseUrl: location.origin,
    fetch: (input, init) => fetch(input, init),
    openSocket,
    storage: {
      get: (key) => Promise.resolve(localStorage.getItem(key)),
      set: (key, value) => Promise.resolve(localStorage.setItem(key, value)),
      delete: (key) => Promise.resolve(localStorage.removeItem(key)),
      keys: (prefix) =>
        Promise.resolve(Object.keys(localStorage).filter((key) => key.startsWith(prefix))),
    },
    clock: {
      now: () => Date.now(),
      after: (ms, act) => {
        const timer = setTimeout(act, ms)
        return () => clearTimeout(timer)
      },
    },
    random: () => Math.random(),
  }
}

function openSocket(url: string): WebSocketLike {
  const socket: object = new WebSocket(url)
  if (!isSocket(socket)) throw new Error('This browser has no WebSocket.')
  return socket
}

function isSocket(value: object): value is WebSocketLike {
  return 'onmessage' in value && 'send' in value
}
