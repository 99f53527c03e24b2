/** All tables with their primary keys, for whoever goes through everything there is. */
import { sql } from 'kysely'

import type { Database, Db } from './database.ts'
import type { Schema } from './schema.ts'

const keys: { readonly [Name in keyof Schema]: readonly (keyof Schema[Name] & string)[] } = {
  meta: ['key'],
  users: ['id'],
  sessions: ['id'],
  accounts: ['id'],
  verifications: ['id'],
  devices: ['id'],
  revocations: ['id'],
  blocks: ['userId', 'blockedId'],
  conversations: ['id'],
  memberships: ['conversationId', 'userId'],
  membershipIntervals: ['conversationId', 'userId', 'fromSeq'],
  events: ['conversationId', 'seq'],
  messages: ['conversationId', 'seq'],
  mentions: ['conversationId', 'seq', 'userId'],
  reactions: ['conversationId', 'seq', 'emoji', 'userId'],
  files: ['id'],
  attachments: ['conversationId', 'seq', 'position'],
  pictures: ['id'],
  nameWords: ['kind', 'word', 'sortName', 'id'],
  authorships: ['userId', 'conversationId'],
  settings: ['name'],
  invites: ['id'],
  audit: ['id'],
  erasures: ['userId'],
  userHeads: ['userId'],
  userEvents: ['userId', 'seq'],
}

/** By the clock of the very database: PostgreSQL alone has it, and no row takes it along. */
export const STORED_AT = 'storedAt'

export interface Table {
  readonly name: string
  readonly key: readonly { readonly name: string; readonly type: 'text' | 'bigint' }[]
  /** All that a row is made of, in the order of their names. */
  readonly columns: readonly string[]
}

export const tableNames: readonly string[] = Object.keys(keys)

/** What their columns are, as the database says: some are known to a library alone. */
export async function readTables(db: Db, engine: Database['engine']): Promise<Table[]> {
  const columns =
    engine === 'sqlite'
      ? sql<Column>`
          select t."name" as "table", c."name" as "column", c."type" as "type"
          from "sqlite_master" t join pragma_table_info(t."name") c where t."type" = 'table'`
      : sql<Column>`
          select "table_name" as "table", "column_name" as "column", "data_type" as "type"
          from "information_schema"."columns" where "table_schema" = current_schema()`
  const { rows } = await columns.execute(db)
  return Object.entries(keys).map(([name, key]) => {
    const own = rows.filter(({ table, column }) => table === name && column !== STORED_AT)
    const typeOf = (wanted: string) => own.find(({ column }) => column === wanted)?.type ?? ''
    return {
      name,
      key: key.map((column) => ({
        name: column,
        type: /int/i.test(typeOf(column)) ? 'bigint' : 'text',
      })),
      columns: own.map(({ column }) => column).toSorted(),
    }
  })
}

interface Column {
  readonly table: string
  readonly column: string
  readonly type: string
}
