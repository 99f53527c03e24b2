/**
 * Product settings: a default each, overridden by what an administrator set (a row of the table), and
 * that by the environment, which locks it. Every process holds the present values in memory.
 */
import {
  settings as settingsSchema,
  type SettingName,
  type Settings as Values,
} from '@roost/protocol'

import type { Bus } from '../bus/bus.ts'
import { AppError } from '../errors.ts'
import type { Database, Db, Tx } from '../storage/database.ts'
import { settingVariables } from './variables.ts'

const defaults: Values = {
  serverName: 'Roost',
  signUp: 'open',
  invites: 'members',
  helpContact: null,
  pageDirect: 15,
  pageRoom: 25,
  signInsPerAccount: 10,
  signInsPerAddress: 300,
  signUpsPerAddress: 60,
  sendBurst: 200,
  sendsPerSecond: 20,
  requestsPerSecond: 100,
}

/** A change names what it sets; what it leaves undefined stays. */
type Change = { readonly [Name in SettingName]?: Values[Name] | undefined }

type Rows = Readonly<Record<string, unknown>>

interface Surroundings {
  readonly database: Database
  readonly bus: Bus
  readonly report: (error: unknown) => void
  /** What the environment decides. */
  readonly fixed: Partial<Values>
}

export class Settings {
  /** For each setting that the environment decides, the variable that does. */
  readonly locked: Readonly<Partial<Record<SettingName, string>>>
  readonly #around: Surroundings
  readonly #leaveBus: () => void
  #values: Readonly<Values>
  #reading: Promise<void> = Promise.resolve()

  static async open(around: Surroundings): Promise<Settings> {
    return new Settings(around, await around.database.read(readRows))
  }

  private constructor(around: Surroundings, rows: Rows) {
    this.#around = around
    this.locked = Object.fromEntries(
      names.filter((name) => name in around.fixed).map((name) => [name, settingVariables[name]]),
    )
    this.#values = this.#layer(rows)
    this.#leaveBus = around.bus.subscribe((note) => {
      if (note.type === 'settings') this.#readAgain()
    })
  }

  /** The present values: ask each time, keep nothing. */
  get(): Readonly<Values> {
    return this.#values
  }

  /** Sets what `change` names, in force everywhere after the commit. Refuses what the environment decides. */
  async update(tx: Tx, change: Change): Promise<Readonly<Values>> {
    const named = names.filter((name) => change[name] !== undefined)
    for (const name of named) this.#refuseLocked(name, change[name])
    for (const name of named) {
      const value = JSON.stringify(change[name])
      await tx.db
        .insertInto('settings')
        .values({ name, value })
        .onConflict((c) => c.column('name').doUpdateSet({ value }))
        .execute()
    }
    const values = this.#layer(await readRows(tx.db))
    tx.afterCommit(() => {
      this.#values = values
      this.#around.bus.publish({ type: 'settings' })
    })
    return values
  }

  /** Hears no more, and resolves when nothing is being read. */
  async close(): Promise<void> {
    this.#leaveBus()
    await this.#reading
  }

  #layer(rows: Rows): Readonly<Values> {
    const { fixed } = this.#around
    return Object.freeze(settingsSchema.parse({ ...defaults, ...rows, ...fixed }))
  }

  #refuseLocked(name: SettingName, value: unknown): void {
    const variable = this.locked[name]
    if (variable === undefined || value === this.#values[name]) return
    throw new AppError('forbidden', `The variable ${variable} decides this. Change it there.`, {
      field: name,
      reason: 'setting_locked',
    })
  }

  /** One reading after another, so that the last one, which saw the latest, stays. */
  #readAgain(): void {
    const { database, report } = this.#around
    this.#reading = this.#reading
      .then(async () => {
        this.#values = this.#layer(await database.read(readRows))
      })
      .catch(report)
  }
}

const names = Object.keys(defaults) as SettingName[]

/** A row that does not fit, or of a setting that is no more, counts as absent. */
async function readRows(db: Db): Promise<Rows> {
  const rows = await db.selectFrom('settings').selectAll().execute()
  const known = rows.flatMap(({ name, value }) => {
    const schema = names.includes(name as SettingName)
      ? settingsSchema.shape[name as SettingName]
      : undefined
    const parsed = schema?.safeParse(JSON.parse(value))
    return parsed?.success ? [[name, parsed.data] as const] : []
  })
  return Object.fromEntries(known)
}
