/** The log as one reader may see it, to repair a gap. */
import type { LoggedEvent, User } from '@roost/protocol'

import type { Core } from '../core.ts'
import { usersByIds } from '../people/profiles.ts'
import { requireReader } from './access.ts'
import { peopleIn } from './message-rows.ts'
import { readEvents } from './replay.ts'

export async function readLog(
  core: Core,
  request: { conversationId: string; userId: string; after: number; limit: number },
): Promise<{ events: LoggedEvent[]; lastSeq: number; firstSeq: number; users: User[] }> {
  const { conversationId, userId, after, limit } = request
  return core.database.read(async (db) => {
    const { history, lastSeq, firstSeq } = await requireReader(db, conversationId, userId)
    const viewer = { userId, history }
    const events = await readEvents(db, { conversationId, after, limit, viewer })
    return { events, lastSeq, firstSeq, users: await usersByIds(db, peopleOf(events)) }
  })
}

/** Everyone a stretch of a log speaks of, for their names. */
export function peopleOf(events: readonly LoggedEvent[]): string[] {
  return events.flatMap(({ event }) => [
    event.actorId,
    ...('message' in event && event.message ? peopleIn([event.message]) : []),
  ])
}
