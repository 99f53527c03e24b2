/** What people set for themselves. */
import { newId, type Core } from '../core.ts'
import { appendUserEvent } from '../messaging/user-events.ts'

export async function updateMe(
  core: Core,
  userId: string,
  change: { locale?: string | null | undefined; timeZone?: string | null | undefined },
): Promise<void> {
  const { locale, timeZone } = change
  if (locale === undefined && timeZone === undefined) return
  await core.database.write(async (tx) => {
    await tx.db
      .updateTable('users')
      .set({ ...(locale !== undefined && { locale }), ...(timeZone !== undefined && { timeZone }) })
      .where('id', '=', userId)
      .execute()
    await appendUserEvent(core, tx, { userId, id: newId(core), type: 'me.changed' })
  })
}
