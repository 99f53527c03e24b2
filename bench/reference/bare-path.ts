/**
 * The least that a server of this protocol must do for a message, with the libraries that Roost uses
 * and nothing else: look up the session, validate, check the membership, store the same rows with the
 * same indexes, as many in a commit as came in one turn, push. What Roost does beyond it, it does for
 * people; how much that costs is the ratio of the two.
 */
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

import { fastify } from 'fastify'
import { WebSocketServer, type WebSocket } from 'ws'
import * as z from 'zod/mini'

const { ROOST_DATA = '.', PORT = '0' } = process.env
const database = new DatabaseSync(join(ROOST_DATA, 'roost.db'))
database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL')
const findSession = database.prepare('SELECT "userId" FROM "sessions" WHERE "token" = ?')
const findMember = database.prepare(
  'SELECT 1 FROM "memberships" WHERE "conversationId" = ? AND "userId" = ? AND "leftSeq" IS NULL',
)
const findMembers = database.prepare(
  'SELECT "userId" FROM "memberships" WHERE "conversationId" = ? AND "leftSeq" IS NULL',
)
const takeSeq = database.prepare(
  `UPDATE "conversations" SET "lastSeq" = "lastSeq" + 1, "lastMessageSeq" = "lastSeq" + 1,
     "lastActivityAt" = ? WHERE "id" = ? RETURNING "lastSeq"`,
)
const insertEvent = database.prepare(
  `INSERT INTO "events" ("conversationId", "seq", "id", "actorId", "type", "requestHash", "createdAt")
   VALUES (?, ?, ?, ?, 'message.created', '', ?)`,
)
const insertMessage = database.prepare(
  `INSERT INTO "messages" ("conversationId", "seq", "id", "senderId", "kind", "body", "createdAt")
   VALUES (?, ?, ?, ?, 'text', ?, ?)`,
)

const send = z.strictObject({ clientId: z.uuid(), body: z.string().check(z.minLength(1)) })
interface Job {
  readonly senderId: string
  readonly conversationId: string
  readonly send: z.infer<typeof send>
  readonly settle: (message: object | undefined) => void
}

const sessions = new Map<string, string>()
const sockets = new Map<string, Set<WebSocket>>()
const members = new Map<string, string[]>()
let jobs: Job[] = []

function userOf(authorization = ''): string | undefined {
  const token = createHash('sha256')
    .update(authorization.slice('Bearer '.length))
    .digest('base64url')
  const known = sessions.get(token) ?? findSession.get(token)?.['userId']
  if (typeof known === 'string') sessions.set(token, known)
  return typeof known === 'string' ? known : undefined
}

function commit(): void {
  const batch = jobs
  jobs = []
  database.exec('BEGIN IMMEDIATE')
  const stored = batch.map(({ senderId, conversationId, send: { clientId: id, body } }) => {
    if (!findMember.get(conversationId, senderId)) return undefined
    const createdAt = Date.now()
    const seq = Number(takeSeq.get(createdAt, conversationId)?.['lastSeq'])
    insertEvent.run(conversationId, seq, id, senderId, createdAt)
    insertMessage.run(conversationId, seq, id, senderId, body, createdAt)
    return { id, conversationId, seq, senderId, kind: 'text', body, createdAt }
  })
  database.exec('COMMIT')
  for (const [at, message] of stored.entries()) {
    batch[at]?.settle(message)
    if (message) push(message)
  }
}

function push(message: { conversationId: string; seq: number }): void {
  const { conversationId, seq } = message
  const event = { type: 'message.created', message }
  const frame = JSON.stringify({ type: 'event', conversationId, seq, event })
  for (const userId of membersOf(conversationId))
    for (const socket of sockets.get(userId) ?? []) socket.send(frame)
}

function membersOf(conversationId: string): string[] {
  const known = members.get(conversationId)
  if (known) return known
  const found = findMembers.all(conversationId).map(({ userId }) => String(userId))
  members.set(conversationId, found)
  return found
}

const app = fastify({ logger: false })
app.get('/healthz', async () => 'ok')
app.post('/api/v1/conversations/:id/messages', async (request, reply) => {
  const senderId = userOf(request.headers.authorization)
  if (senderId === undefined) return reply.code(401).send()
  const { success, data } = send.safeParse(request.body)
  if (!success) return reply.code(400).send()
  const { id: conversationId } = request.params as { id: string }
  const message = await new Promise<object | undefined>((settle) => {
    if (jobs.length === 0) setImmediate(commit)
    jobs.push({ senderId, conversationId, send: data, settle })
  })
  return message ? reply.code(201).send(message) : reply.code(404).send()
})
await app.listen({ port: Number(PORT), host: '127.0.0.1' })
const listener = new WebSocketServer({ server: app.server, path: '/api/v1/socket' })
listener.on('connection', (socket, request) => {
  const userId = userOf(request.headers.authorization)
  if (userId === undefined) return socket.close()
  const own = sockets.get(userId) ?? new Set()
  sockets.set(userId, own.add(socket))
  socket.on('close', () => own.delete(socket))
})
