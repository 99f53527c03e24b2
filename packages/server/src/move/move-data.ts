/**
 * Carries all data from one database to another. It copies and checks while the server writes, follows
 * what changes meanwhile until little is left, and does the rest while nobody writes. There is one
 * moment at which the data has moved: when the source is sealed. Until then nothing has happened.
 */
import { randomUUID } from 'node:crypto'

import { chunksOf } from '../chunks.ts'
import type { Db } from '../storage/database.ts'
import { executedNames } from '../storage/migrate.ts'
import type { MoveState } from '../storage/move-state.ts'
import { readTables, type Table } from '../storage/tables.ts'
import { countRows, Digests, readAll, readByKeys, removeByKeys, textOf, type Row } from './rows.ts'
import { MoveError, type Snapshot, type Source, type Target } from './sides.ts'

export interface Moving {
  readonly source: Source
  readonly target: Target
  /** The engine of the source. */
  readonly engine: 'sqlite' | 'postgres'
  readonly signal: AbortSignal
  progress(state: { done: number; total: number; note: string }): void
  /** What is gathered to be written in a moment is written now. */
  flush(): Promise<void>
  /** Called once the data has gone, before anything else is done. */
  onGone(): void
}

export interface Moved {
  readonly rows: number
  /** Rows that changed while they were copied, and those of them that had to be done in the pause. */
  readonly changed: number
  readonly heldBack: number
  /** For how long nobody could write, in milliseconds. */
  readonly pause: number
  /** NUL characters that a text had, which PostgreSQL takes in none. */
  readonly replaced: number
  /** False: the next start does what is left, since the target could not be reached any more. */
  readonly isOpen: boolean
}

/** A key has up to four columns, and a statement some ten thousands of parameters. */
const KEYS = 500
/** With fewer changed rows than this the rest is done in the pause. */
const FEW = 200
/** Where more is written than copied the pause has to do it. */
const ROUNDS = 20
/** Milliseconds. Whoever writes has waited long enough: it is tried again at a calmer time. */
const LONGEST_PAUSE = 60_000

export async function moveData(moving: Moving): Promise<Moved> {
  const mover = new Mover(moving)
  return mover.run()
}

class Mover {
  readonly #moving: Moving
  #tables: readonly Table[] = []
  #total = 0
  #done = 0
  #changed = 0
  #replaced = 0
  #until = Infinity

  constructor(moving: Moving) {
    this.#moving = moving
  }

