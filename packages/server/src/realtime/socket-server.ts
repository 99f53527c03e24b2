/**
 * Sockets: refused before the handshake without a session or from a foreign page, heard frame by
 * frame, pinged, re-checked against their sessions, and closed when those end.
 */
import type { IncomingMessage, Server } from 'node:http'
import type { Duplex } from 'node:stream'

import {
  clientFrame,
  closeCodes,
  limits,
  type ClientFrame,
  type ServerFrame,
} from '@roost/protocol'
import { WebSocketServer, type RawData, type WebSocket } from 'ws'

import { isAllowedOrigin, type OriginPolicy } from '../auth/origins.ts'
import type { Session, Sessions } from '../auth/sessions.ts'
import { chunksOf } from '../chunks.ts'
import type { Core } from '../core.ts'
import type { Heads } from '../messaging/heads.ts'
import type { Deliveries } from '../messaging/receipts.ts'
import { RateLimiter } from '../rate-limit.ts'
import { Connection, encode } from './connection.ts'
import type { Hub } from './hub.ts'

export interface SocketNeeds {
  readonly core: Core
  readonly heads: Heads
  readonly hub: Hub
  readonly sessions: Sessions
  readonly deliveries: Deliveries
  readonly policy: OriginPolicy
}

const PATH = '/api/v1/socket'
const FRAMES = { burst: 100, perSecond: 20 }
const RECHECK_EVERY = 30_000
const CHUNK = 500
/** A server that starts again does so in a second; then its clients come back one after the other. */
const RETURN_AFTER = 1_000
const RETURN_EACH = 5
const RETURN_WITHIN = 30_000

