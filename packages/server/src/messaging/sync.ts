/**
 * Everything that happened to somebody since they were here last, in one answer: by a number of
 * statements that does not depend on how many conversations they are in.
 */
import { limits, type LogCursor, type SyncReply, type SyncRequest } from '@roost/protocol'

import type { Core } from '../core.ts'
import { usersByIds } from '../people/profiles.ts'
import type { Db } from '../storage/database.ts'
import { withoutHidden } from './hidden.ts'
import { peopleOf } from './log.ts'
import { readStretches, type Stretch } from './replay.ts'
import {
  isForeign,
  placesOf,
  readEventIds,
  readStandings,
  readUserSeqs,
  type EventIds,
  type Standing,
} from './standings.ts'
import { readUserEvents } from './user-events.ts'
import { readHiding, sees } from './visible-seqs.ts'

export async function readSync(
  core: Core,
  request: SyncRequest & { userId: string },
): Promise<SyncReply> {
  const { userId, heads, userSeq: after } = request
  const { epoch } = core.database
  return core.database.read(async (db) => {
    const userSeq = (await readUserSeqs(db, [userId])).get(userId) ?? 0
    const here = { epoch, userSeq, unchanged: false }
    if (request.epoch !== epoch)
      return { ...here, userEvents: null, conversations: [], gone: [], foreign: [], users: [] }
    const mine = await readStandings(db, [userId])
    const { behind, gone, foreign } = await compare(db, mine, heads)
    const mineNow = await readUserEvents(db, { userId, after, upTo: userSeq })
    const { conversations, people } = await readBehind(db, userId, behind)
    const users = await usersByIds(db, people)
    return {
      ...here,
      unchanged:
        userSeq === after && behind.length === 0 && gone.length === 0 && foreign.length === 0,
      userEvents: mineNow?.events ?? null,
      conversations,
      gone,
      foreign,
      users: [...new Map([...users, ...(mineNow?.users ?? [])].map((u) => [u.id, u])).values()],
    }
  })
}

/** A conversation in which somebody is behind, and from where; null: they did not name it. */
interface Behind {
  readonly standing: Standing
  readonly after: number | null
}

async function compare(db: Db, mine: readonly Standing[], heads: readonly LogCursor[]) {
  const standings = new Map(mine.map((standing) => [standing.conversationId, standing]))
  const eventIds = await readEventIds(
    db,
    placesOf(heads.filter(({ conversationId }) => standings.has(conversationId))),
  )
  const foreign: string[] = []
  const gone: string[] = []
  const behind: Behind[] = []
  for (const cursor of new Map(heads.map((head) => [head.conversationId, head])).values()) {
    const standing = standings.get(cursor.conversationId)
    standings.delete(cursor.conversationId)
    if (!standing) gone.push(cursor.conversationId)
    else if (isForeign(cursor, standing, eventIds)) foreign.push(cursor.conversationId)
    else if (cursor.seq < standing.lastSeq) behind.push({ standing, after: cursor.seq })
  }
  for (const standing of standings.values()) behind.push({ standing, after: null })
  return { behind, gone, foreign }
}

/** What they missed, in the order in which they named it, while there is room. */
async function readBehind(db: Db, userId: string, behind: readonly Behind[]) {
  const stretches = chooseStretches(behind)
  const ids = stretches.map(({ conversationId }) => conversationId)
  const hiding = await readHiding(db, userId, ids)
  const told = await readStretches(db, stretches)
  const eventIds: EventIds = await readEventIds(
    db,
    behind.map(({ standing: { conversationId, lastSeq } }) => ({ conversationId, seq: lastSeq })),
  )
  const conversations = behind.map(({ standing: { conversationId, lastSeq }, after }) => {
    const sight = hiding.get(conversationId) ?? 'all'
    const events = told
      .get(conversationId)
      ?.filter(({ seq }) => sees(sight, seq))
      .map(({ seq, event }) => ({ seq, event: withoutHidden(event, sight).event }))
    // With a hole in what they may see it is for the messages to be read anew.
    const whole = events !== undefined && after !== null && events.length === lastSeq - after
    const lastEventId = eventIds({ conversationId, seq: lastSeq }) ?? ''
    return { conversationId, lastSeq, lastEventId, events: whole ? events : null }
  })
  return { conversations, people: conversations.flatMap(({ events }) => peopleOf(events ?? [])) }
}

function chooseStretches(behind: readonly Behind[]): Stretch[] {
  let room: number = limits.eventsMax
  return behind.flatMap(({ standing: { conversationId, firstSeq, lastSeq: upTo }, after }) => {
    if (after === null || upTo - after > room || after < firstSeq - 1) return []
    room -= upTo - after
    return { conversationId, after, upTo }
  })
}
