/**
 * Names of people, imported authors and rooms as they are searched: by the words in them, each found by
 * how it begins, in a table of their own whose order is that of the results. Accents and case do not count.
 */
import { fold } from '@roost/protocol'
import { sql, type Insertable, type RawBuilder } from 'kysely'

import type { Core } from './core.ts'
import type { Db, Tx } from './storage/database.ts'
import type { NameWordsTable } from './storage/schema.ts'

type Named = NameWordsTable['kind']

/** Characters of a word that are kept, and of a name to sort by: they stand in cursors. */
const WORD_MAX = 32
const SORT_MAX = 120
/** Most names that one transaction gives words, and most words that one statement stores. */
const CHUNK = 500
const ROWS = 2_000
/** After everything that begins alike. */
const LAST = '\u{10FFFF}'

const invisible = /\p{Default_Ignorable_Code_Point}/gu
/** Letters of scripts that put no spaces between words; of others, with digits; anything else alone. */
const pieces =
  /(?<run>[\p{sc=Han}\p{sc=Hira}\p{sc=Kana}\p{sc=Hang}\p{sc=Thai}\p{sc=Laoo}\p{sc=Khmr}\p{sc=Mymr}]+)|(?:(?![\p{sc=Han}\p{sc=Hira}\p{sc=Kana}\p{sc=Hang}\p{sc=Thai}\p{sc=Laoo}\p{sc=Khmr}\p{sc=Mymr}])[\p{L}\p{N}])+|[^\s\p{L}\p{N}]/gu

const cut = (text: string, max: number) => Array.from(text).slice(0, max).join('')

/** What a list is ordered by where it is ordered by name. */
export const sortNameOf = (...names: readonly string[]) => cut(fold(names.join(' ')), SORT_MAX)

/** The words that someone types, of which each has to be the beginning of one of a name's. */
export function typedWords(query: string | undefined): string[] {
  const found = fold(query ?? '')
    .replace(invisible, '')
    .matchAll(pieces)
  return [...new Set(Array.from(found, ([word]) => cut(word, WORD_MAX)))]
}

/** Where words are not set apart, one may begin at any letter. */
function wordsOf(...texts: readonly string[]): string[] {
  const words = new Set<string>()
  for (const match of fold(texts.join(' ')).replace(invisible, '').matchAll(pieces)) {
    const letters = Array.from(match[0])
    const starts = match.groups?.['run'] === undefined ? 1 : letters.length
    for (let at = 0; at < starts; at++) words.add(letters.slice(at, at + WORD_MAX).join(''))
  }
  return [...words]
}

interface Person {
  readonly id: string
  readonly name: string
  readonly username: string | null
}
type Author = Pick<Person, 'id' | 'name'>
interface Room {
  readonly id: string
  readonly name: string | null
  readonly topic: string | null
}
type Row = Insertable<NameWordsTable>

/** Makes someone findable by these names, and no longer by others. */
export async function setPersonWords(tx: Tx, person: Person): Promise<void> {
  await removeNameWords(tx, person.id)
  await insert(tx, personRows(person))
}

/** Of authors who have none yet. They are apart from the people one can talk to. */
export async function addAuthorWords(tx: Tx, authors: readonly Author[]): Promise<void> {
  await insert(tx, authors.flatMap(authorRows))
}

export async function setRoomWords(tx: Tx, room: Room): Promise<void> {
  await removeNameWords(tx, room.id)
  await insert(tx, roomRows(room))
}

export async function removeNameWords({ db }: Tx, id: string): Promise<void> {
  await db.deleteFrom('nameWords').where('id', '=', id).execute()
}

function personRows({ id, name, username }: Person): Row[] {
  const names = [name, username ?? '']
  const sortName = sortNameOf(...names)
  return wordsOf(...names).map((word) => ({ kind: 'user', word, sortName, id }))
}

function authorRows({ id, name }: Author): Row[] {
  const sortName = sortNameOf(name)
  return wordsOf(name).map((word) => ({ kind: 'author', word, sortName, id }))
}

function roomRows({ id, name, topic }: Room): Row[] {
  const sortName = sortNameOf(name ?? '')
  return wordsOf(name ?? '', topic ?? '').map((word) => ({ kind: 'room', word, sortName, id }))
}

async function insert({ db }: Tx, rows: readonly Row[]): Promise<void> {
  for (let at = 0; at < rows.length; at += ROWS)
    await db
      .insertInto('nameWords')
      .values(rows.slice(at, at + ROWS))
      .execute()
}

