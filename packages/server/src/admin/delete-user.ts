/**
 * Erasing an account. At once nobody signs in with it, finds it or reads who it was; its user name is
 * free again. What takes longer, leaving rooms and deleting messages, follows in erasures.ts.
 */
import type { Core } from '../core.ts'
import { removeNameWords } from '../name-words.ts'
import { dropPicture } from '../people/pictures.ts'
import { usersByIds } from '../people/profiles.ts'
import type { Tx } from '../storage/database.ts'
import type { Administration } from './administration.ts'
import { record, type ActorId } from './audit.ts'
import { keepAnOwner, refuseOneself, requireManaged } from './authority.ts'
import { shutOut } from './sign-out.ts'

export async function deleteUser(
  { core, erasures }: Pick<Administration, 'core' | 'erasures'>,
  request: { actorId: ActorId; userId: string; messages: 'keep' | 'delete' },
): Promise<void> {
  const { actorId, userId, messages } = request
  await core.database.write(async (tx) => {
    const subject = await requireManaged(tx.db, { actorId, userId })
    refuseOneself(actorId, userId)
    await keepAnOwner(tx, subject)
    await shutOut(core, tx, userId)
    await forget(core, tx, userId)
    await tx.db.insertInto('erasures').values({ userId, messages, createdAt: core.now() }).execute()
    await record(core, tx, { actorId, action: 'user.deleted', subject, details: { messages } })
  })
  erasures.start()
}

/** Removes all that says who it was. The row stays: messages and events refer to it. */
async function forget(core: Core, tx: Tx, userId: string): Promise<void> {
  await tx.db
    .updateTable('users')
    .set({
      kind: 'deleted',
      name: 'Deleted account',
      searchName: '',
      username: null,
      displayUsername: null,
      email: null,
      emailVerified: 0,
      image: null,
      about: null,
      picture: null,
      role: null,
      banned: 0,
      banReason: null,
      banExpires: null,
      locale: null,
      timeZone: null,
      lastSeenAt: null,
      resetLinkMadeAt: null,
    })
    .where('id', '=', userId)
    .execute()
  await removeNameWords(tx, userId)
  await dropPicture(core, tx, { userId })
  await tx.db
    .updateTable('invites')
    .set({ revokedAt: core.now() })
    .where('createdBy', '=', userId)
    .where('revokedAt', 'is', null)
    .execute()
  for (const table of ['accounts', 'devices'] as const)
    await tx.db.deleteFrom(table).where('userId', '=', userId).execute()
  await tx.db
    .deleteFrom('blocks')
    .where((eb) => eb.or([eb('userId', '=', userId), eb('blockedId', '=', userId)]))
    .execute()
  const [user] = await usersByIds(tx.db, [userId])
  const joined = await tx.db
    .selectFrom('memberships')
    .select('conversationId')
    .where('userId', '=', userId)
    .where('leftSeq', 'is', null)
    .execute()
  const conversationIds = joined.map(({ conversationId }) => conversationId)
  if (user) tx.afterCommit(() => core.bus.publish({ type: 'user', user, conversationIds }))
}
