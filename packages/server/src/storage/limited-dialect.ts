/**
 * PostgreSQL as Kysely speaks to it, but that a transaction which took too long is refused its COMMIT.
 * The repair sweep looks for what was written a short time ago: nothing may be seen much later than it
 * was written. PostgreSQL has a setting for that only from 17 on, so it is asked for in the same message.
 */
import {
  CompiledQuery,
  PostgresDialect,
  PostgresDriver,
  type DatabaseConnection,
  type Driver,
} from 'kysely'
import type { Pool } from 'pg'

export class LimitedDialect extends PostgresDialect {
  readonly #pool: Pool
  readonly #limit: number

  /** @param limit milliseconds from the beginning of a transaction to its COMMIT */
  constructor(pool: Pool, limit: number) {
    super({ pool })
    this.#pool = pool
    this.#limit = limit
  }

  override createDriver(): Driver {
    return new LimitedDriver(this.#pool, this.#limit)
  }
}

class LimitedDriver extends PostgresDriver {
  readonly #commit: CompiledQuery

  constructor(pool: Pool, limit: number) {
    super({ pool })
    // The class of a transaction that PostgreSQL itself would have ended.
    this.#commit = CompiledQuery.raw(
      `do $$begin
         if clock_timestamp() > transaction_timestamp() + interval '${limit} ms' then
           raise 'the transaction took too long' using errcode = '25P04';
         end if;
       end$$; commit`,
    )
  }

  override async commitTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(this.#commit)
  }
}
