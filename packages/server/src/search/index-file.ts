/**
 * The file of the SQLite index: words in FTS5, and for each message where it is and which words it
 * has there, so that they can be taken out again. Rows are numbered by time, so that newest first and
 * a span of time are their order. Used in the search worker alone.
 */
import { rmSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'

import { placeAt, PLACES_PER_MS } from './places.ts'
import type { Phrase } from './query.ts'
import type { Hit, Wanted } from './search-index.ts'

/** Of the tables here and the rules of the tokenizer: a file of another version is built anew. */
const VERSION = 2
/**
 * Where more conversations are asked for than this, the newest messages with the words are looked at
 * first, whoseever they are: FTS5 goes through everything that was ever said in those that are named.
 */
const FEW = 20
const LOOKED_AT = 1_000
/** Naming more conversations than this costs more than walking past the hits in others. */
const KEYS_MAX = 3_000

const SENDERS_KEPT = 10_000

/** How far a conversation is indexed. `eventId` is that of the event at `seq`. */
export interface Head {
  readonly key: number
  readonly kind: string
  readonly seq: number
  readonly eventId: string
}
export interface Entry {
  readonly seq: number
  readonly senderId: string
  readonly at: number
  readonly words: readonly string[]
}

/** Places below the highest, and from the lowest on. */
interface Bounds {
  readonly keys: readonly number[]
  readonly highest: number
  readonly lowest: number
  readonly limit: number
}

export class IndexFile {
  readonly #raw: DatabaseSync
  readonly #sql: ReturnType<typeof prepareAll>
  /** The last time whose places were all taken, and where it goes on. */
  #spilled = { at: Number.NaN, block: 0 }
  /** Of those who wrote lately. */
  readonly #senderKeys = new Map<string, number>()

  /** @param epoch of the database that it indexes: what was built from another is thrown away */
  constructor(file: string, epoch: string) {
    this.#raw = open(file, epoch)
    this.#sql = prepareAll(this.#raw)
  }

  heads(): Map<string, Head> {
    return new Map(this.#sql.heads.all().map(({ id, ...head }) => [id, head]))
  }

  /** Runs `fn` in one transaction. */
  commit<T>(fn: () => T): T {
    this.#raw.exec('BEGIN IMMEDIATE')
    try {
      const result = fn()
      this.#raw.exec('COMMIT')
      return result
    } catch (error) {
      if (this.#raw.isTransaction) this.#raw.exec('ROLLBACK')
      this.#senderKeys.clear()
      throw error
    }
  }

  addConversation(id: string, kind: string): Head {
    this.#sql.addConversation.run(id, kind)
    const key = this.#sql.conversationKey.get(id)?.key
    if (key === undefined) throw new Error(`Conversation ${id} was not added to the index.`)
    return { key, kind, seq: 0, eventId: '' }
  }

  moveHead({ key }: Head, seq: number, eventId: string): void {
    this.#sql.moveHead.run(seq, eventId, key)
  }

  /** Call it when nothing of the conversation is left. */
  removeConversation({ key }: Head): void {
    this.#sql.removeConversation.run(key)
  }

  add({ key, kind }: Head, { seq, senderId, at, words }: Entry): void {
    const sender = this.#keyOf(senderId)
    const row = {
      place: this.#findPlace(at),
      conversation: key,
      sender,
      kind,
      words: words.join(' '),
    }
    this.#sql.addDoc.run(row.place, key, seq, sender, row.words)
    this.#sql.addWords.run(...columnsOf(row))
  }

  remove({ key }: Head, seq: number): void {
    const row = this.#sql.doc.get(key, seq)
    if (row) this.#removeRow(row)
  }

  /** Removes up to `limit` messages of a conversation. Returns how many. */
  removeSome({ key }: Head, limit: number): number {
    const rows = this.#sql.docsOf.all(key, limit)
    for (const row of rows) this.#removeRow(row)
    return rows.length
  }

  /** Words that were removed are in the log of SQLite until it is written back. */
  forget(): void {
    this.#raw.exec('PRAGMA wal_checkpoint(TRUNCATE)')
  }

  find(wanted: Wanted): Hit[] {
    const { after, before, below, limit } = wanted
    const places = [below, before === undefined ? undefined : placeAt(before)]
    const highest = Math.min(...places.map((place) => place ?? Number.MAX_SAFE_INTEGER))
    const lowest = after === undefined ? Number.MIN_SAFE_INTEGER : placeAt(after)
    const words = this.#matchOf(wanted)
    if (words === undefined) return []
    if (wanted.in === 'rooms')
      return this.#sql.find.all(`${words} AND conversation : "room"`, highest, lowest, limit)
    const keys = wanted.in.flatMap((id) => this.#sql.conversationKey.get(id)?.key ?? [])
    if (keys.length === 0) return []
    if (keys.length > KEYS_MAX) return this.#sql.find.all(words, highest, lowest, limit)
    const all = { keys, highest, lowest, limit }
    return keys.length > FEW ? this.#findAmongMany(words, all) : this.#findNamed(words, all)
  }

  close(): void {
    this.#raw.close()
  }

  #keyOf(senderId: string): number {
    const known = this.#senderKeys.get(senderId)
    if (known !== undefined) return known
    this.#sql.addSender.run(senderId)
    const key = this.#sql.senderKey.get(senderId)?.key ?? 0
    if (this.#senderKeys.size >= SENDERS_KEPT) this.#senderKeys.clear()
    this.#senderKeys.set(senderId, key)
    return key
  }

  #removeRow(row: DocRow): void {
    this.#sql.removeWords.run(...columnsOf(row))
    this.#sql.removeDoc.run(row.place)
  }

  /**
   * Nearly always that is enough: all there are of a rare word, and a page of a common one, unless those
   * who ask are in a small part of all that is said.
   */
  #findAmongMany(words: string, all: Bounds): Hit[] {
    const { keys, highest, lowest, limit } = all
    const mine = new Set(keys)
    const looked = this.#sql.look.all(words, highest, lowest, LOOKED_AT)
    const hits: Hit[] = looked
      .filter(({ conversation }) => mine.has(conversation))
      .map(({ conversationId, seq, place }) => ({ conversationId, seq, place }))
    const last = looked.at(-1)
    if (!last || looked.length < LOOKED_AT || hits.length >= limit) return hits.slice(0, limit)
    const rest = { ...all, highest: last.place, limit: limit - hits.length }
    return [...hits, ...this.#findNamed(words, rest)]
  }

  #findNamed(words: string, { keys, highest, lowest, limit }: Bounds): Hit[] {
    const named = keys.map((key) => `"${key}"`).join(' OR ')
    return this.#sql.find.all(`${words} AND conversation : (${named})`, highest, lowest, limit)
  }

  /**
   * Words and sender in FTS5's language; undefined where nothing can be found. Words are letters,
   * digits, emoji, `++` and `#`: nothing can end a string.
   */
  #matchOf({ phrases, senderId }: Wanted): string | undefined {
    const words = `words : (${phrases.map(termOf).join(' AND ')})`
    if (senderId === undefined) return words
    const key = this.#sql.senderKey.get(senderId)?.key
    return key === undefined ? undefined : `${words} AND sender : "${key}"`
  }

  /** The first free place of a time; a crowded one goes on into the next milliseconds. */
  #findPlace(at: number): number {
    let block = this.#spilled.at === at ? this.#spilled.block : placeAt(at)
    for (;;) {
      const last = this.#sql.lastPlace.get(block, block + PLACES_PER_MS)?.place ?? null
      if (last === null) return block
      if (last < block + PLACES_PER_MS - 1) return last + 1
      block += PLACES_PER_MS
      this.#spilled = { at, block }
    }
  }
}

