/** Signs in people who were never at the door: a crowd of them, in one transaction. */
import type { Core } from '../core.ts'
import { Person } from './person.ts'
import { makeSession } from './session-row.ts'

export async function seedSessions(
  server: { url: string; app: { core: Core } },
  userIds: readonly string[],
): Promise<Person[]> {
  const { core } = server.app
  const made = userIds.map((id) => ({ id, ...makeSession(core, id) }))
  const rows = made.map(({ row }) => row)
  await core.database.write(({ db }) => db.insertInto('sessions').values(rows).execute())
  return made.map(({ id, token }) => new Person(server, { id, username: id, token }))
}
