/** A device of somebody: the real SDK, on a network that may be disturbed, watched by the recorder. */
import type { Message } from '@roost/protocol'
import {
  createClient,
  type Client,
  type ClientOptions,
  type PendingWrite,
  type State,
  type WebSocketLike,
} from '@roost/sdk'
import { nodeOptions } from '@roost/sdk/node'

import type { FinalState, HeldMessage } from '../checker/history.ts'
import { isRecord, readWrite, type Recorder } from './recorder.ts'
import type { Resident } from './town.ts'

/** How a device reaches the server. */
export interface Line {
  /** Where the server is now: it may come back elsewhere. */
  url(): string
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
      const asked = readWrite(recorder, {
        device: name,
        method: init?.method ?? 'GET',
        path,
        body: typeof init?.body === 'string' ? readJson(init.body) : undefined,
      })
      if (asked) recorder.invoke(asked)
      try {
        const response = await world.fetch(line.url() + path, init)
        const text = await response.text()
        if (asked) noteAnswer(recorder, asked.clientId, response.status, readJson(text))
        const { status, headers } = response
        return new Response(bodyless.has(status) ? null : text, { status, headers })
      } catch (error) {
        if (asked) recorder.note({ type: 'unknown', op: asked.clientId })
        throw error
      }
    },
    openSocket(url, token) {
      const socket = world.openSocket(
        url.replace(/^ws:\/\/[^/]+/, line.url().replace('http', 'ws')),
        token,
      )
      return throughLine(socket, line, (frame) => noteFrame(recorder, name, frame))
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
const again = new Set([401, 408, 429])

export function noteAnswer(recorder: Recorder, op: string, status: number, answer: unknown): void {
  if (status === 200 || status === 201) {
    const seq = isRecord(answer) && typeof answer['seq'] === 'number' ? answer['seq'] : undefined
    recorder.note({ type: 'ok', op, ...(seq !== undefined && { seq }) })
  } else if (status >= 500 || again.has(status)) recorder.note({ type: 'unknown', op })
  else {
    const error = isRecord(answer) ? answer['error'] : undefined
    recorder.note({ type: 'fail', op, code: isRecord(error) ? String(error['code']) : `${status}` })
  }
}

function noteFrame(recorder: Recorder, device: string, text: string): void {
  const frame = readJson(text)
  if (!isRecord(frame) || frame['type'] !== 'event' || !isRecord(frame['event'])) return
  recorder.note({
    type: 'received',
    device,
    conversationId: String(frame['conversationId']),
    seq: Number(frame['seq']),
    eventId: String(frame['event']['id']),
  })
}

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

function readFinal(state: State, { device, at }: { device: string; at: number }): FinalState {
  const waiting = state.outbox.filter(isWaiting).map(({ clientId }) => clientId)
  const conversations = Object.values(state.conversations).map(
    ({ id, lastSeq, lastEventId, membership, unread, mentions, window }) => ({
      id,
      lastSeq,
      lastEventId,
      unread,
      mentions,
      ...(membership && { readSeq: membership.readSeq }),
      ...(window && { stretch: { ...window, messages: window.messages.map(holdMessage) } }),
    }),
  )
  return { device, at, complete: state.conversationsLoaded, waiting, conversations }
}

/** To be sent: neither refused for good nor confirmed. */
export function isWaiting(entry: PendingWrite): boolean {
  if (entry.failed) return false
  return entry.type === 'send' ? entry.seq === undefined : !('done' in entry && entry.done)
}

function holdMessage(message: Message): HeldMessage {
  const { seq, id, senderId, kind, body, editedAt, deletedAt, reactions } = message
  return {
    seq,
    id,
    senderId,
    kind,
    body,
    edited: editedAt !== undefined,
    deleted: deletedAt !== undefined,
    reactions: Object.fromEntries(reactions.map(({ emoji, count }) => [emoji, count])),
  }
}

export function readJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
