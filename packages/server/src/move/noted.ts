/** The keys of changed rows, out of the notes that the triggers made. */
import type { Table } from '../storage/tables.ts'
import type { Key } from './rows.ts'

export interface Note {
  readonly id: number
  readonly name: string
  readonly k1: string | number | null
  readonly k2: string | number | null
  readonly k3: string | number | null
  readonly k4: string | number | null
}

/** Each once, however often it has changed. */
export function keysIn(notes: readonly Note[], tables: readonly Table[]): Map<string, Key[]> {
  const byName = new Map(tables.map((table) => [table.name, table]))
  const found = new Map<string, Map<string, Key>>()
  for (const { name, k1, k2, k3, k4 } of notes) {
    const cells = [k1, k2, k3, k4]
    const key = (byName.get(name)?.key ?? []).map(({ type }, at) =>
      type === 'bigint' ? Number(cells[at]) : String(cells[at]),
    )
    const ofTable = found.get(name) ?? new Map<string, Key>()
    found.set(name, ofTable.set(JSON.stringify(key), key))
  }
  return new Map([...found].map(([name, keys]) => [name, [...keys.values()]]))
}
