/**
 * What erasing an account leaves to do: it leaves its rooms, each to an heir where it was the owner,
 * and its messages go where that was asked. A little at a time, and after a restart from where it was.
 */
import { BackgroundWork } from '../background-work.ts'
import { chunksOf } from '../chunks.ts'
import { newId, type Core } from '../core.ts'
import { AppError } from '../errors.ts'
import { hashRequest } from '../messaging/events.ts'
import { leaveRoom } from '../messaging/leaving.ts'
import { blankMessage } from '../messaging/message-changes.ts'
import type { Tx } from '../storage/database.ts'

/** Seqs of a log looked through at once, and messages deleted in one transaction. */
const WINDOW = 5_000
const CHUNK = 20

export class Erasures extends BackgroundWork {
  readonly #core: Core
  readonly #leaveBus: () => void

  constructor(core: Core) {
    super(core.report)
    this.#core = core
    this.#leaveBus = core.bus.subscribe((note) => {
      if (note.type === 'erasing') this.start()
    })
  }

  override close(): Promise<void> {
    this.#leaveBus()
    return super.close()
  }

  protected async run(): Promise<void> {
    const erasures = await this.#core.database.read((db) =>
      db.selectFrom('erasures').selectAll().orderBy('createdAt').execute(),
    )
    for (const { userId, messages } of erasures) {
      await this.#leaveRooms(userId)
      if (messages === 'delete') await this.#eraseMessages(userId)
      await this.#finish(userId)
    }
  }

  async #leaveRooms(userId: string): Promise<void> {
    const rooms = await this.#core.database.read((db) =>
      db
        .selectFrom('memberships as m')
        .innerJoin('conversations as c', 'c.id', 'm.conversationId')
        .select('c.id')
        .where('m.userId', '=', userId)
        .where('m.leftSeq', 'is', null)
        .where('c.kind', '=', 'room')
        .where('c.deletedAt', 'is', null)
        .execute(),
    )
    for (const { id: conversationId } of rooms) {
      if (this.isClosed) return
      // Others may remove them, or the room, at the same time.
      await leaveRoom(this.#core, { conversationId, userId }).catch(unlessRefused)
    }
  }

  /** In every conversation they ever came to: each was an event of theirs. */
  async #eraseMessages(userId: string): Promise<void> {
    const conversations = await this.#core.database.read((db) =>
      db
        .selectFrom('userEvents as e')
        .innerJoin('conversations as c', 'c.id', 'e.conversationId')
        .select(['c.id', 'c.lastSeq'])
        .distinct()
        .where('e.userId', '=', userId)
        .where('e.type', '=', 'conversation.joined')
        .where('c.deletedAt', 'is', null)
        .execute(),
    )
    for (const { id, lastSeq } of conversations)
      for (let after = 0; after < lastSeq && !this.isClosed; after += WINDOW)
        await this.#eraseWindow({ conversationId: id, senderId: userId, after })
  }

  async #eraseWindow(window: {
    conversationId: string
    senderId: string
    after: number
  }): Promise<void> {
    const { conversationId, senderId, after } = window
    const requestHash = hashRequest('account.erased', senderId)
    const found = await this.#core.database.read((db) =>
      db
        .selectFrom('messages')
        .select('seq')
        .where('conversationId', '=', conversationId)
        .where('seq', '>', after)
        .where('seq', '<=', after + WINDOW)
        .where('senderId', '=', senderId)
        .where('kind', '<>', 'system')
        .where('deletedAt', 'is', null)
        .orderBy('seq')
        .execute(),
    )
    for (const places of chunksOf(found, CHUNK)) {
      if (this.isClosed) return
      await this.#core.database.write(async (tx) => {
        if (!(await isThere(tx, conversationId))) return
        for (const place of places)
          await blankMessage(this.#core, tx, {
            place: { conversationId, seq: place.seq },
            id: newId(this.#core),
            actorId: senderId,
            requestHash,
          })
      })
    }
  }

  async #finish(userId: string): Promise<void> {
    if (this.isClosed) return
    await this.#core.database.write(async ({ db }) => {
      for (const table of ['userEvents', 'userHeads', 'erasures'] as const)
        await db.deleteFrom(table).where('userId', '=', userId).execute()
    })
  }
}

/** What is left of a room that was deleted meanwhile goes with it. */
async function isThere({ db }: Tx, conversationId: string): Promise<boolean> {
  const found = await db
    .selectFrom('conversations')
    .select('id')
    .where('id', '=', conversationId)
    .where('deletedAt', 'is', null)
    .executeTakeFirst()
  return found !== undefined
}

function unlessRefused(error: unknown): void {
  if (!(error instanceof AppError)) throw error
}
