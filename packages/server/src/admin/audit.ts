/**
 * The record of administrative acts: written in the transaction of the act itself, so that neither
 * is there without the other. Never holds a secret or the text of a message.
 */
import type { AuditEntry, User } from '@roost/protocol'

import { newId, type Core } from '../core.ts'
import { parseCursor, toPage } from '../cursor.ts'
import { usersByIds } from '../people/profiles.ts'
import type { Tx } from '../storage/database.ts'

/** Who acts: an owner or administrator, or with null the command line. */
export type ActorId = string | null

type Action =
  | 'user.created'
  | 'user.renamed'
  | 'user.disabled'
  | 'user.enabled'
  | 'user.role'
  | 'user.signed_out'
  | 'user.reset_link'
  | 'user.deleted'
  | 'room.renamed'
  | 'room.topic'
  | 'room.visibility'
  | 'room.archived'
  | 'room.unarchived'
  | 'room.deleted'
  | 'message.removed'
  | 'invite.created'
  | 'invite.revoked'
  | 'settings.changed'

export interface Act {
  readonly actorId: ActorId
  readonly action: Action
  /** What or whom it was done to, and how that was called then. */
  readonly subject?: { readonly id: string; readonly name: string | null }
  readonly details?: Readonly<Record<string, unknown>>
}

export async function record(core: Core, tx: Tx, act: Act): Promise<void> {
  const { actorId, action, subject, details = {} } = act
  await tx.db
    .insertInto('audit')
    .values({
      id: await nextId(core, tx),
      at: core.now(),
      actorId,
      action,
      subjectId: subject?.id ?? null,
      subjectName: subject?.name ?? null,
      details: JSON.stringify(details),
    })
    .execute()
}

/** Ids are in the order of the acts, also of those in one millisecond, or when the clock went back. */
async function nextId(core: Core, { db }: Tx): Promise<string> {
  const last = await db.selectFrom('audit').select('id').orderBy('id', 'desc').limit(1).execute()
  const after = last.map(({ id }) => Number.parseInt(id.replace('-', '').slice(0, 12), 16) + 1)
  return newId({ now: () => Math.max(core.now(), ...after) })
}

/** Newest first. `users` are those who acted, and those it was done to who still exist. */
export async function listAudit(
  core: Core,
  request: { cursor?: string | undefined; limit?: number | undefined },
): Promise<{ entries: AuditEntry[]; users: User[]; nextCursor?: string }> {
  const { limit = 30 } = request
  return core.database.read(async (db) => {
    let query = db.selectFrom('audit').selectAll()
    if (request.cursor !== undefined) query = query.where('id', '<', parseCursor(request.cursor).id)
    const rows = await query
      .orderBy('id', 'desc')
      .limit(limit + 1)
      .execute()
    const { rows: page, ...next } = toPage(rows, limit, (last) => [last.at, last.id])
    const people = page
      .flatMap(({ actorId, subjectId }) => [actorId, subjectId])
      .filter((id) => id !== null)
    return {
      entries: page.map(({ details, ...entry }) => ({
        ...entry,
        details: JSON.parse(details) as Record<string, unknown>,
      })),
      users: await usersByIds(db, people),
      ...next,
    }
  })
}
