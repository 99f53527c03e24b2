/** How connections to PostgreSQL are made: what is the same for everyone who needs some. */
import { Client, Pool, types } from 'pg'

interface PoolWishes {
  /** By which the database lists them. */
  readonly name: string
  readonly max: number
  /** Milliseconds that one statement may take; 0: as long as it likes. */
  readonly patience: number
}

const CONNECT_WITHIN = 5_000
const KEEP_ALIVE_AFTER = 10_000
/** A whole number of 64 bits: our times and seqs are below 2^53. */
const BIGINT = 20
const NUMERIC = 1700

const settings = {
  synchronous_commit: 'on',
  // Every statement is made to go along an index: what lies apart is nearly as soon read these days.
  random_page_cost: '1.1',
  // To compile a plan takes longer than to carry out any of ours.
  jit: 'off',
}

/** @param report told of connections that break while nobody uses them */
export function openPool(
  url: string,
  { name, max, patience }: PoolWishes,
  report: (error: unknown) => void,
): Pool {
  const pool = new Pool({
    connectionString: url,
    Client: TextClient,
    application_name: name,
    max,
    connectionTimeoutMillis: CONNECT_WITHIN,
    statement_timeout: patience,
    idle_in_transaction_session_timeout: patience,
    // A network that swallows everything looks like a database that thinks.
    query_timeout: 2 * patience,
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEP_ALIVE_AFTER,
    options: Object.entries(settings)
      .map(([name, value]) => `-c ${name}=${value}`)
      .join(' '),
    types: {
      getTypeParser: (id: number, format): unknown =>
        id === BIGINT || id === NUMERIC ? Number : types.getTypeParser(id, format),
    },
  })
  // It is replaced when it is wanted.
  pool.on('error', (error) => {
    if (!pool.ending) report(error)
  })
  // Of one that is in use: the statement on it fails, or the next one, and says why.
  pool.on('connect', (client) => client.on('error', () => {}))
  return pool
}

/** PostgreSQL keeps no NUL in a text. What is written has none: what is looked for then is not there. */
class TextClient extends Client {
  override query(text: never, values?: unknown, ...rest: never[]): never {
    const clean = Array.isArray(values) ? values.map(withoutNul) : values
    return super.query(text, clean as never, ...(rest as [never])) as never
  }
}
const withoutNul = (value: unknown) =>
  typeof value === 'string' && value.includes('\0') ? value.replaceAll('\0', '\uFFFD') : value
