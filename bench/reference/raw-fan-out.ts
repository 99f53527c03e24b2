/**
 * As fast as `ws` hands one frame to many: nothing is looked up, validated or stored, and the frame is
 * built once for all. A room that everybody is in who connects.
 */
import { createServer } from 'node:http'

import { WebSocketServer } from 'ws'

import { textFrame } from '../../packages/server/src/realtime/text-frame.ts'

const sockets = new Set<{ write(bytes: Buffer): void }>()
let frames: Buffer[] = []

function flush(): void {
  const bytes = frames.length === 1 ? frames[0] : Buffer.concat(frames)
  frames = []
  if (bytes) for (const socket of sockets) socket.write(bytes)
}

const server = createServer((request, response) => {
  const chunks: Buffer[] = []
  request.on('data', (chunk: Buffer) => chunks.push(chunk))
  request.on('end', () => {
    if (request.method === 'POST') {
      const { body } = JSON.parse(Buffer.concat(chunks).toString()) as { body: string }
      // As long as what Roost says of a message.
      const message = { type: 'message.created', filler: 'x'.repeat(430), body }
      if (frames.length === 0) setImmediate(flush)
      frames.push(textFrame(JSON.stringify(message)))
    }
    response.writeHead(request.method === 'POST' ? 201 : 200).end('{}')
  })
})
const listener = new WebSocketServer({ server, path: '/api/v1/socket' })
listener.on('connection', (socket, { socket: raw }) => {
  sockets.add(raw)
  socket.on('close', () => sockets.delete(raw))
})
server.listen(Number(process.env['PORT']), '127.0.0.1')
