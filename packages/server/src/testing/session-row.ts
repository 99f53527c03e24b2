/** Sessions as they lie in the database, for people who were never at the door. */
import { randomBytes } from 'node:crypto'

import type { Insertable } from 'kysely'

import { hashToken } from '../auth/hashed-sessions.ts'
import { newId, type Core } from '../core.ts'
import type { Schema } from '../storage/schema.ts'

const MONTH = 30 * 24 * 60 * 60 * 1_000

/** A new one, and the token that it is the row of. */
export function makeSession(
  core: Core,
  userId: string,
): { token: string; row: Insertable<Schema['sessions']> } {
  const token = randomBytes(24).toString('base64url')
  const now = core.now()
  const createdAt = new Date(now).toISOString()
  const row = {
    id: newId(core),
    userId,
    token: hashToken(token),
    deviceId: null,
    expiresAt: new Date(now + MONTH).toISOString(),
    createdAt,
    updatedAt: createdAt,
    ipAddress: '127.0.0.1',
    userAgent: 'node',
    impersonatedBy: null,
    lastSeenAt: null,
  }
  return { token, row }
}
