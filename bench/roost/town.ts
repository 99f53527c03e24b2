/**
 * The data of a measured Roost, made by its own code before it is started: people who are signed in, a
 * direct chat for each two neighbours by number, and a room.
 */
import { mkdirSync } from 'node:fs'

import { buildApp } from '../../packages/server/src/app.ts'
import { chunksOf } from '../../packages/server/src/chunks.ts'
import type { Person } from '../../packages/server/src/testing/person.ts'
import { seedSessions } from '../../packages/server/src/testing/seed-sessions.ts'
import { seedMembers } from '../../packages/server/src/testing/seed.ts'
import { PASSWORD, testConfig } from '../../packages/server/src/testing/start-test-server.ts'
import type { Crowd } from '../system.ts'

export interface Town {
  readonly people: readonly { readonly id: string; readonly token: string }[]
  /** Of the two people `2n` and `2n + 1`, at `n`. */
  readonly directs: readonly string[]
  readonly roomId: string
}

/** @param databaseUrl of an empty PostgreSQL database; undefined makes an SQLite file in the folder */
export async function buildTown(
  folder: string,
  { people: count, members = 0 }: Crowd,
  databaseUrl?: string,
): Promise<Town> {
  mkdirSync(folder, { recursive: true })
  const app = await buildApp(testConfig(folder, { databaseUrl }))
  try {
    const server = { url: `http://127.0.0.1:${await app.listen()}`, app }
    const { core } = app
    const { userId } = await app.createAccount(
      { username: 'owner', name: 'Owner', email: 'owner@example.org', password: PASSWORD },
      { admin: true },
    )
    const [owner] = await seedSessions(server, [userId])
    if (!owner) throw new Error('The owner was not signed in.')
    const room = await owner.makeRoom({ name: 'Everybody' })
    const others = await owner.makeRoom({ name: 'The others' })
    const ids = [
      ...(await seedMembers(core, room.id, members)),
      ...(await seedMembers(core, others.id, count - members)),
    ]
    const people = []
    for (const chunk of chunksOf(ids, CHUNK)) people.push(...(await seedSessions(server, chunk)))
    return {
      people: people.map(({ id, token }) => ({ id, token })),
      directs: await introduce(people),
      roomId: room.id,
    }
  } finally {
    await app.close()
  }
}

/** Sessions in one statement. */
const CHUNK = 1_000
/** Nobody beyond them is spoken to directly. */
const PAIRS = 500

async function introduce(people: readonly Person[]): Promise<string[]> {
  const directs: string[] = []
  for (let at = 0; at < Math.min(people.length - 1, PAIRS * 2); at += 2) {
    const [one, other] = [people[at], people[at + 1]]
    if (one && other) directs.push((await one.openDirect(other)).id)
  }
  return directs
}
