/** A device of somebody: the real SDK, on a network that may be disturbed, watched by the recorder. */
import { createClient, type Client, type ClientOptions, type WebSocketLike } from '@roost/sdk'
import { nodeOptions } from '@roost/sdk/node'

import type { FinalState } from '../checker/history.ts'
import { readFinal } from '../final-state.ts'
import { readJson } from '../json.ts'
import { outcomeOf, readEvent } from '../traffic.ts'
import type { Recorder } from './recorder.ts'
import type { Resident } from './town.ts'

/** How a device reaches the server. */
export interface Line {
  /** Where the server is now: it may come back elsewhere. */
  url(): string
  /** Where the next socket goes, if elsewhere. */
  socketUrl?(): string
  /** Stands between a socket and the SDK: gives on what arrives, when and as often as it likes. */
  readonly frames?: (give: (frame: string) => void) => (frame: string) => void
}

export interface Device {
  readonly name: string
  readonly person: Resident
  readonly client: Client
  final(at: number): FinalState
}

/** What the SDK takes for the server's address. */
const ADDRESS = 'http://roost.test'

/** @param options `change` replaces parts of the client's world */
export function createDevice(options: {
  name: string
  person: Resident
  recorder: Recorder
  line: Line
  change?: Partial<ClientOptions>
}): Device {
  const { name, person, recorder, line } = options
  const world = { ...nodeOptions(ADDRESS), ...options.change }
  recorder.devices[name] = { userId: person.id, inOrder: true }
  const client = createClient({
    ...world,
    token: person.token,
    async fetch(url, init) {
      const path = url.slice(ADDRESS.length)
      const op = recorder.ask({
        device: name,
        method: init?.method ?? 'GET',
        path,
        body: typeof init?.body === 'string' ? readJson(init.body) : undefined,
      })
      try {
        const response = await world.fetch(line.url() + path, init)
        const text = await response.text()
        const { status, headers } = response
        if (op !== undefined) recorder.note(outcomeOf(op, { status, text }))
        return new Response(bodyless.has(status) ? null : text, { status, headers })
      } catch (error) {
        if (op !== undefined) recorder.note({ type: 'unknown', op })
        throw error
      }
    },
    openSocket(url, token) {
      const server = line.socketUrl?.() ?? line.url()
      const socket = world.openSocket(
        url.replace(/^ws:\/\/[^/]+/, server.replace('http', 'ws')),
        token,
      )
      return throughLine(socket, line, (frame) => {
        const event = readEvent(name, frame)
        if (event) recorder.note(event)
      })
    },
  })
  watch(client, name, recorder)
  return {
    name,
    person,
    client,
    final: (at) => readFinal(client.getState(), { device: name, at }),
  }
}

/** Statuses of which an answer has no body. */
const bodyless = new Set([204, 205, 304])

function throughLine(
  inner: WebSocketLike,
  line: Line,
  arrived: (frame: string) => void,
): WebSocketLike {
  const outer: WebSocketLike = {
    onopen: null,
    onmessage: null,
    onclose: null,
    onerror: null,
    send: (data) => inner.send(data),
    close: (code, reason) => inner.close(code, reason),
  }
  let isOpen = true
  const give = (frame: string) => {
    if (isOpen) call(outer.onmessage, { data: frame })
  }
  const take = line.frames?.(give) ?? give
  inner.onopen = (event: object) => call(outer.onopen, event)
  inner.onerror = (event: object) => call(outer.onerror, event)
  inner.onclose = (event: object) => {
    isOpen = false
    call(outer.onclose, event)
  }
  inner.onmessage = ({ data }: { data: unknown }) => {
    arrived(String(data))
    take(String(data))
  }
  return outer
}

function call(handler: ((event: never) => void) | null, event: object): void {
  handler?.(event as never)
}

/** Notes every message that the device comes to show, and how far it has got. */
function watch(client: Client, device: string, recorder: Recorder): void {
  const shown = new Map<string, string>()
  let before = client.getState().conversations
  client.subscribe(() => {
    const { conversations } = client.getState()
    if (conversations === before) return
    for (const [conversationId, { window }] of Object.entries(conversations)) {
      if (window === before[conversationId]?.window) continue
      for (const { id, seq } of window?.messages ?? []) {
        const place = `${conversationId} ${seq}`
        if (shown.get(place) === id) continue
        shown.set(place, id)
        recorder.note({ type: 'saw', device, conversationId, seq, eventId: id })
      }
    }
    before = conversations
  })
}
