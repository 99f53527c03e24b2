/** The connection that stays: opens it, opens it again, and notices when it is dead or lost a frame. */
import {
  clientFrame,
  lenientServerFrame,
  limits,
  type ClientFrame,
  type LenientServerFrame,
} from '@roost/protocol'
import { seeded } from '@roost/protocol/seeded-bugs'

import { backOff } from './back-off.ts'
import { createFrameCount } from './frame-count.ts'
import type { Clock, WebSocketLike } from './options.ts'

export interface Socket {
  /** Tries now, whatever was being waited for. An open socket is asked whether it still lives. */
  wake(): void
  /** Counts the connection as lost now, without waiting for its silence. */
  lose(): void
  /** Says nothing and returns false while there is no connection. */
  send(frame: ClientFrame): boolean
  close(): void
}

interface Handlers {
  opened(): void
  frame(frame: LenientServerFrame): void
  /** Durable frames did not arrive: what the log says has to be asked for. */
  missed(): void
  /** `everOpened` is false when the server could not be reached, or refused. */
  lost(everOpened: boolean): void
  /** The server ended the session. */
  sessionEnded(): void
}

const openWithin = 15_000
const silentFor = 2 * limits.pingEvery + 10_000
const answerWithin = 8_000
const freshFor = 3_000
/** Close codes from here on ask not to come back; one of them says why. */
const stopFrom = 4500
const sessionEnded = 4501

export function createSocket(world: {
  open: () => WebSocketLike
  clock: Clock
  random: () => number
  on: Handlers
}): Socket {
  const { clock, on } = world
  let socket: WebSocketLike | null = null
  let open = false
  let closed = false
  let failures = 0
  let arrived = createFrameCount()
  let heardAt = 0
  /** When a server that stops wants to see me again. */
  let comeBackIn: number | null = null
  let stopWaiting = () => {}
  let stopWatching = () => {}

  function connect() {
    stopWaiting()
    if (closed || socket) return
    const mine = world.open()
    socket = mine
    arrived = createFrameCount()
    watch(openWithin)
    mine.onopen = () => {
      open = true
      heard()
      on.opened()
    }
    mine.onmessage = ({ data }: { data: unknown }) => {
      // Not before: a server that takes us in only to send us away is not to be hurried.
      failures = 0
      heard()
      read(data)
    }
    mine.onerror = () => {}
    mine.onclose = ({ code }: { code: number }) => drop(code)
  }

  /** The connection is over, or given up. Late events of the old socket reach nobody. */
  function drop(code: number) {
    const old = socket
    if (!old) return
    const wasOpen = open
    old.onopen = old.onmessage = old.onclose = null
    old.onerror = () => {}
    socket = null
    open = false
    stopWatching()
    old.close()
    if (code === sessionEnded) {
      closed = true
      return on.sessionEnded()
    }
    failures += 1
    on.lost(wasOpen)
    if (code < stopFrom || code > 4999) retry()
  }

  function retry() {
    if (closed) return
    const ms = comeBackIn ?? backOff(failures, world.random())
    comeBackIn = null
    stopWaiting = clock.after(ms, connect)
  }

  function heard() {
    heardAt = clock.now()
    watch(silentFor)
  }

  function watch(ms: number) {
    stopWatching()
    stopWatching = clock.after(ms, () => drop(0))
  }

  function read(data: unknown) {
    const frame = parseFrame(data)
    if (frame?.type === 'ping') {
      send({ type: 'pong' })
      if (arrived.settle(frame.sent) || seeded?.('ping-count-ignored')) return
      return on.missed()
    }
    if (frame) arrived.note(frame)
    if (frame?.type === 'draining') comeBackIn = frame.retryAfter * 1_000
    else if (frame) on.frame(frame)
  }

  function send(frame: ClientFrame): boolean {
    if (!socket || !open) return false
    socket.send(JSON.stringify(clientFrame.parse(frame)))
    return true
  }

  function wake() {
    if (closed) return
    if (!open) {
      // Sleep may have frozen an attempt; while one is under way it is given its time.
      if (!socket) {
        failures = 0
        connect()
      }
      return
    }
    if (clock.now() - heardAt < freshFor) return
    watch(answerWithin)
    on.missed()
  }

  connect()
  return {
    wake,
    lose: () => drop(0),
    send,
    close() {
      closed = true
      stopWaiting()
      stopWatching()
      const old = socket
      socket = null
      open = false
      if (!old) return
      old.onopen = old.onmessage = old.onclose = null
      old.onerror = () => {}
      old.close(1000)
    },
  }
}

function parseFrame(data: unknown): LenientServerFrame | null {
  if (typeof data !== 'string') return null
  try {
    const parsed = lenientServerFrame.safeParse(JSON.parse(data))
    return parsed.success ? parsed.data : null
  } catch {
    return null
  }
}
