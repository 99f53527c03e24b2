/** A WebSocket without a network: the server's end is a stream in memory, and its frames are taken apart by hand. */
import { randomBytes } from 'node:crypto'
import { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import { Duplex } from 'node:stream'

interface Hears {
  opened(): void
  frame(text: string): void
  closed(code: number): void
}

const OPCODE = { text: 1, close: 8, pong: 10 } as const

/** What the server writes to. It may stall: then nothing is taken any more, and what is written waits. */
export class ServerEnd extends Duplex {
  #bytes = Buffer.alloc(0)
  #isOpen = false
  #isOver = false
  #held: (() => void)[] | undefined
  readonly #on: Hears

  constructor(on: Hears) {
    super({ autoDestroy: true })
    this.#on = on
    this.on('error', () => {})
    this.once('close', () => this.#close(1006))
    this.once('finish', () => {
      this.#close(1006)
      // The server has said all: the other end has nothing to add.
      if (!this.destroyed) this.push(null)
    })
  }

  setTimeout(): this {
    return this
  }
  setNoDelay(): this {
    return this
  }
  setKeepAlive(): this {
    return this
  }

  stall(): void {
    this.#held ??= []
  }
  flow(): void {
    const held = this.#held ?? []
    this.#held = undefined
    for (const go of held) go()
  }

  /** The other end says something. */
  say(text: string): void {
    this.#give(OPCODE.text, Buffer.from(text))
  }
  /** The other end hangs up politely. */
  hangUp(code: number): void {
    const payload = Buffer.alloc(2)
    payload.writeUInt16BE(code)
    this.#isOver = true
    this.#give(OPCODE.close, payload)
  }
  /** The other end is gone, and nobody says so to it. */
  break(): void {
    this.#isOver = true
    this.destroy()
  }

  override _read(): void {}

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    const take = () => {
      this.#bytes = Buffer.concat([this.#bytes, chunk])
      this.#parse()
      done()
    }
    if (this.#held) this.#held.push(take)
    else take()
  }

  #parse(): void {
    if (!this.#isOpen) {
      const end = this.#bytes.indexOf('\r\n\r\n')
      if (end < 0) return
      const head = this.#bytes.subarray(0, end).toString()
      this.#bytes = this.#bytes.subarray(end + 4)
      if (!head.startsWith('HTTP/1.1 101')) return this.#close(1006)
      this.#isOpen = true
      this.#on.opened()
    }
    for (let frame = this.#take(); frame; frame = this.#take()) {
      if (frame.opcode === OPCODE.text) this.#on.frame(frame.payload.toString())
      if (frame.opcode === OPCODE.close)
        this.#close(frame.payload.length < 2 ? 1005 : frame.payload.readUInt16BE(0))
    }
  }

  #take(): { opcode: number; payload: Buffer } | undefined {
    const [first, short] = this.#bytes
    if (first === undefined || short === undefined) return undefined
    const header = short < 126 ? 2 : short === 126 ? 4 : 10
    if (this.#bytes.length < header) return undefined
    const length =
      short < 126
        ? short
        : short === 126
          ? this.#bytes.readUInt16BE(2)
          : Number(this.#bytes.readBigUInt64BE(2))
    if (this.#bytes.length < header + length) return undefined
    const payload = this.#bytes.subarray(header, header + length)
    this.#bytes = this.#bytes.subarray(header + length)
    return { opcode: first & 15, payload }
  }

  /** Masked, as clients must, with a mask of zeros. */
  #give(opcode: number, payload: Buffer): void {
    if (this.destroyed) return
    const { length } = payload
    const size =
      length < 126
        ? Buffer.from([0x80 | length])
        : length < 2 ** 16
          ? Buffer.from([0x80 | 126, length >> 8, length & 255])
          : Buffer.from([0x80 | 127, 0, 0, 0, 0, length >> 24, length >> 16, length >> 8, length])
    this.push(Buffer.concat([Buffer.from([0x80 | opcode]), size, Buffer.alloc(4), payload]))
  }

  #close(code: number): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#on.closed(code)
  }
}

/** The request that asks for a socket, as Node's HTTP server would hand it over. */
export function upgradeRequest(end: ServerEnd, path: string, token: string | null) {
  // A stream in memory has all that is asked of a socket here.
  const request = new IncomingMessage(end as Duplex as Socket)
  request.method = 'GET'
  request.url = path
  request.headers = {
    host: 'model',
    connection: 'Upgrade',
    upgrade: 'websocket',
    'sec-websocket-version': '13',
    'sec-websocket-key': randomBytes(16).toString('base64'),
    ...(token !== null && { authorization: `Bearer ${token}` }),
  }
  return request
}
