/**
 * A client's end of a socket. It keeps every frame, checked against the contract, waits for frames
 * instead of for time, and proves that one did not come by a later frame that did.
 */
import {
  serverFrame,
  type ClientFrame,
  type ServerFrame,
  type UserEventType,
} from '@roost/protocol'
import { WebSocket } from 'ws'

const PATIENCE = 10_000

type Guard<T extends ServerFrame> = (frame: ServerFrame) => frame is T
type EventFrame = Extract<ServerFrame, { type: 'event' }>
type UserEventFrame = Extract<ServerFrame, { type: 'userEvent' }>
type SignalFrame = Extract<ServerFrame, { type: 'signal' }>

/** The server refused the handshake. */
export class UpgradeRefused extends Error {
  readonly status: number
  constructor(status: number) {
    super(`The upgrade was answered with ${status}.`)
    this.status = status
  }
}

export class TestSocket {
  readonly frames: ServerFrame[] = []
  /** The same as they came. */
  readonly texts: string[] = []
  readonly closed: Promise<{ code: number; reason: string }>
  readonly #ws: WebSocket
  readonly #waiting = new Set<() => void>()

  private constructor(ws: WebSocket) {
    this.#ws = ws
    ws.on('message', (data: Buffer) => {
      const text = data.toString()
      this.texts.push(text)
      this.frames.push(serverFrame.parse(JSON.parse(text)))
      this.#wake()
    })
    // Whatever went wrong is followed by a close.
    ws.on('error', () => {})
    this.closed = new Promise((resolve) => {
      ws.on('close', (code, reason) => resolve({ code, reason: reason.toString() }))
    })
  }

  static open(
    url: string,
    headers: Record<string, string>,
    path = '/api/v1/socket',
  ): Promise<TestSocket> {
    return new Promise((resolve, reject) => {
      const ws = new WebSocket(url.replace('http', 'ws') + path, { headers })
      const socket = new TestSocket(ws)
      ws.on('open', () => resolve(socket))
      ws.on('unexpected-response', (request, response) => {
        reject(new UpgradeRefused(response.statusCode ?? 0))
        request.destroy()
      })
      ws.on('error', reject)
    })
  }

  /** Events of a conversation, or of any. */
  static isEvent(conversationId?: string): Guard<EventFrame> {
    return (frame): frame is EventFrame =>
      frame.type === 'event' && frame.conversationId === (conversationId ?? frame.conversationId)
  }

  static isUserEvent(type: UserEventType): Guard<UserEventFrame> {
    return (frame): frame is UserEventFrame =>
      frame.type === 'userEvent' && frame.event.type === type
  }

  static isSignal(type: SignalFrame['signal']['type']): Guard<SignalFrame> {
    return (frame): frame is SignalFrame => frame.type === 'signal' && frame.signal.type === type
  }

  send(frame: ClientFrame): void {
    this.#ws.send(JSON.stringify(frame))
  }

  /** Sends what no client of ours would. */
  sendRaw(data: string | Buffer): void {
    this.#ws.send(data)
  }

  /** The seqs of the events that have come, in the order in which they came. */
  seqs(conversationId: string): number[] {
    return this.frames.filter(TestSocket.isEvent(conversationId)).map(({ seq }) => seq)
  }

  signals(type: SignalFrame['signal']['type']): SignalFrame['signal'][] {
    return this.frames.filter(TestSocket.isSignal(type)).map(({ signal }) => signal)
  }

  /** The first frame that matches, whether it is here already or yet to come. */
  async find<T extends ServerFrame>(is: Guard<T>): Promise<T>
  async find(is: (frame: ServerFrame) => boolean): Promise<ServerFrame>
  async find(is: (frame: ServerFrame) => boolean): Promise<ServerFrame> {
    await this.until(() => this.frames.some(is))
    const frame = this.frames.find(is)
    if (!frame) throw new Error('A frame has gone.')
    return frame
  }

  event(conversationId: string, seq: number): Promise<EventFrame> {
    const is = TestSocket.isEvent(conversationId)
    return this.find((frame): frame is EventFrame => is(frame) && frame.seq === seq)
  }

  /** Resolves once something is true of the frames. */
  until(holds: () => boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#waiting.delete(check)
        const last = this.texts.slice(-10).map((text) => text.slice(0, 200))
        reject(new Error(`What was waited for did not come, but these:\n${last.join('\n')}`))
      }, PATIENCE)
      const check = () => {
        if (!holds()) return
        clearTimeout(timer)
        this.#waiting.delete(check)
        resolve()
      }
      this.#waiting.add(check)
      check()
    })
  }

  /** Resolves when all that the hub had queued for this socket before has come. */
  async settle(): Promise<void> {
    const heads = () => this.frames.filter(({ type }) => type === 'heads').length
    const before = heads()
    this.send({ type: 'hello', protocol: 1 })
    await this.until(() => heads() > before)
  }

  /** Resolves when the server has read all that was sent before. */
  arrived(): Promise<void> {
    return new Promise((resolve) => {
      this.#ws.once('pong', () => resolve())
      this.#ws.ping()
    })
  }

  async close(): Promise<void> {
    this.#ws.close()
    await this.closed
  }

  #wake(): void {
    for (const check of this.#waiting) check()
  }
}
