/** Ending sessions before their time: caches forget them and sockets close, in every process. */
import { newId, type Core } from '../core.ts'
import type { Tx } from '../storage/database.ts'
import { hashToken } from './hashed-sessions.ts'

/** Announces that a session's row is gone. */
export async function revokeSession(
  core: Core,
  session: { id: string; userId: string },
): Promise<void> {
  await core.database.write((tx) =>
    announce(core, tx, { userId: session.userId, sessionId: session.id }),
  )
}

/** Ends the session of this token. */
export async function revokeToken(core: Core, token: string): Promise<void> {
  await core.database.write(async (tx) => {
    const ended = await tx.db
      .deleteFrom('sessions')
      .where('token', '=', hashToken(token))
      .returning(['id', 'userId'])
      .executeTakeFirst()
    if (ended) await announce(core, tx, { userId: ended.userId, sessionId: ended.id })
  })
}

/** Ends every session of someone. */
export async function revokeAllSessions(core: Core, tx: Tx, userId: string): Promise<void> {
  const ended = await tx.db
    .deleteFrom('sessions')
    .where('userId', '=', userId)
    .returning('id')
    .execute()
  for (const { id } of ended) await announce(core, tx, { userId, sessionId: id })
}

/** Ends every session of someone but one. */
export async function revokeOtherSessions(
  core: Core,
  tx: Tx,
  keep: { userId: string; sessionId: string },
): Promise<void> {
  const { userId, sessionId } = keep
  const ended = await tx.db
    .deleteFrom('sessions')
    .where('userId', '=', userId)
    .where('id', '<>', sessionId)
    .returning('id')
    .execute()
  for (const { id } of ended) await announce(core, tx, { userId, sessionId: id })
}

/** Ends one session of someone; false when there is none of theirs with this id. */
export async function revokeOwnSession(
  core: Core,
  tx: Tx,
  ended: { userId: string; sessionId: string },
): Promise<boolean> {
  const gone = await tx.db
    .deleteFrom('sessions')
    .where('id', '=', ended.sessionId)
    .where('userId', '=', ended.userId)
    .returning('id')
    .executeTakeFirst()
  if (!gone) return false
  await announce(core, tx, ended)
  return true
}

async function announce(
  core: Core,
  tx: Tx,
  ended: { userId: string; sessionId: string },
): Promise<void> {
  await tx.db
    .insertInto('revocations')
    .values({ id: newId(core), ...ended, createdAt: core.now() })
    .execute()
  tx.afterCommit(() => core.bus.publish({ type: 'revoked', ...ended }))
}
