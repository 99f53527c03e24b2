/**
 * Searching messages. The index names candidates and may be behind, or wrong: what is shown is read
 * from the database, under the rules of access and of the query, in the snapshot that checks them.
 */
import { setImmediate } from 'node:timers/promises'

import type { Message, SearchPage, User } from '@roost/protocol'

import type { Core } from '../core.ts'
import { foreignCursor, parseCursor, toCursor } from '../cursor.ts'
import { notFound } from '../errors.ts'
import { requireReader } from '../messaging/access.ts'
import { describeMessages, peopleIn } from '../messaging/message-rows.ts'
import { findSeen } from '../messaging/visible-seqs.ts'
import { usersByIds } from '../people/profiles.ts'
import type { Db } from '../storage/database.ts'
import { matches, parseQuery, type Phrase } from './query.ts'
import type { Hit, Wanted } from './search-index.ts'

const PAGE = 20
/** A body of more characters takes time to look through. */
const LONG = 1_000
/** Candidates looked at in one snapshot, unless a page is larger, and how often for one page: then it is given as it is. */
const CANDIDATES = 100
const ROUNDS = 10

interface Search {
  readonly query: string
  readonly senderId?: string | undefined
  readonly after?: number | undefined
  readonly before?: number | undefined
  readonly cursor?: string | undefined
  readonly limit?: number | undefined
}

/** Messages that a user may see: in their conversations, or in one that they name and may read. */
export async function searchMessages(
  core: Core,
  request: Search & { userId: string; conversationId?: string | undefined },
): Promise<SearchPage> {
  const { userId, conversationId } = request
  const ids = await core.database.read(async (db) => {
    if (conversationId === undefined) return readConversationIds(db, userId)
    await requireReader(db, conversationId, userId)
    return [conversationId]
  })
  return collect(core, request, {
    in: ids,
    read: (db, hits) => readVisible(db, { userId, conversationId, hits }),
  })
}

export interface RoomSearchPage extends SearchPage {
  readonly rooms: { readonly id: string; readonly name: string }[]
}

/** Messages of rooms, for administrators of the server: of all rooms, and never of a direct chat. */
export async function searchRooms(
  core: Core,
  request: Search & { roomId?: string | undefined },
): Promise<RoomSearchPage> {
  const { roomId } = request
  if (roomId !== undefined) {
    const [room] = await core.database.read((db) => readRooms(db, [roomId]))
    if (!room) throw notFound()
  }
  const page = await collect(core, request, {
    in: roomId === undefined ? 'rooms' : [roomId],
    async read(db, hits) {
      const rooms = new Set((await readRooms(db, idsOf(hits))).map(({ id }) => id))
      const keys = hits.filter((hit) => rooms.has(hit.conversationId))
      return describeMessages(db, { keys })
    },
  })
  const rooms = await core.database.read((db) => readRooms(db, idsOf(page.messages)))
  return { ...page, rooms }
}

interface Scope {
  readonly in: Wanted['in']
  /** Those of the candidates that may be seen. */
  read(db: Db, hits: readonly Hit[]): Promise<Message[]>
}

async function collect(core: Core, search: Search, scope: Scope): Promise<SearchPage> {
  const { senderId, after, before, cursor, limit = PAGE } = search
  const phrases = parseQuery(search.query)
  let below = cursor === undefined ? undefined : placeOf(cursor)
  if (phrases.length === 0 || scope.in.length === 0)
    return { messages: [], users: [], complete: true }
  const found: { message: Message; place: number }[] = []
  // One more than asked shows whether there is a next page.
  const candidates = Math.max(CANDIDATES, limit + 1)
  const wanted = { phrases, in: scope.in, senderId, after, before, limit: candidates }
  let complete = true
  let isEnd = false
  for (let round = 0; round < ROUNDS && found.length <= limit && !isEnd; round++) {
    const { hits, ...state } = await core.search.find({ ...wanted, below })
    complete &&= state.complete
    isEnd = hits.length < candidates
    below = hits.at(-1)?.place ?? below
    const messages = await core.database.read((db) => scope.read(db, hits))
    const visible = new Map(messages.map((message) => [keyOf(message), message]))
    for (const { place, ...hit } of hits) {
      const message = visible.get(keyOf(hit))
      if (message && fits(message, search, phrases)) found.push({ message, place })
      if (found.length > limit) break
      // Finding the words of a long message takes milliseconds, in which nobody else is served.
      if (message && message.body.length > LONG) await setImmediate()
    }
  }
  const page = found.slice(0, limit)
  const next = found.length > limit ? page.at(-1)?.place : isEnd ? undefined : below
  const messages = page.map(({ message }) => message)
  return {
    messages,
    users: await readPeople(core, messages),
    complete,
    ...(next !== undefined && { nextCursor: toCursor(next, 'place') }),
  }
}

