/** The data of a measured server, made by its own code before it is started. */
import { buildApp, type App } from '../../packages/server/src/app.ts'
import { chunksOf } from '../../packages/server/src/chunks.ts'
import { openDataFolder } from '../../packages/server/src/cli/data-folder.ts'
import type { Person } from '../../packages/server/src/testing/person.ts'
import { seedSessions } from '../../packages/server/src/testing/seed-sessions.ts'
import { PASSWORD, testConfig } from '../../packages/server/src/testing/start-test-server.ts'
import type { Place } from './served.ts'

export interface Making {
  readonly app: App
  /** An administrator. */
  readonly owner: Person
  /** Makes an account. */
  readonly addPerson: (username: string) => Promise<Person>
  readonly signIn: (userIds: readonly string[]) => Promise<Person[]>
}

/** In one transaction. */
const CHUNK = 1_000

export async function makeData<T>(
  { folder, databaseUrl }: Place,
  make: (making: Making) => Promise<T>,
): Promise<T> {
  // With the secret in it, by which a server knows it as its own.
  openDataFolder(folder, { shared: databaseUrl !== undefined })?.release()
  const app = await buildApp(testConfig(folder, { databaseUrl }))
  try {
    const server = { url: `http://127.0.0.1:${await app.listen()}`, app }
    const signIn = async (userIds: readonly string[]) => {
      const people: Person[] = []
      for (const chunk of chunksOf([...userIds], CHUNK))
        people.push(...(await seedSessions(server, chunk)))
      return people
    }
    const add = async (username: string, admin: boolean) => {
      const email = `${username}@example.org`
      const account = { username, name: username, email, password: PASSWORD }
      const { userId } = await app.createAccount(account, { admin })
      const [person] = await signIn([userId])
      if (!person) throw new Error('Nobody was signed in.')
      return person
    }
    const owner = await add('alice', true)
    return await make({ app, owner, addPerson: (username) => add(username, false), signIn })
  } finally {
    await app.close()
  }
}
