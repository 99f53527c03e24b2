/** Everything that a signed-in client runs, from the socket to the outbox, wired together and ended as one. */
import type { ClientFrame, Event, Me, Message } from '@roost/protocol'

import { lineOf } from './apply-event.ts'
import { createCache } from './cache.ts'
import { createHistory, type History } from './history.ts'
import { createLifetime, type Lifetime } from './lifetime.ts'
import { createLog, type Log } from './log.ts'
import { createMarks, type Marks } from './marks.ts'
import type { Mint } from './mint.ts'
import type { ClientOptions } from './options.ts'
import { createOutbox, type Outbox } from './outbox.ts'
import { createPeople, peopleOf } from './people.ts'
import { createRest, type Rest } from './rest.ts'
import { createSignals, type Signals } from './signals.ts'
import { createSocket, type Socket } from './socket.ts'
import type { Connection } from './state.ts'
import type { Store } from './store.ts'
import { createSync } from './sync.ts'
import { createGroup, type Group } from './tabs.ts'

export interface Session {
  readonly me: Me
  readonly life: Lifetime
  readonly rest: Rest
  readonly log: Log
  readonly history: History
  readonly outbox: Outbox
  readonly group: Group
  readonly marks: Marks
  readonly signals: Signals
  /** Reads what an earlier run left, connects, and resolves when the chat list is there. */
  begin(): Promise<void>
  wake(): void
  lose(): void
  /** Brings what is kept in storage up to date, before the program may be gone. */
  keep(): Promise<void>
  end(): void
}

/** What a client says to the others of its browser when somebody has signed out in it. */
export const signedOut = 'Signed out.'

export function createSession(world: {
  options: ClientOptions
  store: Store
  mint: Mint
  me: Me
  token: string | null
  /** Whether to keep in storage what the session learns. */
  isCacheKept: () => boolean
  /** Whether the device says that it has no network. */
  isCut: () => boolean
  /** The server says that the session is over. */
  ended: () => void
  /** Others' messages arrived in a conversation. */
  heard: (conversationId: string, messages: readonly Message[]) => void
}): Session {
  const { options, me, token } = world
  const { random, storage } = options
  const life = createLifetime(options.clock, world.store)
  let socket: Socket | null = null
  const finish = () => {
    if (!life.isOver()) world.ended()
  }
  const rest = createRest({ ...options, token, onSignedOut: finish })
  const people = createPeople({ life, rest })
  const log: Log = createLog({
    life,
    rest,
    random,
    applied(conversationId, events) {
      people.need(events.flatMap(peopleOf))
      if (events.some(isFromAnother)) marks.arrived(conversationId)
      const written = events.flatMap((event) =>
        event.type === 'message.created' && isFromAnother(event) ? event.message : [],
      )
      if (written.length > 0) world.heard(conversationId, written)
    },
    described: (conversationId) => marks.described(conversationId),
  })
  const isFromAnother = (event: Event) => {
    const line = lineOf(event)
    return line !== undefined && line.senderId !== me.id
  }
  const history = createHistory({ life, rest, log })
  const send = (frame: ClientFrame) => socket?.send(frame) ?? false
  const signals = createSignals({
    life,
    meId: me.id,
    send,
    need: (userIds) => people.need(userIds),
  })
  const sync = createSync({ life, rest, log, history, random, send })
  const group = createGroup({ life, tabs: options.tabs, name: `roost/${me.id}` })
  group.onMessage((message) => {
    if (message === signedOut) finish()
  })
  const outbox = createOutbox({
    life,
    rest,
    log,
    random,
    storage,
    group,
    meId: me.id,
    mint: world.mint,
    isCut: world.isCut,
  })
  const marks = createMarks({ life, outbox, meId: me.id, signal: send })
  const cache = createCache({
    life,
    storage,
    meId: me.id,
    isWanted: () => world.isCacheKept() && group.leads(),
  })

  function connect() {
    socket = createSocket({
      open: () => options.openSocket(socketUrl(options.baseUrl), token),
      clock: life.clock,
      random,
      on: {
        opened() {
          setConnection({ status: 'online', since: null })
          sync.connected()
          signals.connected()
          marks.connected()
          outbox.flush()
        },
        frame(frame) {
          if (frame.type === 'event') log.receive(frame.conversationId, frame.seq, frame.event)
          else if (frame.type === 'userEvent') sync.receiveMine(frame.seq, frame.event)
          else if (frame.type === 'signal') signals.receive(frame.signal)
          else if (frame.type === 'heads') sync.receiveHeads(frame)
          else if (frame.type === 'error' && frame.code === 'rate_limited') repeatSignals()
        },
        missed: () => sync.hello(),
        lost(everOpened) {
          const { since } = life.store.getState().connection
          setConnection({ status: 'offline', since: since ?? life.clock.now() })
          sync.unreachable()
          signals.lost()
          // A refused upgrade does not say why: a session that has ended shows here.
          if (!everOpened) rest.call('me', {}).catch(() => {})
        },
        sessionEnded: finish,
      },
    })
  }

  let repeating = false
  /** A frame was dropped, and nobody says which: a moment later those that matter are sent again. */
  function repeatSignals() {
    if (repeating) return
    repeating = true
    life.clock.after(1_000, () => {
      repeating = false
      sync.helloAgain()
      signals.connected()
      marks.connected()
    })
  }

  function setConnection(connection: Connection) {
    life.store.update((state) => ({ ...state, connection }))
  }

  return {
    me,
    life,
    rest,
    log,
    history,
    outbox,
    group,
    marks,
    signals,
    async begin() {
      group.join()
      await outbox.load()
      if (life.isOver()) return
      connect()
      await sync.loaded()
    },
    wake() {
      socket?.wake()
      sync.hurry()
      outbox.wake()
    },
    lose: () => socket?.lose(),
    keep: () => cache.flush(),
    end() {
      life.end()
      socket?.close()
    },
  }
}

function socketUrl(baseUrl: string): string {
  return `${baseUrl.replace(/^http/, 'ws')}/api/v1/socket`
}
