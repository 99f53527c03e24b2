/** How many messages there are, counted a little at a time, so that nobody waits for it. */
import type { Core } from '../core.ts'

/** Seqs of logs looked through in one snapshot: a few milliseconds. */
const WINDOW = 20_000

/** What people have written and not deleted. */
export async function countMessages(core: Core): Promise<number> {
  const conversations = await core.database.read((db) =>
    db
      .selectFrom('conversations')
      .select(['id', 'lastMessageSeq'])
      .where('deletedAt', 'is', null)
      .where('lastMessageSeq', '>', 0)
      .execute(),
  )
  const stretches = conversations.flatMap(({ id, lastMessageSeq }) =>
    Array.from({ length: Math.ceil(lastMessageSeq / WINDOW) }, (_, at) => ({
      id,
      after: at * WINDOW,
      length: Math.min(WINDOW, lastMessageSeq - at * WINDOW),
    })),
  )
  let total = 0
  for (let at = 0; at < stretches.length;) {
    const batch: typeof stretches = []
    for (let length = 0; length < WINDOW && at < stretches.length; at++) {
      const stretch = stretches[at]
      if (!stretch) break
      batch.push(stretch)
      // Asking costs something too.
      length += stretch.length + 100
    }
    total += await countStretches(core, batch)
  }
  return total
}

function countStretches(
  core: Core,
  stretches: readonly { id: string; after: number; length: number }[],
): Promise<number> {
  return core.database.read(async (db) => {
    let total = 0
    for (const { id, after, length } of stretches) {
      const { count } = await db
        .selectFrom('messages')
        .select((eb) => eb.fn.countAll<number>().as('count'))
        .where('conversationId', '=', id)
        .where('seq', '>', after)
        .where('seq', '<=', after + length)
        .where('kind', '<>', 'system')
        .where('deletedAt', 'is', null)
        .executeTakeFirstOrThrow()
      total += count
    }
    return total
  })
}
