/**
 * Who and where imported messages come from: authors without an account, keyed by their exact name,
 * and rooms that anyone may read, keyed by source and name. Neither is ever one that people made here.
 */
import { fold, limits, line } from '@roost/protocol'

import { newId, type Core } from '../core.ts'
import { addAuthorWords, setRoomWords, sortNameOf } from '../name-words.ts'
import type { Tx } from '../storage/database.ts'

export interface Authors {
  readonly made: number
  idOf(name: string): string
}

const displayName = line(limits.displayNameMax)
const roomName = line(limits.roomNameMax)

export async function findOrMakeAuthors(
  core: Core,
  tx: Tx,
  names: ReadonlySet<string>,
): Promise<Authors> {
  const ids = new Map<string, string>()
  if (names.size > 0) {
    const rows = await tx.db
      .selectFrom('users')
      .select(['id', 'importKey'])
      .where('importKey', 'in', [...names])
      .execute()
    for (const { id, importKey } of rows) if (importKey !== null) ids.set(importKey, id)
  }
  const missing = [...names].filter((name) => !ids.has(name))
  if (missing.length > 0) {
    const now = new Date(core.now()).toISOString()
    const rows = missing.map((importKey) => {
      const name = displayName.parse(importKey)
      const id = newId(core)
      ids.set(importKey, id)
      return {
        id,
        kind: 'placeholder' as const,
        name,
        searchName: sortNameOf(name),
        importKey,
        createdAt: now,
        updatedAt: now,
      }
    })
    await tx.db.insertInto('users').values(rows).execute()
    await addAuthorWords(tx, rows)
  }
  return {
    made: missing.length,
    idOf(name) {
      const id = ids.get(name)
      if (id === undefined) throw new Error('A message has an author that nobody looked up.')
      return id
    },
  }
}

export async function findOrMakeRoom(
  core: Core,
  tx: Tx,
  room: { source: string; name: string; times: readonly number[] },
): Promise<{ id: string; made: boolean }> {
  const importKey = JSON.stringify([room.source, room.name])
  const found = await tx.db
    .selectFrom('conversations')
    .select('id')
    .where('importKey', '=', importKey)
    .executeTakeFirst()
  if (found) return { id: found.id, made: false }
  const id = newId(core)
  const name = roomName.parse(room.name)
  await tx.db
    .insertInto('conversations')
    .values({
      id,
      kind: 'room',
      name,
      searchName: fold(name),
      visibility: 'public',
      history: 'all',
      importKey,
      memberCount: 0,
      createdAt: Math.min(...room.times),
      lastSeq: 0,
      lastActivityAt: Math.max(...room.times),
    })
    .execute()
  await setRoomWords(tx, { id, name, topic: null })
  return { id, made: true }
}
