/**
 * Who may serve a database: one process, or several that hear of each other. An advisory lock of
 * PostgreSQL, exclusive or shared, held by a connection of its own for the life of the process. When the
 * connection is lost the lock is free, and is taken again.
 */
import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'

import { Client } from 'pg'

import { locks } from './advisory-locks.ts'
import { UnsafeStorageError } from './errors.ts'

/** One that has just ended may still be known to PostgreSQL for a moment. */
const PATIENCE = 2_000
const AGAIN_AFTER = 250
const ANSWER_WITHIN = 5_000

interface Holder {
  readonly report: (error: unknown) => void
  readonly shared: boolean
}

/** `held` by another process. */
type Attempt = 'mine' | 'held'

export class PostgresLock {
  readonly #url: string
  readonly #report: (error: unknown) => void
  readonly #function: string
  /** By which PostgreSQL knows our connection, also when we have lost it and it does not know yet. */
  readonly #name = `roost ${randomUUID()}`
  #client: Client | undefined
  #taken: UnsafeStorageError | undefined
  #closed = false

  private constructor(url: string, { report, shared }: Holder) {
    this.#url = url
    this.#report = report
    this.#function = shared ? 'pg_try_advisory_lock_shared' : 'pg_try_advisory_lock'
  }

  /** Refuses when another process has it that does not share it. */
  static async take(url: string, holder: Holder): Promise<PostgresLock> {
    const lock = new PostgresLock(url, holder)
    const until = performance.now() + PATIENCE
    while ((await lock.#try()) === 'held') {
      if (performance.now() > until)
        throw new UnsafeStorageError(
          holder.shared
            ? 'Another Roost is running on this database without REDIS_URL. Give all of them the same one, so that they hear of each other.'
            : 'Another Roost is running on this database. Run one at a time, and commands on the machine and with the data folder of the one that runs; or set REDIS_URL for all of them.',
        )
      await sleep(AGAIN_AFTER)
    }
    return lock
  }

  /** Throws once another process has it: two that do not hear each other must not both serve. */
  check(): void {
    if (this.#taken) throw this.#taken
  }

  async release(): Promise<void> {
    this.#closed = true
    await this.#client?.end()
  }

  async #try(): Promise<Attempt> {
    const client = new Client({
      connectionString: this.#url,
      application_name: this.#name,
      connectionTimeoutMillis: ANSWER_WITHIN,
      query_timeout: ANSWER_WITHIN,
      keepAlive: true,
      // A machine that vanishes is to lose it within half a minute.
      options: '-c tcp_keepalives_idle=10 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=3',
    })
    client.on('error', () => void this.#takeAgain(client))
    try {
      await client.connect()
      const { rows } = await client.query<{ mine: boolean }>(
        `select ${this.#function}(${locks.serving}) as "mine"`,
      )
      if (!rows[0]?.mine) {
        await this.#endFormer(client)
        return 'held'
      }
      if (!this.#closed) this.#client = client
      return 'mine'
    } finally {
      // It is not wanted any more: how it ends makes no difference.
      if (this.#client !== client) await client.end().catch(() => {})
    }
  }

  /** A connection of ours that was cut may live on at the other end, and hold the lock. */
  async #endFormer(client: Client): Promise<void> {
    await client.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
       where application_name = $1 and pid <> pg_backend_pid()`,
      [this.#name],
    )
  }

  async #takeAgain(lost: Client): Promise<void> {
    if (this.#client !== lost) return
    this.#client = undefined
    let refusals = 0
    while (!this.#closed) {
      // While the database is away whoever wants something of it is told why.
      const attempt = await this.#try().catch(() => undefined)
      if (attempt === 'mine') return
      refusals = attempt === 'held' ? refusals + 1 : 0
      if (refusals * AGAIN_AFTER > PATIENCE && !this.#taken) {
        this.#taken = new UnsafeStorageError(
          'Another Roost has taken this database. This one answers nothing any more: stop it.',
        )
        this.#report(this.#taken)
      }
      await sleep(AGAIN_AFTER)
    }
  }
}
