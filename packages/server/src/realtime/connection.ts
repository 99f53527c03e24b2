/**
 * One socket: its queue, its pace and its end. Frames wait in a bounded queue and go out once per turn
 * of the event loop. A socket that does not drain loses ephemeral frames, then everything: the log is
 * the queue, and a `heads` frame tells it where to go on reading.
 */
import type { Duplex } from 'node:stream'

import { closeCodes, type ServerFrame } from '@roost/protocol'
import { seeded } from '@roost/protocol/seeded-bugs'
import type { WebSocket } from 'ws'

import type { Session } from '../auth/sessions.ts'
import { textFrame } from './text-frame.ts'

/** A frame encoded once for all who get it. */
export interface EncodedFrame {
  /** As it goes over the line. */
  readonly data: Buffer
  /** Counted in `ping.sent`: a client that missed one asks for the rest. */
  readonly durable: boolean
  /** May be dropped for a slow socket without a trace. */
  readonly ephemeral: boolean
}

/** Frames one after another, put together once for all who get the same ones in a turn. */
export class JoinedFrames {
  #frames: readonly EncodedFrame[] = []
  #bytes: Buffer = Buffer.alloc(0)

  bytesOf(frames: readonly EncodedFrame[]): Buffer {
    const known = this.#frames
    if (frames.length === known.length && frames.every((frame, at) => frame === known[at]))
      return this.#bytes
    const [first] = frames
    this.#frames = frames
    this.#bytes =
      first && frames.length === 1 ? first.data : Buffer.concat(frames.map(({ data }) => data))
    return this.#bytes
  }
}

/** No more unsent bytes are kept for a socket; below the other it has caught up. */
const HIGH_WATER = 1024 * 1024
const LOW_WATER = 64 * 1024
const SLOW_FOR = 30_000

export class Connection {
  readonly session: Session
  /** The people whose presence it follows. */
  watched: ReadonlySet<string> = new Set()
  lastHeardAt: number
  /** Frames with durable events so far. */
  sent = 0
  readonly #ws: WebSocket
  readonly #socket: Duplex
  #queue: EncodedFrame[] = []
  #queuedBytes = 0
  /** It was not sent something that it has to read from the log. */
  #isBehind = false
  #slowSince: number | undefined

  constructor(ws: WebSocket, socket: Duplex, session: Session, now: number) {
    this.#ws = ws
    this.#socket = socket
    this.session = session
    this.lastHeardAt = now
  }

  /** What still comes from a socket that is being closed counts for nothing. */
  get isClosing(): boolean {
    return this.#ws.readyState !== this.#ws.OPEN
  }

  /** Unsent bytes. */
  get backlog(): number {
    return this.#socket.writableLength + this.#queuedBytes
  }

  /** Returns whether this is the first frame since the last flush. */
  push(frame: EncodedFrame): boolean {
    if (this.#isBehind || (frame.ephemeral && this.backlog > LOW_WATER)) return false
    if (!this.#hasRoomFor(frame)) this.flush()
    if (!this.#hasRoomFor(frame)) {
      if (!seeded?.('overflow-ignored')) this.fallBehind()
      return false
    }
    this.#queue.push(frame)
    this.#queuedBytes += frame.data.length
    if (frame.durable) this.sent++
    return this.#queue.length === 1
  }

  /**
   * Hands everything queued to the socket in one write, past `ws`, which would make a header for each of
   * those who get a frame: nothing of its own is ever on the way in pieces.
   */
  flush(joined: JoinedFrames = new JoinedFrames()): void {
    const frames = this.#queue
    this.#queue = []
    this.#queuedBytes = 0
    if (this.isClosing || frames.length === 0) return
    this.#socket.write(joined.bytesOf(frames))
  }

  /** From here on nothing is sent until it has caught up, and is told where the log stands. */
  fallBehind(): void {
    this.#isBehind = true
  }

  /** `caughtUp` once after a slow socket has drained; it closes one that stays stuck. */
  checkPace(now: number): 'caughtUp' | 'fine' {
    if (!this.#isBehind) return 'fine'
    if (this.backlog <= LOW_WATER) {
      this.#isBehind = false
      this.#slowSince = undefined
      return 'caughtUp'
    }
    this.#slowSince ??= now
    if (now - this.#slowSince > SLOW_FOR) this.close(closeCodes.tooSlow, 'too slow')
    return 'fine'
  }

  /** The server stops: says when to come back, after all that was queued. */
  dismiss(retryAfter: number): void {
    this.#queue.push(encode({ type: 'draining', retryAfter } satisfies ServerFrame, 'control'))
    this.flush()
    this.close(closeCodes.draining, 'the server is stopping')
  }

  close(code: number, reason: string): void {
    this.#queue = []
    this.#queuedBytes = 0
    this.#ws.close(code, reason)
    // A peer that is gone or stuck never answers the closing handshake.
    setTimeout(() => this.#ws.terminate(), 2_000).unref()
  }

  /** One frame fits always: where someone in very many conversations stands is a long answer. */
  #hasRoomFor({ data }: EncodedFrame): boolean {
    return this.backlog === 0 || this.backlog + data.length <= HIGH_WATER
  }
}

export function encode(frame: object, kind: 'durable' | 'ephemeral' | 'control'): EncodedFrame {
  return {
    data: textFrame(JSON.stringify(frame)),
    durable: kind === 'durable',
    ephemeral: kind === 'ephemeral',
  }
}