const termOf = ({ words, open }: Phrase) => `"${words.join(' ')}"${open ? ' *' : ''}`

interface DocRow {
  readonly place: number
  readonly conversation: number
  readonly kind: string
  readonly sender: number
  readonly words: string
}
const columnsOf = ({ place, words, conversation, kind, sender }: DocRow) =>
  [place, words, `${conversation} ${kind}`, `${sender}`] as const

function open(file: string, epoch: string): DatabaseSync {
  const kept = connect(file)
  if (isUsable(kept, epoch)) return kept
  kept.close()
  removeIndex(file)
  const fresh = connect(file)
  fresh.exec(settings)
  create(fresh, epoch)
  fresh.exec(merging)
  return fresh
}

const connect = (file: string) => new DatabaseSync(file, { timeout: 5_000 })
const settings = `PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL;
  PRAGMA synchronous = NORMAL; PRAGMA secure_delete = ON`
/**
 * Parts of the index are merged a little at each write, once there are sixteen of a size. Sooner costs more
 * work for each message; only when all is late is everything merged at once, which holds up questions.
 */
const merging = `INSERT INTO index_ (index_, rank) VALUES ('automerge', 16), ('crisismerge', 64)`

/** Whether a file is an index of this version and this database, as far as can be seen at once. */
function isUsable(raw: DatabaseSync, epoch: string): boolean {
  try {
    raw.exec(settings)
    if (raw.prepare('PRAGMA user_version').get()?.['user_version'] !== VERSION) return false
    if (raw.prepare('SELECT epoch FROM origin').get()?.['epoch'] !== epoch) return false
    // One that was made by an older release has others.
    raw.exec(merging)
    return true
  } catch (error) {
    const ANY = 1
    if (isDamage(error) || codeOf(error) === ANY) return false
    throw error
  }
}

