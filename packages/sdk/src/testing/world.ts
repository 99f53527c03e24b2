/** A client of a real server whose network a test can cut and disturb, and ways to wait for what it shows. */
import { createClient, type Client } from '../client.ts'
import { nodeOptions } from '../node.ts'
import type { ClientOptions, WebSocketLike } from '../options.ts'
import type { ConversationState, State } from '../state.ts'

export interface Device {
  readonly client: Client
  /** Every request that was made, as `METHOD /path`, in order. */
  readonly requests: string[]
  /** Every frame that arrived, in order. */
  readonly frames: string[]
  /** Cuts the network: requests fail, sockets die without a word. */
  cut(): void
  mend(): void
  /** Keeps arriving frames back, until `release` hands them over as `disturb` says. */
  hold(): void
  release(disturb?: (frames: string[]) => string[]): void
  /** Requests that match are carried out, but their answers are lost. */
  loseAnswers(match: (request: string) => boolean): void
}

/** @param change replaces parts of the world, such as its storage */
export function createDevice(
  server: { readonly url: string },
  change: Partial<ClientOptions> = {},
): Device {
  const options = { ...nodeOptions(server.url), ...change }
  const sockets = new Set<WebSocketLike>()
  const requests: string[] = []
  const frames: string[] = []
  let isCut = false
  let held: string[] | null = null
  let hand = (_frame: string) => {}
  let isLost = (_request: string) => false
  const client = createClient({
    ...options,
    async fetch(url, init) {
      if (isCut) throw new TypeError('The network is cut.')
      const request = `${init?.method ?? 'GET'} ${url.slice(server.url.length)}`
      requests.push(request)
      const response = await options.fetch(url, init)
      if (isCut || isLost(request)) throw new TypeError('The answer was lost.')
      return response
    },
    openSocket(url, token) {
      const inner = options.openSocket(isCut ? 'ws://127.0.0.1:1/' : url, token)
      sockets.add(inner)
      const outer = wrapSocket(inner)
      const give = (frame: string) => tell(outer.onmessage, { data: frame })
      inner.onmessage = ({ data }: { data: unknown }) => {
        const frame = String(data)
        frames.push(frame)
        hand = give
        if (held) held.push(frame)
        else give(frame)
      }
      return outer
    },
  })
  return {
    client,
    requests,
    frames,
    cut() {
      isCut = true
      for (const socket of sockets) {
        socket.close()
        tell(socket.onclose, { code: 1006 })
      }
      sockets.clear()
    },
    mend() {
      isCut = false
      client.wake()
    },
    hold() {
      held = []
    },
    release(disturb = (all) => all) {
      const all = held ?? []
      held = null
      for (const frame of disturb(all)) hand(frame)
    },
    loseAnswers(match) {
      isLost = match
    },
  }
}

function wrapSocket(inner: WebSocketLike): WebSocketLike {
  const outer: WebSocketLike = {
    onopen: null,
    onmessage: null,
    onclose: null,
    onerror: null,
    send: (data) => inner.send(data),
    close: (code, reason) => inner.close(code, reason),
  }
  inner.onopen = () => tell(outer.onopen, {})
  inner.onclose = (event: object) => tell(outer.onclose, event)
  inner.onerror = () => tell(outer.onerror, {})
  return outer
}

function tell(handler: ((event: never) => void) | null, event: object) {
  handler?.(event as never)
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
    }, 15_000)
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
