/**
 * A socket that counts the frames it is given and looks at none of them: thousands of these must cost
 * less than the server that is measured.
 */
import { connect, type Socket } from 'node:net'

import type { Tally } from '../system.ts'

/** What is as small as a ping is no message. */
const SMALL = 126
const LARGE = 127

export class Listener {
  readonly #socket: Socket
  readonly #tally: Tally
  /** Of a frame's payload, bytes that are still to come. */
  #toSkip = 0
  #isOpen = false
  #opened = () => {}
  #rest: Buffer = Buffer.alloc(0)

  private constructor(socket: Socket, tally: Tally) {
    this.#socket = socket
    this.#tally = tally
  }

  static open(to: { url: string; token: string; tally: Tally }): Promise<Listener> {
    const { url, token, tally } = to
    const { hostname, port } = new URL(url)
    const socket = connect({ host: hostname, port: Number(port), noDelay: true })
    const listener = new Listener(socket, tally)
    socket.write(
      `GET /api/v1/socket HTTP/1.1\r\nHost: ${hostname}:${port}\r\nConnection: Upgrade\r\n` +
        'Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n' +
        `Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nAuthorization: Bearer ${token}\r\n\r\n`,
    )
    return new Promise((resolve, reject) => {
      listener.#opened = () => resolve(listener)
      socket.on('data', (bytes: Buffer) => listener.#take(bytes))
      socket.on('error', reject)
      socket.on('close', () => reject(new Error('A socket was closed.')))
    })
  }

  close(): void {
    this.#socket.destroy()
  }

  #take(bytes: Buffer): void {
    let chunk = bytes
    if (this.#rest.length > 0) {
      chunk = Buffer.concat([this.#rest, bytes])
      this.#rest = Buffer.alloc(0)
    }
    let at = 0
    if (!this.#isOpen) {
      const end = chunk.indexOf('\r\n\r\n')
      if (end < 0) return void (this.#rest = chunk)
      this.#isOpen = true
      this.#opened()
      at = end + 4
    }
    for (;;) {
      if (this.#toSkip >= chunk.length - at) {
        this.#toSkip -= chunk.length - at
        return
      }
      at += this.#toSkip
      this.#toSkip = 0
      const header = headerAt(chunk, at)
      if (!header) return void (this.#rest = chunk.subarray(at))
      at += header.length
      this.#toSkip = header.payload
      if (header.payload >= SMALL) this.#tally.frames++
    }
  }
}

/** Of an unmasked frame (RFC 6455, 5.2). */
function headerAt(bytes: Buffer, at: number) {
  const short = (bytes[at + 1] ?? 0) & LARGE
  const length = short < SMALL ? 2 : short === SMALL ? 4 : 10
  if (at + length > bytes.length) return undefined
  const payload =
    length === 2
      ? short
      : length === 4
        ? bytes.readUInt16BE(at + 2)
        : Number(bytes.readBigUInt64BE(at + 2))
  return { length, payload }
}
