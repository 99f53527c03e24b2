/** The log as one reader may see it, to repair a gap. */
import type { LoggedEvent, User } from '@roost/protocol'

import type { Core } from '../core.ts'
import { gather } from '../gather.ts'
import { usersByIds } from '../people/profiles.ts'
import type { Db } from '../storage/database.ts'
import { requireReader } from './access.ts'
import { peopleIn } from './message-rows.ts'
import { readEvents } from './replay.ts'

interface LogRequest {
  readonly conversationId: string
  readonly userId: string
  readonly after: number
  readonly limit: number
}
interface LogPage {
  readonly events: LoggedEvent[]
  readonly lastSeq: number
  readonly firstSeq: number
  readonly users: User[]
}

/**
 * Pages in one turn of the event loop. After an outage all who missed much ask for many at once: others
 * have their turn between them.
 */
const ROUND = { most: 2 } as const

export function gatherLog({ database }: Core): (request: LogRequest) => Promise<LogPage> {
  const read = gather(
    (requests: readonly LogRequest[]) =>
      // Each is refused by itself.
      Promise.allSettled(requests.map((request) => database.read((db) => readPage(db, request)))),
    ROUND,
  )
  return async (request) => {
    const page = await read(request)
    if (page.status === 'rejected') throw page.reason
    return page.value
  }
}

async function readPage(db: Db, request: LogRequest): Promise<LogPage> {
  const { conversationId, userId, after, limit } = request
  const { history, lastSeq, firstSeq } = await requireReader(db, conversationId, userId)
  const viewer = { userId, history }
  const events = await readEvents(db, { conversationId, after, limit, viewer })
  return { events, lastSeq, firstSeq, users: await usersByIds(db, peopleOf(events)) }
}

/** Everyone a stretch of a log speaks of, for their names. */
export function peopleOf(events: readonly LoggedEvent[]): string[] {
  return events.flatMap(({ event }) => [
    event.actorId,
    ...('message' in event && event.message ? peopleIn([event.message]) : []),
  ])
}