export class SocketServer {
  readonly #needs: SocketNeeds
  readonly #wss = new WebSocketServer({
    noServer: true,
    // It costs four to six times the CPU for frames this small.
    perMessageDeflate: false,
    maxPayload: limits.frameBytes,
    clientTracking: false,
  })
  readonly #frames: RateLimiter
  readonly #typing: RateLimiter
  readonly #timers: NodeJS.Timeout[]
  readonly #leaveBus: () => void
  /** Settled when a socket has closed and what came from it has been handled. */
  readonly #ends = new Set<Promise<void>>()
  #closing = false

  constructor(server: Server, needs: SocketNeeds) {
    this.#needs = needs
    const now = () => needs.core.now()
    this.#frames = new RateLimiter(FRAMES, now)
    this.#typing = new RateLimiter({ burst: 1, perSecond: 1_000 / limits.typingEvery }, now)
    server.on('upgrade', (request, socket, head) => {
      this.#upgrade(request, socket, head).catch((error: unknown) => {
        needs.core.report(error)
        socket.destroy()
      })
    })
    this.#timers = [
      setInterval(() => this.#ping(), limits.pingEvery),
      setInterval(() => this.#checkPace(), 1_000),
      setInterval(() => void this.#recheckSessions().catch(needs.core.report), RECHECK_EVERY),
    ]
    for (const timer of this.#timers) timer.unref()
    this.#leaveBus = needs.core.bus.subscribe((note) => {
      if (note.type !== 'revoked') return
      for (const connection of needs.hub.connectionsOf(note.userId))
        if (connection.session.id === note.sessionId) this.#endSession(connection)
    })
  }

  /** Tells every client to come back, and takes no new ones. Resolves when all have gone. */
  async close(): Promise<void> {
    this.#closing = true
    this.#leaveBus()
    for (const timer of this.#timers) clearInterval(timer)
    const connections = this.#needs.hub.connections()
    const spread = Math.min(RETURN_EACH * connections.length, RETURN_WITHIN)
    for (const [at, connection] of connections.entries())
      connection.dismiss((RETURN_AFTER + (spread * at) / connections.length) / 1_000)
    await Promise.all(this.#ends)
  }

  async #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    const { sessions, policy, hub } = this.#needs
    socket.on('error', () => socket.destroy())
    const { headers } = request
    if (request.url?.split('?')[0] !== PATH) return refuse(socket, '404 Not Found')
    if (this.#closing) return refuse(socket, '503 Service Unavailable')
    if (headers.authorization === undefined && !isAllowedOrigin(headers, policy))
      return refuse(socket, '403 Forbidden')
    const session = await sessions.fromUpgrade(headers)
    if (!session) return refuse(socket, '401 Unauthorized')
    // Before the client hears that it is connected: events flow from then on.
    const release = await hub.expect(session.userId)
    try {
      this.#wss.handleUpgrade(request, socket, head, (ws) => this.#open(ws, socket, session))
    } finally {
      release()
    }
  }

  #open(ws: WebSocket, socket: Duplex, session: Session): void {
    const { core, hub } = this.#needs
    const connection = new Connection(ws, socket, session, core.now())
    // What is wrong with a socket closes that socket; unheard, the error would end the process.
    ws.on('error', () => connection.close(closeCodes.badFrame, 'this is not a frame'))
    if (this.#closing) return connection.dismiss(RETURN_AFTER / 1_000)
    if (hub.connectionsOf(session.userId).size >= limits.socketsPerUser)
      return connection.close(closeCodes.tooManySockets, 'too many sockets')
    hub.attach(connection)
    this.#needs.sessions.activity.opened(session.id)
    // A session that ended during the handshake was announced before this connection was there.
    let tail = this.#checkSession(connection).catch(core.report)
    ws.on('message', (data, isBinary) => {
      if (connection.isClosing) return
      connection.lastHeardAt = core.now()
      const frame = isBinary ? undefined : parseFrame(data)
      if (!frame) return connection.close(closeCodes.badFrame, 'this frame did not parse')
      if (frame.type === 'pong') return
      if (this.#frames.take(session.id) > 0)
        return this.#refuseFrame(
          connection,
          'rate_limited',
          'Too many frames: this one was dropped.',
        )
      tail = tail.then(() => this.#handle(connection, frame)).catch(core.report)
    })
    const ended = new Promise<void>((resolve) => {
      ws.on('close', () => {
        hub.detach(connection)
        this.#needs.sessions.activity.closed(session.id)
        resolve(tail)
      })
    })
    this.#ends.add(ended)
    void ended.then(() => this.#ends.delete(ended))
  }

  async #checkSession(connection: Connection): Promise<void> {
    const { id } = connection.session
    if (!(await this.#needs.sessions.isLive(id))) this.#endSession(connection)
  }

  async #handle(connection: Connection, frame: ClientFrame): Promise<void> {
    const { core, heads, hub, deliveries } = this.#needs
    const { userId } = connection.session
    switch (frame.type) {
      case 'hello': {
        const known = frame.epoch === core.database.epoch ? frame.heads : undefined
        hub.send(connection, encode(await heads.since({ userId, known }), 'control'))
        return
      }
      case 'typing': {
        const { conversationId } = frame
        if (!hub.isMember(userId, conversationId)) return this.#refuseUnknown(connection)
        if (!hub.isSmall(conversationId) || this.#typing.take(`${userId} ${conversationId}`) > 0)
          return
        const signal = { type: 'typing', conversationId, userId } as const
        core.bus.publish({ type: 'signal', conversationId, except: userId, signal })
        return
      }
      case 'delivered': {
        const { conversationId, seq } = frame
        if (!hub.isMember(userId, conversationId)) return this.#refuseUnknown(connection)
        if (hub.isSmall(conversationId)) deliveries.note({ conversationId, userId, seq })
        return
      }
      case 'watch':
        return hub.watch(connection, frame.userIds)
      case 'pong':
        return
      default:
        frame satisfies never
    }
  }

  #refuseUnknown(connection: Connection): void {
    this.#refuseFrame(
      connection,
      'not_found',
      'There is no such conversation, or you are not in it.',
    )
  }

  #refuseFrame(connection: Connection, code: string, message: string): void {
    this.#needs.hub.send(
      connection,
      encode({ type: 'error', code, message } satisfies ServerFrame, 'ephemeral'),
    )
  }

  #endSession(connection: Connection): void {
    connection.close(closeCodes.sessionEnded, 'the session has ended')
    // Nothing more reaches it, even while the closing handshake is under way.
    this.#needs.hub.detach(connection)
  }

  #ping(): void {
    const { core, hub } = this.#needs
    const now = core.now()
    for (const connection of hub.connections())
      if (now - connection.lastHeardAt > limits.idleAfter) connection.close(closeCodes.idle, 'idle')
      else
        hub.send(
          connection,
          encode({ type: 'ping', sent: connection.sent } satisfies ServerFrame, 'control'),
        )
  }

  #checkPace(): void {
    const { core, heads, hub } = this.#needs
    const now = core.now()
    for (const connection of hub.connections())
      if (connection.checkPace(now) === 'caughtUp')
        heads
          .since({ userId: connection.session.userId })
          .then((frame) => hub.send(connection, encode(frame, 'control')))
          .catch((error: unknown) => {
            // It has to be told, sooner or later.
            connection.fallBehind()
            core.report(error)
          })
  }

  /** A net under the revocations: no socket outlives its session for long, whatever was missed. */
  async #recheckSessions(): Promise<void> {
    const { hub, sessions } = this.#needs
    for (const chunk of chunksOf(hub.connections(), CHUNK)) {
      const live = await sessions.findLive([...new Set(chunk.map(({ session }) => session.id))])
      for (const connection of chunk)
        if (!live.has(connection.session.id)) this.#endSession(connection)
    }
  }
}

function refuse(socket: Duplex, status: string): void {
  // The peer may keep its half open for ever.
  socket.once('finish', () => socket.destroy())
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`)
}

function parseFrame(data: RawData): ClientFrame | undefined {
  const bytes = Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data as Buffer)
  try {
    return clientFrame.parse(JSON.parse(bytes.toString()))
  } catch {
    return undefined
  }
}
