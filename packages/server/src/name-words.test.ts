import { expect, test } from 'vitest'

import { newId } from './core.ts'
import { completeNameWords, setPersonWords, sortNameOf, typedWords } from './name-words.ts'
import { shareServer } from './testing/share-server.ts'
import { startTestServer } from './testing/start-test-server.ts'

const { server, core, alice } = await shareServer(['alice'])

const wordsOf = async (id: string) => {
  const rows = await core.database.read((db) =>
    db.selectFrom('nameWords').select('word').where('id', '=', id).orderBy('word').execute(),
  )
  return rows.map(({ word }) => word)
}
const store = async (name: string, username: string | null = null) => {
  const id = newId(core)
  await core.database.write((tx) => setPersonWords(tx, { id, name, username }))
  return wordsOf(id)
}

test.each([
  ['Élodie MÜLLER', ['elodie', 'muller']],
  ['Anna anna', ['anna']],
  ['李小龙', ['小龙', '李小龙', '龙']],
  ['AI研究室', ['ai', '室', '研究室', '究室']],
  ['สมชาย', ['ชาย', 'มชาย', 'สมชาย', 'าย', 'ย'].toSorted()],
  ['김철수', ['김철수', '수', '철수']],
  ['100% Off_topic', ['%', '100', '_', 'off', 'topic']],
  ['🦊 Fox', ['fox', '🦊']],
  ['\u200Ban\u00ADna', ['anna']],
  ['ﬁona', ['fiona']],
  ['  ', []],
])('the words of %j', async (name, words) => {
  expect(await store(name)).toEqual(words)
})

test('a name in a script without spaces is found by any stretch of it', async () => {
  const name = '東京都美術館友の会'
  const words = await store(name)
  for (let from = 0; from < name.length; from++)
    for (let to = from + 1; to <= name.length; to++) {
      const [typed = ''] = typedWords(name.slice(from, to))
      expect(words.some((word) => word.startsWith(typed))).toBe(true)
    }
})

test('a name as long as can be has words and a place of bounded length', async () => {
  for (const letter of ['ﷺ', '㍿', '𠀀', 'x', '%']) {
    const name = letter.repeat(80)
    const words = await store(name, letter.repeat(32))
    for (const word of words) expect(Array.from(word).length).toBeLessThanOrEqual(32)
    expect(Array.from(sortNameOf(name)).length).toBeLessThanOrEqual(120)
    for (const word of typedWords(name))
      expect(words.some((each) => each.startsWith(word))).toBe(true)
  }
})

test('a person whom a crash left without words, or from before there were any, gets them', async () => {
  await alice.makeRoom({ name: 'The galley', topic: 'of bread' })
  const rows = () =>
    core.database.read((db) =>
      db.selectFrom('nameWords').selectAll().orderBy('id').orderBy('word').execute(),
    )
  const known = (await rows()).filter(({ kind, id }) => kind === 'room' || id === alice.id)
  expect(known.map(({ word }) => word).toSorted()).toEqual(
    ['alice', 'bread', 'galley', 'of', 'the'].toSorted(),
  )
  await core.database.write(({ db }) => db.deleteFrom('nameWords').execute())
  await completeNameWords(core)
  expect((await rows()).filter(({ kind, id }) => kind === 'room' || id === alice.id)).toEqual(known)
  await completeNameWords(core)
  expect((await rows()).filter(({ kind, id }) => kind === 'room' || id === alice.id)).toEqual(known)
})

test('the server does that when it starts, and leaves out who is nobody to talk to', async () => {
  const now = new Date().toISOString()
  const row = (kind: 'person' | 'placeholder' | 'deleted') => ({
    id: newId(core),
    kind,
    name: 'Somebody',
    searchName: 'somebody',
    createdAt: now,
    updatedAt: now,
  })
  const people = [row('person'), row('placeholder'), row('deleted')]
  const first = await startTestServer({ folder: `${server.folder}/other` })
  await first.app.core.database.write(({ db }) => db.insertInto('users').values(people).execute())
  await first.stop()
  const again = await startTestServer({ folder: `${server.folder}/other` })
  const found = await again.app.core.database.read((db) =>
    db.selectFrom('nameWords').select(['kind', 'id']).where('word', '=', 'somebody').execute(),
  )
  await again.stop()
  expect(found.filter(({ kind }) => kind !== 'author')).toEqual([
    { kind: 'user', id: people[0]?.id },
  ])
  // Authors of what was imported are apart, to search by.
  expect(found.filter(({ kind }) => kind === 'author')).toEqual([
    { kind: 'author', id: people[1]?.id },
  ])
})
