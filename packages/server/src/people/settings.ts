/** What people set for themselves, and who is told when that changes what others see of them. */
import type { UpdateMe } from '@roost/protocol'

import { newId, type Core } from '../core.ts'
import { AppError } from '../errors.ts'
import { appendUserEvent } from '../messaging/user-events.ts'
import { setPersonWords } from '../name-words.ts'
import type { Tx } from '../storage/database.ts'
import { searchNameOf, usersByIds } from './profiles.ts'

export async function updateMe(core: Core, userId: string, change: UpdateMe): Promise<void> {
  const { name, resetLinkSeen, ...rest } = change
  const set = { ...defined(rest), ...(resetLinkSeen && { resetLinkMadeAt: null }) }
  if (name === undefined && Object.keys(set).length === 0) return
  await core.database.write(async (tx) => {
    await requireAccount(tx, userId)
    if (Object.keys(set).length > 0)
      await tx.db.updateTable('users').set(set).where('id', '=', userId).execute()
    if (name === undefined) await tellMyself(core, tx, userId)
    else await renameUser(core, tx, { userId, name })
  })
}

/** Gives someone another name to be read by; their user name stays. */
export async function renameUser(
  core: Core,
  tx: Tx,
  { userId, name }: { userId: string; name: string },
): Promise<void> {
  const { username } = await tx.db
    .selectFrom('users')
    .select('username')
    .where('id', '=', userId)
    .executeTakeFirstOrThrow()
  await tx.db
    .updateTable('users')
    .set({ name, searchName: searchNameOf(name, username ?? '') })
    .where('id', '=', userId)
    .execute()
  await setPersonWords(tx, { id: userId, name, username })
  await tellOfUser(core, tx, userId)
}

/** Somebody has another name or picture: tells their own devices, and whoever shares a conversation. */
export async function tellOfUser(core: Core, tx: Tx, userId: string): Promise<void> {
  const [user] = await usersByIds(tx.db, [userId])
  if (!user) throw new Error('Somebody who is not there has changed.')
  await tellMyself(core, tx, userId)
  tx.afterCommit(() => core.bus.publish({ type: 'user', user }))
}

/** Of an account that was erased while this was asked for nothing is written down. */
export async function requireAccount({ db }: Tx, userId: string): Promise<void> {
  const account = await db
    .selectFrom('users')
    .select('id')
    .where('id', '=', userId)
    .where('kind', '<>', 'deleted')
    .executeTakeFirst()
  if (!account) throw new AppError('unauthenticated', 'This account is no more.')
}

async function tellMyself(core: Core, tx: Tx, userId: string): Promise<void> {
  await appendUserEvent(core, tx, { userId, id: newId(core), type: 'me.changed' })
}

function defined<T extends object>(fields: T): Partial<T> {
  return Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== undefined),
  ) as Partial<T>
}
