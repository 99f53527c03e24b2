/**
 * Marks that only grow: how far each member has received and read. "Delivered" is gathered in memory
 * and written once a second, all in one transaction (losing one is harmless); "read" is durable at once.
 */
import { limits, type Receipt } from '@roost/protocol'
import { seeded } from '@roost/protocol/seeded-bugs'
import { sql } from 'kysely'

import { newId, type Core } from '../core.ts'
import { requireMember } from './access.ts'
import { countUnread } from './messages.ts'
import { appendUserEvent } from './user-events.ts'

interface Mark {
  readonly conversationId: string
  readonly userId: string
  readonly seq: number
}

const FLUSH_EVERY = 1_000

export class Deliveries {
  readonly #core: Core
  #marks = new Map<string, Mark>()
  #timer: NodeJS.Timeout | undefined
  #flushing = Promise.resolve()

  constructor(core: Core) {
    this.#core = core
  }

  /** The caller has checked that the user is a member. */
  note(mark: Mark): void {
    const key = `${mark.conversationId} ${mark.userId}`
    const known = this.#marks.get(key)
    if (known && known.seq >= mark.seq) return
    this.#marks.set(key, mark)
    this.#timer ??= setTimeout(() => void this.flush(), FLUSH_EVERY)
  }

  /** Writes what was gathered, and waits for what is being written. */
  flush(): Promise<void> {
    clearTimeout(this.#timer)
    this.#timer = undefined
    const marks = [...this.#marks.values()]
    this.#marks = new Map()
    if (marks.length > 0)
      this.#flushing = this.#flushing
        .then(() => this.#write(marks))
        .catch((error: unknown) => this.#core.report(error))
    return this.#flushing
  }

  async #write(marks: readonly Mark[]): Promise<void> {
    await this.#core.database.write(async (tx) => {
      for (const { conversationId, userId, seq } of marks) {
        // A client may claim more than there is.
        const upTo = sql<number>`(select case when "lastSeq" < ${seq} then "lastSeq" else ${seq} end
          from "conversations" where "id" = ${conversationId})`
        const grown = await tx.db
          .updateTable('memberships')
          .set({ deliveredSeq: upTo })
          .where('conversationId', '=', conversationId)
          .where('userId', '=', userId)
          .where('leftSeq', 'is', null)
          .where('deliveredSeq', '<', upTo)
          .where(isSmall(conversationId))
          .returning(['deliveredSeq', 'readSeq'])
          .executeTakeFirst()
        if (grown) tx.afterCommit(() => announce(this.#core, conversationId, { userId, ...grown }))
      }
    })
  }
}

const isSmall = (conversationId: string) =>
  sql<boolean>`(select "memberCount" from "conversations" where "id" = ${conversationId}) <= ${limits.smallRoomMax}`

function announce(core: Core, conversationId: string, receipt: Receipt): void {
  core.bus.publish({
    type: 'signal',
    conversationId,
    except: receipt.userId,
    signal: { type: 'receipt', conversationId, ...receipt },
  })
}

/** Moves the reader's mark up to a seq, never beyond the log's end and never back. */
export async function markRead(
  core: Core,
  request: { conversationId: string; userId: string; seq: number },
): Promise<{ readSeq: number; unread: number; mentions: number; lastSeq: number }> {
  const { conversationId, userId } = request
  return core.database.write(async (tx) => {
    const { lastSeq, memberCount } = await requireMember(tx.db, conversationId, userId)
    const seq = Math.min(request.seq, lastSeq)
    const grown = await tx.db
      .updateTable('memberships')
      .set((eb) => ({
        readSeq: seq,
        deliveredSeq: eb
          .case()
          .when('deliveredSeq', '<', seq)
          .then(seq)
          .else(eb.ref('deliveredSeq'))
          .end(),
      }))
      .where('conversationId', '=', conversationId)
      .where('userId', '=', userId)
      .where('readSeq', seeded?.('read-mark-back') ? '<>' : '<', seq)
      .returning(['deliveredSeq', 'readSeq'])
      .executeTakeFirst()
    if (grown) {
      const id = newId(core)
      await appendUserEvent(core, tx, { userId, id, type: 'read.changed', conversationId })
      if (memberCount <= limits.smallRoomMax)
        tx.afterCommit(() => announce(core, conversationId, { userId, ...grown }))
    }
    const { readSeq } =
      grown ??
      (await tx.db
        .selectFrom('memberships')
        .select('readSeq')
        .where('conversationId', '=', conversationId)
        .where('userId', '=', userId)
        .executeTakeFirstOrThrow())
    return { readSeq, ...(await countUnread(tx.db, { conversationId, userId, readSeq })) }
  })
}
