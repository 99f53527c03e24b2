import { sql, type RawBuilder } from 'kysely'

type Type = 'text' | 'bigint'

/**
 * Rows to join with or to look for, whose columns are named `column1`, `column2` … They are one parameter,
 * however many: the statement is the same for all, and compiled once. As an object, since that is what a
 * function of this name takes on PostgreSQL.
 */
export function valuesOf<const Types extends readonly Type[]>(
  types: Types,
  rows: readonly { readonly [At in keyof Types]: Types[At] extends 'text' ? string : number }[],
): RawBuilder<unknown> {
  const columns = types.map((type, at) => {
    const cell = sql`"json"."value" ->> ${sql.lit(at)}`
    return sql`cast(${cell} as ${sql.raw(type)}) as ${sql.ref(`column${at + 1}`)}`
  })
  const object = JSON.stringify(Object.fromEntries(rows.entries()))
  return sql`(select ${sql.join(columns)} from json_each(${object}) as "json")`
}
