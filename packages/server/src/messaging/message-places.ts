/** Where a message is, for those who may see it. Whoever may not may not know that it exists. */
import { notFound } from '../errors.ts'
import type { Db, Tx } from '../storage/database.ts'
import { findAccess, lockAccess, lockRoom, requireRole, type Access } from './access.ts'
import { isVisible } from './visible-seqs.ts'

export interface MessagePlace {
  readonly access: Access
  readonly conversationId: string
  readonly seq: number
}
interface Request {
  readonly messageId: string
  readonly userId: string
}

export async function findMessage(db: Db, request: Request): Promise<MessagePlace> {
  const place = await locate(db, request.messageId)
  return show(db, place, {
    ...request,
    access: await findAccess(db, place.conversationId, request.userId),
  })
}

/** For what only members do to a message: the check before a malformed request is called that. */
export async function checkMayChange(db: Db, request: Request): Promise<void> {
  requireRole((await findMessage(db, request)).access)
}

/** The same under the conversation's lock, for who will change it. */
export async function lockMessage(tx: Tx, request: Request): Promise<MessagePlace> {
  const place = await locate(tx.db, request.messageId)
  return show(tx.db, place, {
    ...request,
    access: await lockAccess(tx, place.conversationId, request.userId),
  })
}

/** A message of a room, for an administrator of the server, who need not be a member. */
export async function lockRoomMessage(tx: Tx, request: Request): Promise<MessagePlace> {
  const place = await locate(tx.db, request.messageId)
  return { ...place, access: await lockRoom(tx, place.conversationId, request.userId) }
}

type Place = Omit<MessagePlace, 'access'>

async function show(
  db: Db,
  place: Place,
  { userId, access }: Request & { access: Access },
): Promise<MessagePlace> {
  const { history, role } = access
  if (role === null && history === 'sinceJoin') throw notFound()
  if (!(await isVisible(db, { ...place, viewer: { userId, history } }))) throw notFound()
  return { ...place, access }
}

/** A message has the id of the event that made it; other events have no message at their seq. */
async function locate(db: Db, messageId: string): Promise<Place> {
  const place = await db
    .selectFrom('events as e')
    .innerJoin('messages as m', (join) =>
      join.onRef('m.conversationId', '=', 'e.conversationId').onRef('m.seq', '=', 'e.seq'),
    )
    .select(['m.conversationId', 'm.seq'])
    .where('e.id', '=', messageId)
    .executeTakeFirst()
  if (!place) throw notFound()
  return place
}