/** An index that is behind may name what was edited or deleted since. */
function fits(message: Message, search: Search, phrases: readonly Phrase[]): boolean {
  const { senderId, after, before } = search
  return (
    message.deletedAt === undefined &&
    message.kind !== 'system' &&
    (senderId === undefined || message.senderId === senderId) &&
    (after === undefined || message.createdAt >= after) &&
    (before === undefined || message.createdAt < before) &&
    matches(phrases, message.body)
  )
}

async function readVisible(
  db: Db,
  of: { userId: string; conversationId: string | undefined; hits: readonly Hit[] },
): Promise<Message[]> {
  const { userId, conversationId, hits } = of
  const histories =
    conversationId === undefined
      ? await readHistories(db, userId, idsOf(hits))
      : new Map([[conversationId, (await requireReader(db, conversationId, userId)).history]])
  const isOpen = (hit: Hit) => histories.get(hit.conversationId) === 'all'
  const hiding = hits.filter((hit) => histories.has(hit.conversationId) && !isOpen(hit))
  const keys = [...hits.filter(isOpen), ...(await findSeen(db, userId, hiding))]
  return describeMessages(db, { keys }, userId)
}

const membershipsOf = (db: Db, userId: string) =>
  db
    .selectFrom('memberships as m')
    .innerJoin('conversations as c', 'c.id', 'm.conversationId')
    .where('m.userId', '=', userId)
    .where('m.leftSeq', 'is', null)
    .where('c.deletedAt', 'is', null)

async function readConversationIds(db: Db, userId: string): Promise<string[]> {
  return (await membershipsOf(db, userId).select('c.id').execute()).map(({ id }) => id)
}

/** Of those that the user is in. */
async function readHistories(db: Db, userId: string, ids: readonly string[]) {
  if (ids.length === 0) return new Map<string, 'all' | 'sinceJoin'>()
  const rows = await membershipsOf(db, userId)
    .select(['c.id', 'c.history'])
    .where('c.id', 'in', ids)
    .execute()
  return new Map(rows.map(({ id, history }) => [id, history]))
}

async function readRooms(db: Db, ids: readonly string[]): Promise<{ id: string; name: string }[]> {
  if (ids.length === 0) return []
  const rows = await db
    .selectFrom('conversations')
    .select(['id', 'name'])
    .where('id', 'in', ids)
    .where('kind', '=', 'room')
    .where('deletedAt', 'is', null)
    .execute()
  return rows.map(({ id, name }) => ({ id, name: name ?? '' }))
}

function readPeople(core: Core, messages: readonly Message[]): Promise<User[]> {
  return core.database.read((db) => usersByIds(db, peopleIn(messages)))
}

function placeOf(cursor: string): number {
  const place = Number(parseCursor(cursor).key)
  if (!Number.isSafeInteger(place)) throw foreignCursor()
  return place
}

const keyOf = ({ conversationId, seq }: { conversationId: string; seq: number }) =>
  `${conversationId} ${seq}`
const idsOf = (places: readonly { readonly conversationId: string }[]) => [
  ...new Set(places.map(({ conversationId }) => conversationId)),
]
