/**
 * The least that it costs to tell who comes back what they missed: the same rows from the same file, by
 * one prepared statement for each conversation, as JSON, and nothing else but the session and the
 * membership. It gathers nothing: whoever asks is answered.
 */
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

import { fastify } from 'fastify'
import { WebSocketServer } from 'ws'
import * as z from 'zod/mini'

const MOST = 500
const { ROOST_DATA = '.', PORT = '0' } = process.env
const database = new DatabaseSync(join(ROOST_DATA, 'roost.db'), { readOnly: true })
const findSession = database.prepare('SELECT "userId" FROM "sessions" WHERE "token" = ?')
const findHead = database.prepare(
  `SELECT c."lastSeq", m."readSeq" FROM "memberships" m
   JOIN "conversations" c ON c."id" = m."conversationId"
   WHERE m."conversationId" = ? AND m."userId" = ? AND m."leftSeq" IS NULL`,
)
const findEvents = database.prepare(
  `SELECT e."seq", e."id", e."actorId", e."createdAt", m."kind", m."body" FROM "events" e
   JOIN "messages" m ON m."conversationId" = e."conversationId" AND m."seq" = e."seq"
   WHERE e."conversationId" = ? AND e."seq" > ? ORDER BY e."seq" LIMIT ?`,
)
const findUser = database.prepare(
  'SELECT "id", "kind", "username", "name", "picture" FROM "users" WHERE "id" = ?',
)

const cursor = z.object({ conversationId: z.string(), seq: z.number() })
const greeting = z.object({ epoch: z.string(), userSeq: z.number(), heads: z.array(cursor) })
type Cursor = z.infer<typeof cursor>

const sessions = new Map<string, string>()
function userOf(authorization = ''): string {
  const known = sessions.get(authorization)
  if (known !== undefined) return known
  const token = createHash('sha256').update(authorization.slice('Bearer '.length))
  const userId = String(findSession.get(token.digest('base64url'))?.['userId'])
  sessions.set(authorization, userId)
  return userId
}

function headOf(userId: string, conversationId: string) {
  const head = findHead.get(conversationId, userId)
  if (!head) throw new Error('They are not in it.')
  return { conversationId, lastSeq: Number(head['lastSeq']), readSeq: Number(head['readSeq']) }
}

const behind = (userId: string, cursors: readonly Cursor[]) =>
  cursors
    .map(({ conversationId, seq }) => ({ seq, head: headOf(userId, conversationId) }))
    .filter(({ seq, head }) => seq < head.lastSeq)

const nothing = { mentions: [], attachments: [], reactions: [] }
const readEvents = (conversationId: string, after: number) =>
  findEvents.all(conversationId, after, MOST).map(({ seq, id, actorId, createdAt, kind, body }) => {
    const said = { id, conversationId, seq, senderId: actorId, kind, body, createdAt, ...nothing }
    return { seq, event: { id, actorId, createdAt, type: 'message.created', message: said } }
  })
const sendersOf = (events: ReturnType<typeof readEvents>) =>
  [...new Set(events.map(({ event }) => String(event.actorId)))].map((id) => findUser.get(id))

const app = fastify({ logger: false })
app.get('/healthz', async () => 'ok')
app.post('/api/v1/sync', async ({ headers, body }) => {
  const { epoch, userSeq, heads } = greeting.parse(body)
  let room = MOST
  const conversations = behind(userOf(headers.authorization), heads).map(({ seq, head }) => {
    const { conversationId, lastSeq } = head
    if (lastSeq - seq > room) return { conversationId, lastSeq, lastEventId: '', events: null }
    room -= lastSeq - seq
    const events = readEvents(conversationId, seq)
    return { conversationId, lastSeq, lastEventId: events.at(-1)?.event.id, events }
  })
  const users = sendersOf(conversations.flatMap(({ events }) => events ?? []))
  const rest = { unchanged: false, userEvents: [], gone: [], foreign: [], users }
  return JSON.stringify({ epoch, userSeq, conversations, ...rest })
})
app.get('/api/v1/conversations/:id/events', async ({ headers, params, query }) => {
  const { id } = params as { id: string }
  const { lastSeq } = headOf(userOf(headers.authorization), id)
  const events = readEvents(id, Number((query as { after: string }).after))
  return JSON.stringify({ events, lastSeq, firstSeq: 1, users: sendersOf(events) })
})
await app.listen({ port: Number(PORT), host: '127.0.0.1' })
const listener = new WebSocketServer({ server: app.server, path: '/api/v1/socket' })
listener.on('connection', (socket, request) => {
  const userId = userOf(request.headers.authorization)
  socket.on('message', (frame: Buffer) => {
    const { epoch, userSeq, heads: known } = greeting.parse(JSON.parse(frame.toString()))
    const heads = behind(userId, known).map(({ head }) => head)
    socket.send(JSON.stringify({ type: 'heads', epoch, userSeq, heads, gone: [], foreign: [] }))
  })
})