/** The disk or another program has broken the file: it cannot be read on. */
export function isDamage(error: unknown): boolean {
  const CORRUPT = 11
  const NOT_A_DATABASE = 26
  return [CORRUPT, NOT_A_DATABASE].includes(codeOf(error))
}

/** SQLite's code for an error, without its finer part. */
function codeOf(error: unknown): number {
  return error instanceof Error && 'errcode' in error ? Number(error.errcode) & 0xff : 0
}

export function removeIndex(file: string): void {
  for (const suffix of ['', '-wal', '-shm', '-journal']) rmSync(file + suffix, { force: true })
}

function create(raw: DatabaseSync, epoch: string): void {
  raw.exec(`
    BEGIN;
    CREATE TABLE origin (epoch TEXT NOT NULL);
    CREATE TABLE conversations (
      key INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, kind TEXT NOT NULL,
      seq INTEGER NOT NULL DEFAULT 0, eventId TEXT NOT NULL DEFAULT '');
    CREATE TABLE senders (key INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE);
    CREATE TABLE docs (
      place INTEGER PRIMARY KEY, conversation INTEGER NOT NULL, seq INTEGER NOT NULL,
      sender INTEGER NOT NULL, words TEXT NOT NULL);
    CREATE UNIQUE INDEX docsBySeq ON docs (conversation, seq);
    CREATE VIRTUAL TABLE index_ USING fts5 (
      words, conversation, sender,
      content = '', columnsize = 0, prefix = '1 2 3 4 5 6 7 8', tokenize = "ascii tokenchars '+#'");
    INSERT INTO index_ (index_, rank) VALUES ('secure-delete', 1);
    PRAGMA user_version = ${VERSION}`)
  raw.prepare('INSERT INTO origin (epoch) VALUES (?)').run(epoch)
  raw.exec('COMMIT')
}

/** FTS5 takes no bounds but whole numbers, and node:sqlite binds every number as a real one. */
const WHOLE = 'CAST(? AS INTEGER)'

function prepareAll(raw: DatabaseSync) {
  const statement = <Row = never>(sql: string) => {
    const prepared = raw.prepare(sql)
    return {
      get: (...values: (string | number)[]) => prepared.get(...values) as Row | undefined,
      all: (...values: (string | number)[]) => prepared.all(...values) as Row[],
      run: (...values: (string | number)[]) => void prepared.run(...values),
    }
  }
  const doc = `SELECT place, conversation, kind, sender, words
    FROM docs JOIN conversations ON key = conversation WHERE conversation = ?`
  const found = `c.id AS conversationId, d.seq AS seq, d.place AS place
    FROM (SELECT rowid AS place FROM index_
          WHERE index_ MATCH ? AND rowid < ${WHOLE} AND rowid >= ${WHOLE}
          ORDER BY rowid DESC LIMIT ?) f
    JOIN docs d ON d.place = f.place JOIN conversations c ON c.key = d.conversation
    ORDER BY f.place DESC`
  return {
    heads: statement<Head & { id: string }>(
      'SELECT id, key, kind, seq, eventId FROM conversations',
    ),
    conversationKey: statement<{ key: number }>('SELECT key FROM conversations WHERE id = ?'),
    addConversation: statement('INSERT OR IGNORE INTO conversations (id, kind) VALUES (?, ?)'),
    moveHead: statement('UPDATE conversations SET seq = ?, eventId = ? WHERE key = ?'),
    removeConversation: statement('DELETE FROM conversations WHERE key = ?'),
    senderKey: statement<{ key: number }>('SELECT key FROM senders WHERE id = ?'),
    addSender: statement('INSERT OR IGNORE INTO senders (id) VALUES (?)'),
    lastPlace: statement<{ place: number | null }>(
      'SELECT max(place) AS place FROM docs WHERE place >= ? AND place < ?',
    ),
    doc: statement<DocRow>(`${doc} AND docs.seq = ?`),
    docsOf: statement<DocRow>(`${doc} LIMIT ?`),
    addDoc: statement(
      'INSERT INTO docs (place, conversation, seq, sender, words) VALUES (?, ?, ?, ?, ?)',
    ),
    removeDoc: statement('DELETE FROM docs WHERE place = ?'),
    addWords: statement(
      `INSERT INTO index_ (rowid, words, conversation, sender) VALUES (${WHOLE}, ?, ?, ?)`,
    ),
    removeWords: statement(
      `INSERT INTO index_ (index_, rowid, words, conversation, sender)
       VALUES ('delete', ${WHOLE}, ?, ?, ?)`,
    ),
    find: statement<Hit>(`SELECT ${found}`),
    look: statement<Hit & { conversation: number }>(`SELECT d.conversation, ${found}`),
  }
}
