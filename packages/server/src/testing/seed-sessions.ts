/** Signs in people who were never at the door: a crowd of them, in one transaction. */
import { randomBytes } from 'node:crypto'

import { hashToken } from '../auth/hashed-sessions.ts'
import { newId, type Core } from '../core.ts'
import { Person } from './person.ts'

const DAY = 24 * 60 * 60 * 1_000

export async function seedSessions(
  server: { url: string; app: { core: Core } },
  userIds: readonly string[],
): Promise<Person[]> {
  const { core } = server.app
  const dateOf = (time: number) => new Date(time).toISOString()
  const now = core.now()
  const people = userIds.map((id) => {
    const token = randomBytes(24).toString('base64url')
    return new Person(server, { id, username: id, token })
  })
  await core.database.write(({ db }) =>
    db
      .insertInto('sessions')
      .values(
        people.map(({ id: userId, token }) => ({
          id: newId(core),
          userId,
          token: hashToken(token),
          deviceId: null,
          expiresAt: dateOf(now + DAY),
          createdAt: dateOf(now),
          updatedAt: dateOf(now),
          ipAddress: '127.0.0.1',
          userAgent: 'node',
          impersonatedBy: null,
          lastSeenAt: null,
        })),
      )
      .execute(),
  )
  return people
}
