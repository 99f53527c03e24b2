import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

import { closeCodes } from '@roost/protocol'
import { afterEach, expect, test } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'

import { Connection, encode } from './connection.ts'

/** Both ends of one real socket; what the client has read is counted in `got`. */
interface Pair {
  readonly connection: Connection
  readonly client: WebSocket
  readonly got: string[]
  /** Bytes that wait on the server's side. */
  readonly backlog: () => number
}

const cleanUps: (() => void)[] = []
afterEach(() => {
  for (const cleanUp of cleanUps.splice(0)) cleanUp()
})

async function connectPair(): Promise<Pair> {
  const http = createServer().listen(0, '127.0.0.1')
  await once(http, 'listening')
  const wss = new WebSocketServer({ noServer: true, perMessageDeflate: false })
  const { promise, resolve } = Promise.withResolvers<Pick<Pair, 'connection' | 'backlog'>>()
  http.on('upgrade', (request, socket, head) => {
    wss.handleUpgrade(request, socket, head, (ws) => {
      const session = { id: 's', userId: 'u', role: 'user', expiresAt: Infinity } as const
      const connection = new Connection(ws, socket, session, 0)
      resolve({ connection, backlog: () => socket.writableLength })
    })
  })
  const client = new WebSocket(`ws://127.0.0.1:${(http.address() as AddressInfo).port}`)
  const got: string[] = []
  client.on('message', (data: Buffer) => got.push(data.toString()))
  const [server] = await Promise.all([promise, once(client, 'open')])
  cleanUps.push(() => {
    client.terminate()
    http.closeAllConnections()
    http.close()
  })
  return { ...server, client, got }
}

const MIB = 1024 * 1024
const large = encode({ type: 'event', body: 'x'.repeat(100_000) }, 'durable')
const note = encode({ type: 'signal' }, 'ephemeral')

/** Sends until nothing more is taken; returns how many frames it took. */
function flood({ connection }: Pair): number {
  let count = 0
  for (let frames = 0; frames < 1_000; frames++) {
    if (connection.push(large)) count++
    connection.flush()
  }
  return count
}
const untilDrained = async ({ backlog }: Pair) => {
  while (backlog() > 0) await new Promise((resolve) => setImmediate(resolve))
}

test('frames of one turn go out in their order, and only the durable ones count', async () => {
  const pair = await connectPair()
  const { connection, client, got } = pair
  const frame = (number: number) => encode({ number }, number % 2 === 0 ? 'durable' : 'control')
  const first = [1, 2, 3, 4].map((number) => connection.push(frame(number)))
  expect(first).toEqual([true, false, false, false])
  expect(got).toEqual([])
  connection.flush()
  while (got.length < 4) await once(client, 'message')
  expect(got).toEqual([1, 2, 3, 4].map((number) => JSON.stringify({ number })))
  expect(connection.sent).toBe(2)
})

test('a client that does not read costs a bounded memory, and no frame is counted that it will not get', async () => {
  const pair = await connectPair()
  const { connection, client, backlog } = pair
  client.pause()
  const taken = flood(pair)
  expect(taken).toBeLessThan(1_000)
  expect(backlog()).toBeLessThanOrEqual(MIB)
  expect(connection.backlog).toBeLessThanOrEqual(MIB)
  expect(connection.sent).toBe(taken)
  // From here on it takes nothing at all.
  expect(connection.push(large)).toBe(false)
  expect(connection.push(note)).toBe(false)
  expect(connection.sent).toBe(taken)
})

test('no more is kept of what comes in one turn, and what does not fit at once may still be sent', async () => {
  const pair = await connectPair()
  const { connection, client, got } = pair
  // The system takes some of it before the turn is over.
  for (let frames = 0; frames < 15; frames++) connection.push(large)
  expect(connection.sent).toBe(15)
  client.pause()
  let most = 0
  for (let frames = 0; frames < 1_000; frames++) {
    connection.push(large)
    most = Math.max(most, connection.backlog)
  }
  expect(most).toBeLessThanOrEqual(MIB)
  expect(connection.sent).toBeLessThan(1_000)
  client.resume()
  connection.flush()
  while (got.length < connection.sent) await once(client, 'message')
})

test('a single frame goes out however long it is', async () => {
  const { connection, client, got } = await connectPair()
  const long = { type: 'heads', heads: 'x'.repeat(3 * MIB) }
  expect(connection.push(encode(long, 'control'))).toBe(true)
  connection.flush()
  if (got.length === 0) await once(client, 'message')
  expect(got[0]).toBe(JSON.stringify(long))
  expect(connection.checkPace(0)).toBe('fine')
})

test('frames of every length arrive as they were, one by one and together', async () => {
  const { connection, client, got } = await connectPair()
  // The header of a frame has another size above 125 and above 65,535 bytes; a letter may be several.
  const words = [0, 113, 114, 65_523, 65_524, 70_000].flatMap((length) => [
    { words: 'x'.repeat(length) },
    { words: 'ж'.repeat(length / 2) },
  ])
  for (const each of words) {
    connection.push(encode(each, 'durable'))
    connection.flush()
  }
  for (const each of words) connection.push(encode(each, 'durable'))
  connection.flush()
  while (got.length < words.length * 2) await once(client, 'message')
  expect(got).toEqual([...words, ...words].map((each) => JSON.stringify(each)))
})

test('once it has read what there was, it is told so once, and goes on', async () => {
  const pair = await connectPair()
  const { connection, client, got } = pair
  client.pause()
  const taken = flood(pair)
  expect(connection.checkPace(1_000)).toBe('fine')
  client.resume()
  await untilDrained(pair)
  expect(connection.checkPace(2_000)).toBe('caughtUp')
  expect(connection.checkPace(3_000)).toBe('fine')
  connection.push(encode({ type: 'heads' }, 'control'))
  connection.flush()
  while (got.length < taken + 1) await once(client, 'message')
  expect(got.at(-1)).toBe('{"type":"heads"}')
})

test('one that stays stuck is closed for it, also when the peer never answers', async () => {
  const pair = await connectPair()
  const { connection, client } = pair
  client.pause()
  flood(pair)
  expect(connection.checkPace(1_000)).toBe('fine')
  expect(connection.checkPace(31_000)).toBe('fine')
  expect(connection.isClosing).toBe(false)
  connection.checkPace(31_001)
  expect(connection.isClosing).toBe(true)
  // It reads again: everything that was under way, and then why it ends.
  client.resume()
  const [code] = (await once(client, 'close')) as [number]
  expect(code).toBe(closeCodes.tooSlow)
})

test('what may be dropped is dropped first', async () => {
  const pair = await connectPair()
  const { connection, client, backlog } = pair
  client.pause()
  const medium = encode({ type: 'event', body: 'x'.repeat(10_000) }, 'durable')
  while (backlog() < 128 * 1024) {
    connection.push(medium)
    connection.flush()
  }
  const before = connection.sent
  expect(connection.push(note)).toBe(false)
  expect(connection.push(medium)).toBe(true)
  expect(connection.sent).toBe(before + 1)
})

test('nothing is sent once it is closing', async () => {
  const pair = await connectPair()
  const { connection, client, got } = pair
  connection.push(encode({ type: 'before' }, 'durable'))
  connection.close(closeCodes.sessionEnded, 'the session has ended')
  connection.push(encode({ type: 'after' }, 'durable'))
  connection.flush()
  const [code] = (await once(client, 'close')) as [number]
  expect(code).toBe(closeCodes.sessionEnded)
  expect(got).toEqual([])
})
