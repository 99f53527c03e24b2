/** A client of a real server whose network a test can cut, and ways to wait for what it shows. */
import { createClient, type Client } from '../client.ts'
import { nodeOptions } from '../node.ts'
import type { ClientOptions, WebSocketLike } from '../options.ts'
import type { ConversationState, State } from '../state.ts'

export interface Device {
  readonly client: Client
  /** Cuts the network: requests fail, sockets die without a word. */
  cut(): void
  mend(): void
  /** Every request that got through, as `METHOD /path`, in order. */
  readonly requests: string[]
}

/** @param change replaces parts of the world, such as its storage */
export function createDevice(
  server: { readonly url: string },
  change: Partial<ClientOptions> = {},
): Device {
  const options = { ...nodeOptions(server.url), ...change }
  const sockets = new Set<WebSocketLike>()
  const requests: string[] = []
  let isCut = false
  const client = createClient({
    ...options,
    async fetch(url, init) {
      if (isCut) throw new TypeError('The network is cut.')
      requests.push(`${init?.method ?? 'GET'} ${url.slice(server.url.length)}`)
      return options.fetch(url, init)
    },
    openSocket(url, token) {
      const socket = options.openSocket(isCut ? 'ws://127.0.0.1:1/' : url, token)
      sockets.add(socket)
      return socket
    },
  })
  return {
    client,
    requests,
    cut() {
      isCut = true
      for (const socket of sockets) socket.close()
      sockets.clear()
    },
    mend() {
      isCut = false
      client.wake()
    },
  }
}

/** Resolves with what `find` returns as soon as that is something. */
export function until<T extends object | true>(
  client: Client,
  find: (state: State) => T | false | null | undefined,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const look = () => {
      const found = find(client.getState())
      if (!found) return
      stop()
      clearTimeout(timer)
      resolve(found)
    }
    const stop = client.subscribe(look)
    const timer = setTimeout(() => {
      stop()
      reject(new Error(`It never came to that: ${String(find)}`))
    }, 10_000)
    look()
  })
}

export function conversationOf(client: Client, id: string): ConversationState {
  const found = client.getState().conversations[id]
  if (!found) throw new Error(`This client has no conversation ${id}.`)
  return found
}

/** The texts of a conversation, as its reader sees them. */
export function textsOf(client: Client, id: string): string[] {
  return (client.getState().conversations[id]?.window?.messages ?? [])
    .filter(({ kind }) => kind === 'text')
    .map(({ body }) => body)
}