  async run(): Promise<Moved> {
    const { source, target } = this.#moving
    const [id, at] = [randomUUID(), Date.now()]
    await target.claim({ state: 'receiving', id, place: source.place, at })
    let pause = 0
    let heldBack = 0
    let isSealing = false
    try {
      this.#tables = await this.#agreeOnTables()
      await source.watch(this.#tables)
      await source.snapshot((state) => this.#copyAll(state))
      await target.settle()
      await this.#follow()
      await this.#moving.flush()
      this.#say('The rest, while nobody writes')
      const began = performance.now()
      this.#until = began + LONGEST_PAUSE
      isSealing = true
      const gone: MoveState = { state: 'moved', id, place: target.place, at }
      await source.seal(async (state) => {
        heldBack = await this.#catchUp(state)
        await this.#compareCounts(state.db)
        await target.complete()
        this.#check()
      }, gone)
      pause = performance.now() - began
    } catch (error) {
      if (!(await this.#isGone(id, isSealing))) {
        // What is left of it says what it is, and the next move removes it.
        await target.abandon().catch(() => {})
        throw error
      }
    }
    this.#moving.onGone()
    await source.dismiss().catch(() => {})
    const isOpen = await target.open().then(
      () => true,
      () => false,
    )
    const rows = this.#total / 2
    return { rows, changed: this.#changed, heldBack, pause, replaced: this.#replaced, isOpen }
  }

  /** Whether the data has gone, although something went wrong. */
  async #isGone(id: string, isSealing: boolean): Promise<boolean> {
    try {
      return await this.#moving.source.keep(id)
    } catch (cause) {
      // What is left of the notes the next start takes away.
      if (!isSealing) return false
      throw new MoveError(
        'The connection was lost at the very moment of the move. Start the server again: it finds out on which side the data is, and says so.',
        { cause },
      )
    }
  }

  /** Both were made by this program. */
  async #agreeOnTables(): Promise<Table[]> {
    const { source, target, engine } = this.#moving
    const [made, known] = [await executedNames(source.db), await executedNames(target.db)]
    if (made.toSorted().join() !== known.toSorted().join())
      throw new MoveError(
        'Nothing was moved: a newer version of Roost has changed this database. Run that version.',
      )
    const tables = await readTables(source.db, engine)
    const other = await readTables(target.db, engine === 'sqlite' ? 'postgres' : 'sqlite')
    for (const [at, { name, columns }] of tables.entries())
      if (columns.length === 0 || columns.join() !== other[at]?.columns.join())
        throw new Error(`The columns of ${name} are not the same on both sides.`)
    return tables
  }

  async #copyAll({ db }: Snapshot): Promise<void> {
    const { target } = this.#moving
    const counts = new Map<Table, number>()
    for (const table of this.#tables) counts.set(table, await countRows(db, table))
    // Each is copied, and read again.
    this.#total = 2 * [...counts.values()].reduce((sum, count) => sum + count, 0)
    const wrong: string[] = []
    for (const [table, count] of counts) {
      const left = new Digests(table)
      let copied = 0
      for await (const rows of readAll(db, table)) {
        const clean = this.#withoutNul(rows)
        left.add(clean)
        await target.insert(table, clean)
        copied += rows.length
        this.#advance(rows.length, `Copying ${table.name}`)
      }
      if (copied !== count) wrong.push(`${table.name} (${count} rows, ${copied} were read)`)
      const arrived = new Digests(table)
      for await (const rows of readAll(target.db, table)) {
        arrived.add(rows)
        this.#advance(rows.length, `Checking ${table.name}`)
      }
      wrong.push(...left.differences(arrived))
    }
    if (wrong.length > 0) throw differing(wrong)
  }

  /** Rounds that get shorter, until little is left for the pause. */
  async #follow(): Promise<void> {
    for (let round = 0; round < ROUNDS; round += 1) {
      const changed = await this.#moving.source.snapshot((state) => this.#catchUp(state))
      if (changed < FEW) return
    }
  }

  /** Makes of every changed row in the target what it is now. Resolves to how many there are. */
  async #catchUp(state: Snapshot): Promise<number> {
    const changes = await state.changes()
    const changed = this.#tables.flatMap((table) => {
      const keys = changes.get(table.name) ?? []
      return [...chunksOf(keys, KEYS)].map((chunk) => ({ table, keys: chunk }))
    })
    if (changed.length === 0) return 0
    await this.#moving.target.change(async (db) => {
      // First all go: a name that changed hands would be there twice.
      for (const { table, keys } of changed) {
        await removeByKeys(db, table, keys)
        this.#check()
      }
      for (const { table, keys } of changed) {
        const rows = this.#withoutNul(await readByKeys(state.db, table, keys))
        await this.#moving.target.insert(table, rows)
        const arrived = await readByKeys(db, table, keys)
        const [left, there] = [rows, arrived].map((all) =>
          all.map((row) => textOf(table, row)).toSorted(),
        )
        if (left?.join('\n') !== there?.join('\n'))
          throw differing([`${table.name} (${rows.length} changed rows)`])
        this.#check()
        this.#say('Following what changes')
      }
    })
    const count = changed.reduce((sum, { keys }) => sum + keys.length, 0)
    this.#changed += count
    return count
  }

  async #compareCounts(db: Db): Promise<void> {
    const wrong: string[] = []
    for (const table of this.#tables) {
      const [left, arrived] = [
        await countRows(db, table),
        await countRows(this.#moving.target.db, table),
      ]
      if (left !== arrived) wrong.push(`${table.name} (${left} rows left, ${arrived} arrived)`)
      this.#check()
    }
    if (wrong.length > 0) throw differing(wrong)
  }

  #withoutNul(rows: readonly Row[]): Row[] {
    return rows.map((row) => {
      const odd = Object.entries(row).filter(
        ([, value]) => typeof value === 'string' && value.includes('\0'),
      )
      if (odd.length === 0) return row
      const clean = odd.map(([column, value]) => {
        const parts = String(value).split('\0')
        this.#replaced += parts.length - 1
        return [column, parts.join('\uFFFD')] as const
      })
      return { ...row, ...Object.fromEntries(clean) }
    })
  }

  #advance(rows: number, note: string): void {
    this.#done += rows
    this.#say(note)
    this.#check()
  }

  #say(note: string): void {
    this.#moving.progress({ done: this.#done, total: this.#total, note })
  }

  /** Between two steps. */
  #check(): void {
    if (this.#moving.signal.aborted)
      throw new MoveError('Stopped. Nothing was moved, and the server goes on as before.')
    if (performance.now() > this.#until)
      throw new MoveError(
        'Nothing was moved: what changed last could not be carried over within a minute. Try again when less is written.',
      )
  }
}

function differing(wrong: readonly string[]): MoveError {
  const SHOWN = 5
  const more = wrong.length > SHOWN ? ` and ${wrong.length - SHOWN} more` : ''
  return new MoveError(
    `Nothing was moved: the copy is not the same in ${wrong.slice(0, SHOWN).join(', ')}${more}.`,
  )
}
