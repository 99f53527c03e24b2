/**
 * Deleting a room. At once it exists for nobody; what is left of it goes afterwards, a little at a
 * time, so that nobody waits for it, and after a restart from where it had got to.
 */
import { sql } from 'kysely'

import { BackgroundWork } from '../background-work.ts'
import { newId, type Core } from '../core.ts'
import { AppError } from '../errors.ts'
import { removeNameWords } from '../name-words.ts'
import { dropPicture } from '../people/pictures.ts'
import type { Db, Tx } from '../storage/database.ts'
import { directStays, lockAccess, lockRoom, requireMember, type Access } from './access.ts'
import { appendUserEvent } from './user-events.ts'

interface Deletion {
  readonly conversationId: string
  readonly userId: string
  /** Of the server: they need not be a member. */
  readonly asAdministrator?: true
}

export function deleteConversation(core: Core, request: Deletion): Promise<void> {
  return core.database.write((tx) => deleteConversationIn(core, tx, request))
}

/** The same in a write of the caller's. */
export async function deleteConversationIn(core: Core, tx: Tx, request: Deletion): Promise<void> {
  const { conversationId, userId, asAdministrator } = request
  if (asAdministrator) await lockRoom(tx, conversationId, userId)
  else requireOwner(await lockAccess(tx, conversationId, userId))
  await tx.db
    .updateTable('conversations')
    .set({ deletedAt: core.now(), visibility: 'private', importKey: null })
    .where('id', '=', conversationId)
    .execute()
  await removeNameWords(tx, conversationId)
  tx.afterCommit(() => core.bus.publish({ type: 'deleted', conversationId }))
}

/** The check that {@link deleteConversation} makes. */
export async function checkMayDelete(
  db: Db,
  conversationId: string,
  userId: string,
): Promise<void> {
  requireOwner(await requireMember(db, conversationId, userId))
}

function requireOwner({ kind, role }: Access): void {
  if (kind === 'direct') throw directStays()
  if (role !== 'owner') throw new AppError('forbidden', 'Only the owner deletes a room.')
}

/** Rows in one transaction: a few milliseconds of work. */
const CHUNK = 500
/** Each takes several statements. */
const MEMBERS = 50

/** Removes what deleted rooms have left behind. */
export class RoomRemoval extends BackgroundWork {
  readonly #core: Core
  readonly #leaveBus: () => void

  constructor(core: Core) {
    super(core.report)
    this.#core = core
    this.#leaveBus = core.bus.subscribe((note) => {
      if (note.type === 'deleted') this.start()
    })
  }

  override close(): Promise<void> {
    this.#leaveBus()
    return super.close()
  }

  protected async run(): Promise<void> {
    for (const { id, lastSeq } of await this.#findDeleted()) await this.#remove(id, lastSeq)
  }

  #findDeleted(): Promise<{ id: string; lastSeq: number }[]> {
    return this.#core.database.read((db) =>
      db
        .selectFrom('conversations')
        .select(['id', 'lastSeq'])
        .where('deletedAt', 'is not', null)
        .execute(),
    )
  }

  /** The members first, who are to hear of it, and the room itself last, by which the rest is found. */
  async #remove(id: string, lastSeq: number): Promise<void> {
    await this.#repeat(() => this.#endMemberships(id, lastSeq))
    await this.#repeat(() => this.#removeRows(id))
    if (this.isClosed) return
    await this.#core.database.write(async (tx) => {
      await dropPicture(this.#core, tx, { conversationId: id })
      await tx.db.deleteFrom('invites').where('conversationId', '=', id).execute()
      await tx.db.deleteFrom('conversations').where('id', '=', id).execute()
    })
  }

  async #repeat(step: () => Promise<boolean>): Promise<void> {
    while (!this.isClosed && (await step()));
  }

  #endMemberships(conversationId: string, lastSeq: number): Promise<boolean> {
    return this.#core.database.write(async (tx) => {
      const members = await tx.db
        .selectFrom('memberships')
        .select('userId')
        .where('conversationId', '=', conversationId)
        .where('leftSeq', 'is', null)
        .orderBy('userId')
        .limit(MEMBERS)
        .execute()
      if (members.length === 0) return false
      await tx.db
        .updateTable('memberships')
        .set({ leftSeq: lastSeq })
        .where('conversationId', '=', conversationId)
        .where(
          'userId',
          'in',
          members.map(({ userId }) => userId),
        )
        .execute()
      for (const { userId } of members)
        await appendUserEvent(this.#core, tx, {
          userId,
          id: newId(this.#core),
          type: 'conversation.left',
          conversationId,
          conversationSeq: lastSeq,
        })
      return true
    })
  }

  #removeRows(conversationId: string): Promise<boolean> {
    return this.#core.database.write(async ({ db }) => {
      for (const [table, column] of tables) {
        const place = sql.ref<string | number>(column)
        const rows = await db
          .selectFrom(table)
          .select(place.as('place'))
          .where('conversationId', '=', conversationId)
          .orderBy(place)
          .limit(CHUNK)
          .execute()
        const last = rows.at(-1)
        if (!last) continue
        await db
          .deleteFrom(table)
          .where('conversationId', '=', conversationId)
          .where(place, '<=', last.place)
          .execute()
        return true
      }
      return false
    })
  }
}

/** What a room leaves behind, and along which column it is removed. Events after all that they tell of. */
const tables = [
  ['reactions', 'seq'],
  ['mentions', 'seq'],
  ['attachments', 'seq'],
  ['messages', 'seq'],
  ['events', 'seq'],
  ['authorships', 'userId'],
  ['membershipIntervals', 'userId'],
  ['memberships', 'userId'],
] as const
