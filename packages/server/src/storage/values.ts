import { sql, type RawBuilder } from 'kysely'

type Type = 'text' | 'bigint'

/**
 * Rows to join with or to look for. Both engines name their columns `column1`, `column2` …; what is in
 * them PostgreSQL must be told. One parameter that a function takes apart would be read sooner; but to
 * PostgreSQL's planner that is a hundred rows, however many there are, and it reads whole tables.
 */
export function valuesOf<const Types extends readonly Type[]>(
  types: Types,
  rows: readonly { readonly [At in keyof Types]: Types[At] extends 'text' ? string : number }[],
): RawBuilder<unknown> {
  const list = rows.map((row) => {
    const cells = types.map((type, at) => sql`cast(${row[at]} as ${sql.raw(type)})`)
    return sql`(${sql.join(cells)})`
  })
  return sql`(values ${sql.join(list)})`
}
