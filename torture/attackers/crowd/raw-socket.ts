/** A WebSocket of few bytes, for crowds: ten thousand of them fit into a process, and each can stop reading. */
import { randomBytes } from 'node:crypto'
import { connect, type Socket } from 'node:net'

export interface RawSocket {
  send(frame: object): void
  /** Reads nothing more, as a phone in a tunnel does. */
  stall(): void
  resume(): void
  close(): void
}

/** @param hear every frame of text, and null once when the connection is over */
export function openRawSocket(
  url: string,
  token: string,
  hear: (text: string | null) => void,
): Promise<RawSocket> {
  const { hostname, port } = new URL(url)
  return new Promise((resolve, reject) => {
    const socket = connect({ host: hostname, port: Number(port), noDelay: true })
    const key = randomBytes(16).toString('base64')
    socket.write(
      `GET /api/v1/socket HTTP/1.1\r\nHost: ${hostname}:${port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
        `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${key}\r\nAuthorization: Bearer ${token}\r\n\r\n`,
    )
    let held: Buffer = Buffer.alloc(0)
    let isOpen = false
    socket.on('data', (chunk: Buffer) => {
      held = held.length === 0 ? chunk : Buffer.concat([held, chunk])
      if (!isOpen) {
        const end = held.indexOf('\r\n\r\n')
        if (end < 0) return
        const [line = ''] = held.toString('latin1', 0, end).split('\r\n')
        if (!line.includes(' 101 ')) return void socket.destroy(new Error(line))
        held = held.subarray(end + 4)
        isOpen = true
        resolve(handleOf(socket))
      }
      held = readFrames(held, hear)
    })
    socket.on('error', reject)
    socket.on('close', () => {
      reject(new Error('The socket was closed before it was open.'))
      if (isOpen) hear(null)
    })
  })
}

function handleOf(socket: Socket): RawSocket {
  return {
    send(frame) {
      if (socket.writable) socket.write(encode(JSON.stringify(frame)))
    },
    stall: () => void socket.pause(),
    resume: () => void socket.resume(),
    close: () => void socket.destroy(),
  }
}

const TEXT = 1

/** Hands out whole frames and returns what is left. */
function readFrames(bytes: Buffer, hear: (text: string) => void): Buffer {
  let at = 0
  for (;;) {
    if (bytes.length < at + 2) break
    const short = (bytes[at + 1] ?? 0) & 0x7f
    const header = short < 126 ? 2 : short === 126 ? 4 : 10
    if (bytes.length < at + header) break
    const length =
      short < 126
        ? short
        : short === 126
          ? bytes.readUInt16BE(at + 2)
          : Number(bytes.readBigUInt64BE(at + 2))
    if (bytes.length < at + header + length) break
    if (((bytes[at] ?? 0) & 0x0f) === TEXT)
      hear(bytes.toString('utf8', at + header, at + header + length))
    at += header + length
  }
  return bytes.subarray(at)
}

/** A client's frames are masked; a mask of zeros leaves them as they are. */
function encode(text: string): Buffer {
  const body = Buffer.from(text)
  const header = body.length < 126 ? Buffer.alloc(6) : Buffer.alloc(8)
  header[0] = 0x80 | TEXT
  header[1] = 0x80 | Math.min(body.length, 126)
  if (body.length >= 126) header.writeUInt16BE(body.length, 2)
  return Buffer.concat([header, body])
}
