/**
 * The data of a measured Roost, made by its own code before it is started: people who are signed in, a
 * direct chat for each two neighbours by number, and a room.
 */
import type { Person } from '../../packages/server/src/testing/person.ts'
import { seedMembers } from '../../packages/server/src/testing/seed.ts'
import { makeData } from '../growth/data.ts'
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
  return makeData({ folder, databaseUrl }, async ({ app: { core }, owner, signIn }) => {
    const room = await owner.makeRoom({ name: 'Everybody' })
    const others = await owner.makeRoom({ name: 'The others' })
    const people = await signIn([
      ...(await seedMembers(core, room.id, members)),
      ...(await seedMembers(core, others.id, count - members)),
    ])
    return {
      people: people.map(({ id, token }) => ({ id, token })),
      directs: await introduce(people),
      roomId: room.id,
    }
  })
}

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
