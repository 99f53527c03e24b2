/** A connection to a PostgreSQL, past the server, for as long as a test needs one. */
import { Client } from 'pg'

type Ask = (statement: string, values?: readonly string[]) => Promise<unknown[]>

export async function askPostgres<T>(url: string, act: (ask: Ask) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    return await act(async (statement, values = []) => {
      const { rows } = await client.query<Record<string, unknown>>(statement, [...values])
      return rows
    })
  } finally {
    await client.end()
  }
}
