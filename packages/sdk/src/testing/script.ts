/**
 * A client in a world that a test drives by hand: time stands still until it is advanced, the server
 * is a script that answers or leaves waiting, and sockets open and fail when told to.
 */
import type {
  Conversation,
  HeadsFrame,
  LenientServerFrame,
  Me,
  Message,
  ServerInfo,
} from '@roost/protocol'

import { createClient, type Client } from '../client.ts'
import { memoryStorage } from '../memory-storage.ts'
import type { ClientStorage, Clock, WebSocketLike } from '../options.ts'
import type { Tabs } from '../tabs.ts'

/** Ids of the cast, and of things: `idOf(7)` is always the same. */
export const idOf = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`
export const alice = idOf(1)
export const bob = idOf(2)
export const chatId = idOf(100)

export const me: Me = {
  id: alice,
  kind: 'person',
  username: 'alice',
  name: 'Alice',
  picture: null,
  about: null,
  email: 'alice@example.org',
  role: 'user',
  locale: null,
  timeZone: null,
  sessionId: idOf(9),
  resetLinkMadeAt: null,
}
export const serverInfo: ServerInfo = {
  name: 'Roost',
  version: '0',
  needsSetup: false,
  signUp: 'open',
  invites: 'members',
  passwordReset: 'admin',
  helpContact: null,
}

export function describeChat(change: Partial<Conversation> = {}): Conversation {
  return {
    id: chatId,
    kind: 'direct',
    name: null,
    topic: null,
    visibility: 'private',
    history: 'all',
    memberCount: 2,
    picture: null,
    archivedAt: null,
    createdAt: 1,
    directUserId: bob,
    lastSeq: 1,
    lastEventId: '',
    firstSeq: 1,
    membership: {
      role: 'member',
      readSeq: 1,
      deliveredSeq: 1,
      notify: 'all',
      mutedUntil: null,
      pinnedAt: null,
      archivedAt: null,
    },
    unread: 0,
    mentions: 0,
    lastMessage: null,
    receipts: [{ userId: bob, deliveredSeq: 1, readSeq: 1 }],
    ...change,
  }
}

export function message(seq: number, change: Partial<Message> = {}): Message {
  return {
    id: idOf(1000 + seq),
    conversationId: chatId,
    seq,
    senderId: bob,
    kind: 'text',
    body: `message ${seq}`,
    createdAt: seq,
    mentions: [],
    attachments: [],
    reactions: [],
    ...change,
  }
}

export function eventOf(line: Message) {
  const { id, senderId, createdAt } = line
  return { id, type: 'message.created' as const, actorId: senderId, createdAt, message: line }
}

/** A request that waits for the test to answer it. */
export interface Call {
  readonly method: string
  readonly path: string
  readonly query: URLSearchParams
  readonly body: unknown
  answer(body: unknown, status?: number, headers?: Record<string, string>): Promise<void>
  refuse(status: number, code: string): Promise<void>
  /** The network breaks before an answer comes. */
  lose(): Promise<void>
}

interface ScriptedSocket extends WebSocketLike {
  readonly sent: { type: string; [key: string]: unknown }[]
  readonly closed: boolean
  open(): Promise<void>
  receive(frame: LenientServerFrame | Record<string, unknown>): Promise<void>
  fail(code: number): Promise<void>
}

export interface ScriptedClock extends Clock {
  /** Lets time pass, and everything happen that is due. */
  advance(ms: number): Promise<void>
  /** Time that passes while nothing runs, as on a machine that sleeps. */
  skip(ms: number): void
  /** How many timers are set. */
  waiting(): number
}

/** Until everything that can happen without time passing has happened. */
export async function settle(): Promise<void> {
  for (let round = 0; round < 10; round += 1) await new Promise((resolve) => setImmediate(resolve))
}

export function createClock(start = 1_000_000): ScriptedClock {
  let now = start
  const timers = new Set<{ at: number; act: () => void }>()
  return {
    now: () => now,
    after(ms, act) {
      const timer = { at: now + ms, act }
      timers.add(timer)
      return () => timers.delete(timer)
    },
    skip(ms) {
      now += ms
    },
    waiting: () => timers.size,
    async advance(ms) {
      const end = now + ms
      await settle()
      for (;;) {
        const [next] = [...timers].filter(({ at }) => at <= end).toSorted((a, b) => a.at - b.at)
        if (!next) break
        timers.delete(next)
        now = Math.max(now, next.at)
        next.act()
        await settle()
      }
      now = end
    },
  }
}

export interface Script {
  readonly client: Client
  readonly clock: ScriptedClock
  readonly sockets: ScriptedSocket[]
  /** The newest socket. */
  socket(): ScriptedSocket
  /** Requests that no standing answer took, oldest first. */
  readonly calls: Call[]
  /** Takes the oldest waiting request whose `METHOD path` contains this. */
  take(what: string): Call
  /** What the standing answers tell. A test changes it as if the server had. */
  readonly told: { me: Me; conversations: Conversation[]; userSeq: number; epoch: string }
  /** From now on requests of this path wait for the test. */
  hold(path: string): void
  /** How often each request was made, standing answers included. */
  readonly counts: Map<string, number>
  /** Starts the client, signed in, online and level with the server. */
  begin(): Promise<void>
  heads(change?: Partial<HeadsFrame>): HeadsFrame
}

export function createScript(
  world: {
    storage?: ClientStorage
    clock?: ScriptedClock
    conversations?: Conversation[]
    tabs?: Tabs
    cache?: boolean
  } = {},
): Script {
  const clock = world.clock ?? createClock()
  const sockets: ScriptedSocket[] = []
  const calls: Call[] = []
  const counts = new Map<string, number>()
  const held = new Set<string>()
  const told = {
    me,
    conversations: world.conversations ?? [describeChat()],
    userSeq: 0,
    epoch: 'first',
  }
  const people = [me, { ...me, id: bob, username: 'bob', name: 'Bob' }]

  function standing(path: string): unknown {
    if (held.has(path)) return undefined
    if (path === '/api/v1/server') return { ...serverInfo, me: told.me }
    if (path === '/api/v1/me') return told.me
    if (path !== '/api/v1/conversations') return undefined
    const { conversations, userSeq, epoch } = told
    return { conversations, users: people, userSeq, epoch }
  }

  const client = createClient({
    baseUrl: 'http://server',
    clock,
    random: () => 0.5,
    storage: world.storage ?? memoryStorage(),
    cache: world.cache ?? false,
    tabs: world.tabs,
    token: 'secret',
    fetch(address, init) {
      const url = new URL(address)
      const method = init?.method ?? 'GET'
      const name = `${method} ${url.pathname}`
      counts.set(name, (counts.get(name) ?? 0) + 1)
      const answer = method === 'GET' ? standing(url.pathname) : undefined
      if (answer !== undefined) return Promise.resolve(Response.json(answer))
      return new Promise<Response>((resolve, reject) => {
        init?.signal?.addEventListener('abort', () => reject(new Error('aborted')))
        calls.push({
          method,
          path: url.pathname,
          query: url.searchParams,
          body: typeof init?.body === 'string' ? JSON.parse(init.body) : undefined,
          answer(body, status = 200, headers = {}) {
            resolve(Response.json(body, { status, headers }))
            return settle()
          },
          refuse(status, code) {
            resolve(Response.json({ error: { code, message: `It is ${code}.` } }, { status }))
            return settle()
          },
          lose() {
            reject(new TypeError('The connection broke.'))
            return settle()
          },
        })
      })
    },
    openSocket() {
      const socket = createSocket()
      sockets.push(socket)
      return socket
    },
  })

  const script: Script = {
    client,
    clock,
    sockets,
    calls,
    counts,
    told,
    hold: (path) => void held.add(path),
    socket() {
      const last = sockets.at(-1)
      if (!last) throw new Error('There is no socket yet.')
      return last
    },
    take(what) {
      const at = calls.findIndex(({ method, path }) => `${method} ${path}`.includes(what))
      const [call] = at < 0 ? [] : calls.splice(at, 1)
      if (!call) throw new Error(`Nobody asks for ${what}.`)
      return call
    },
    heads: (change) => ({
      type: 'heads',
      epoch: told.epoch,
      userSeq: told.userSeq,
      heads: [],
      gone: [],
      foreign: [],
      ...change,
    }),
    async begin() {
      const started = client.start()
      await settle()
      await script.socket().open()
      await script.socket().receive(script.heads())
      await started
    },
  }
  return script
}

function createSocket(): ScriptedSocket {
  const sent: ScriptedSocket['sent'] = []
  let closed = false
  const socket: ScriptedSocket = {
    onopen: null,
    onmessage: null,
    onclose: null,
    onerror: null,
    sent,
    get closed() {
      return closed
    },
    send(data) {
      sent.push(JSON.parse(data) as ScriptedSocket['sent'][number])
    },
    close() {
      closed = true
    },
    open() {
      tell(socket.onopen, {})
      return settle()
    },
    receive(frame) {
      tell(socket.onmessage, { data: JSON.stringify(frame) })
      return settle()
    },
    fail(code) {
      closed = true
      tell(socket.onclose, { code, reason: '' })
      return settle()
    },
  }
  return socket
}

/** Handlers take what a real socket gives; here they are given just what is read of it. */
function tell(handler: ((event: never) => void) | null, event: object) {
  handler?.(event as never)
}

/** The window's texts, then the pending ones in brackets. */
export function shown(client: Client): string[] {
  const { conversations, outbox } = client.getState()
  return [
    ...(conversations[chatId]?.window?.messages ?? []).map(({ body }) => body),
    ...outbox.flatMap((entry) =>
      entry.type === 'send' ? `[${entry.body}${entry.failed ? '!' : ''}]` : [],
    ),
  ]
}

/** Opens the chat with these messages in it. */
export async function openChat(script: Script, messages: readonly Message[]): Promise<void> {
  const opened = script.client.openConversation(chatId)
  await settle()
  if (script.calls.some(({ path }) => path.endsWith(chatId)))
    await script.take(`GET /api/v1/conversations/${chatId}`).answer({
      ...script.told.conversations.find(({ id }) => id === chatId),
      users: [],
    })
  await script.take('/messages').answer({
    messages,
    hasBefore: false,
    hasAfter: false,
    users: [],
  })
  await opened
}