const begins = (column: RawBuilder<unknown>, word: string) =>
  sql<boolean>`${column} >= ${word} and ${column} < ${word + LAST}`

/** Whether each of these typed words begins one in the names of what has the id in this column. */
export function hasWords(id: string, typed: readonly string[]): RawBuilder<boolean> {
  const conditions = typed.map(
    (word) => sql<boolean>`exists (
      select 1 from "nameWords" as "n" where "n"."id" = ${sql.ref(id)} and ${begins(sql.ref('n.word'), word)}
    )`,
  )
  return sql<boolean>`(${sql.join([sql`1 = 1`, ...conditions], sql` and `)})`
}

/** The ids of everything of a kind that has words beginning like these, as often as they do. */
export function selectIds(db: Db, kind: Named, typed: readonly string[]) {
  const [longest, ...others] = longestFirst(typed)
  return db
    .selectFrom('nameWords as w')
    .select('w.id')
    .where('w.kind', '=', kind)
    .where('w.word', '>=', longest)
    .where('w.word', '<', longest + LAST)
    .where(hasWords('w.id', others))
}

/**
 * Everything of a kind that has words beginning like these, once each: by the word that the longest of
 * them begins, then by name. To be joined as `w`.
 */
export function selectNamed(
  db: Db,
  named: { kind: Named; typed: readonly string[]; after?: readonly string[] | undefined },
) {
  const [longest, ...others] = longestFirst(named.typed)
  const { after = [longest, '', ''] } = named
  return (
    db
      .selectFrom('nameWords as w')
      .where('w.kind', '=', named.kind)
      .where(sql<boolean>`("w"."word", "w"."sortName", "w"."id") > (${sql.join(after)})`)
      .where('w.word', '<', longest + LAST)
      // By its first word only, if several begin like that.
      .where(
        sql<boolean>`not exists (
          select 1 from "nameWords" as "n"
          where "n"."id" = "w"."id" and "n"."word" >= ${longest} and "n"."word" < "w"."word"
        )`,
      )
      .where(hasWords('w.id', others))
      .orderBy('w.word')
      .orderBy('w.sortName')
      .orderBy('w.id')
  )
}

/** The longest begins the fewest words. */
function longestFirst(typed: readonly string[]): [string, ...string[]] {
  const [longest = '', ...others] = typed.toSorted((a, b) => b.length - a.length)
  return [longest, ...others]
}

/** Gives words to what has none: from before there were any, or since a crash cut in. */
export async function completeNameWords({ database }: Pick<Core, 'database'>): Promise<void> {
  const lacking = (id: string) =>
    sql<boolean>`not exists (select 1 from "nameWords" as "n" where "n"."id" = ${sql.ref(id)})`
  await inChunks(database, async (tx, after) => {
    const people = await tx.db
      .selectFrom('users')
      .select(['id', 'name', 'username'])
      .where('kind', 'in', ['person', 'bot'])
      .where('id', '>', after)
      .where(lacking('users.id'))
      .orderBy('id')
      .limit(CHUNK)
      .execute()
    await insert(tx, people.flatMap(personRows))
    return people
  })
  await inChunks(database, async (tx, after) => {
    const authors = await tx.db
      .selectFrom('users')
      .select(['id', 'name'])
      .where('kind', '=', 'placeholder')
      .where('id', '>', after)
      .where(lacking('users.id'))
      .orderBy('id')
      .limit(CHUNK)
      .execute()
    await addAuthorWords(tx, authors)
    return authors
  })
  await inChunks(database, async (tx, after) => {
    const rooms = await tx.db
      .selectFrom('conversations')
      .select(['id', 'name', 'topic'])
      .where('kind', '=', 'room')
      .where('deletedAt', 'is', null)
      .where('id', '>', after)
      .where(lacking('conversations.id'))
      .orderBy('id')
      .limit(CHUNK)
      .execute()
    await insert(tx, rooms.flatMap(roomRows))
    return rooms
  })
}

async function inChunks(
  database: Core['database'],
  fill: (tx: Tx, after: string) => Promise<readonly { id: string }[]>,
): Promise<void> {
  for (let after: string | undefined = ''; after !== undefined;) {
    const from: string = after
    const done = await database.write((tx) => fill(tx, from))
    after = done.length === CHUNK ? done.at(-1)?.id : undefined
  }
}
