/** Where somebody is signed in, and logging out there. */
import type { Session } from '@roost/protocol'

import type { Core } from '../core.ts'
import { notFound } from '../errors.ts'
import { writeAddress } from './address.ts'
import { revokeOtherSessions, revokeOwnSession } from './revocations.ts'
import type { SessionActivity } from './session-activity.ts'

/** How much is kept of what a program says it is. */
const DEVICE_MAX = 300
/** Most sessions shown: those used last. */
const SHOWN = 100

interface Mine {
  readonly userId: string
  readonly sessionId: string
}

/** Latest first. */
export async function listSessions(
  core: Core,
  activity: SessionActivity,
  { userId, sessionId }: Mine,
): Promise<Session[]> {
  const rows = await core.database.read((db) =>
    db
      .selectFrom('sessions')
      .select(['id', 'userAgent', 'ipAddress', 'createdAt', 'lastSeenAt', 'expiresAt'])
      .where('userId', '=', userId)
      .execute(),
  )
  const now = core.now()
  return rows
    .filter(({ expiresAt }) => Date.parse(expiresAt) > now)
    .map(({ id, userAgent, ipAddress, createdAt, lastSeenAt }) => ({
      id,
      current: id === sessionId,
      device: (userAgent ?? '').slice(0, DEVICE_MAX),
      address: writeAddress(ipAddress),
      createdAt: Date.parse(createdAt),
      lastSeenAt:
        id === sessionId || activity.isOpen(id) ? now : (lastSeenAt ?? Date.parse(createdAt)),
    }))
    .toSorted((a, b) => b.lastSeenAt - a.lastSeenAt || b.createdAt - a.createdAt)
    .slice(0, SHOWN)
}

export async function endSession(core: Core, session: Mine): Promise<void> {
  if (!(await core.database.write((tx) => revokeOwnSession(core, tx, session)))) throw notFound()
}

export async function endOtherSessions(core: Core, mine: Mine): Promise<void> {
  await core.database.write((tx) => revokeOtherSessions(core, tx, mine))
}
